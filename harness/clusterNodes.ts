import { setTimeout as pause } from 'node:timers/promises';
import { Cluster, type Redis } from 'ioredis';
import { freePort } from './ports.ts';
import { RedisServer } from './redis.ts';
import { cutOff, followed, type Lasting, quickReplication } from './sentinels.ts';

const slots = 16_384;
const pairs = 3;
/** Between two looks, ms. */
const lookMs = 50;

/** A node, and what the others reach it by among themselves. */
interface Node {
  readonly server: RedisServer;
  readonly busPort: number;
  readonly client: Redis;
}

/** A Redis Cluster of six: three that share the keys, with a replica each. */
export class ClusterNodes implements Lasting {
  /** Of each pair the primary comes first. */
  readonly #pairs: [Node, Node][];
  readonly #clients: Cluster[] = [];
  #turn = 0;

  private constructor(all: [Node, Node][]) {
    this.#pairs = all;
  }

  /** @param settings of all nodes, beside those that a test needs anyway */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<ClusterNodes> {
    const startPair = async (): Promise<[Node, Node]> => [await startNode(settings), await startNode(settings)];
    const all = await Promise.all(Array.from({ length: pairs }, startPair));
    const made = new ClusterNodes(all);
    const [first] = all[0] as [Node, Node];
    for (const [i, [primary]] of all.entries()) {
      const [from, to] = [Math.ceil((i * slots) / pairs), Math.ceil(((i + 1) * slots) / pairs) - 1];
      await primary.client.call('CLUSTER', 'ADDSLOTSRANGE', from, to);
      await primary.client.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
    }
    for (const node of all.flat()) if (node !== first) await meet(first, node);
    for (const [primary, replica] of all) await follow(replica, primary);
    await made.#isWhole();
    return made;
  }

  get url(): string {
    return `redis+cluster://${this.#nodes.map(({ server }) => `127.0.0.1:${server.port}`)}`;
  }

  client(): Redis {
    const nodes = this.#nodes.map(({ server }) => ({ host: '127.0.0.1', port: server.port }));
    const client = new Cluster(nodes, { redisOptions: { maxRetriesPerRequest: null }, slotsRefreshInterval: 500 });
    client.on('error', () => {});
    this.#clients.push(client);
    return client as unknown as Redis;
  }

  cutOff(): Promise<void> {
    return cutOff(this.#next[0].server);
  }

  async failOver(): Promise<void> {
    const [primary, replica] = this.#next;
    await primary.server.lose();
    const others = this.#nodes.filter((one) => one !== primary);
    await until(async () => (await replica.client.info('replication')).includes('role:master'));
    await Promise.all(others.map((one) => until(async () => (await stateOf(one)).includes('cluster_state:ok'))));
    this.#next.reverse();
  }

  /** The server of the lost one comes back as another node. */
  async makeWhole(): Promise<void> {
    const [primary, lost] = this.#next;
    const known = (await primary.client.call('CLUSTER', 'NODES')) as string;
    const [gone] = known.split('\n').flatMap((line) => /^(\w+) .* \S*\bfail\b/.exec(line)?.[1] ?? []);
    for (const one of this.#nodes) if (one !== lost && gone) await one.client.call('CLUSTER', 'FORGET', gone);
    await lost.server.start();
    await meet(primary, lost);
    await follow(lost, primary);
    await this.#isWhole();
    this.#turn++;
  }

  async dispose(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await Promise.all(this.#nodes.map(({ server }) => server.dispose()));
  }

  get #nodes(): readonly Node[] {
    return this.#pairs.flat();
  }

  /** The pair whose primary is lost next. */
  get #next(): [Node, Node] {
    return this.#pairs[this.#turn % pairs] as [Node, Node];
  }

  /** @returns when all nodes know all others, and each replica has all that its primary has. */
  async #isWhole(): Promise<void> {
    await Promise.all(this.#pairs.map(([primary]) => followed(primary.server)));
    const isReady = async (node: Node) => {
      const [state, nodes] = [await stateOf(node), (await node.client.call('CLUSTER', 'NODES')) as string];
      const all = nodes.trim().split('\n');
      const replicas = all.filter((line) => / (myself,)?slave /.test(line) && line.includes(' connected'));
      return state.includes('cluster_state:ok') && all.length === 2 * pairs && replicas.length === pairs;
    };
    await Promise.all(this.#nodes.map((one) => until(() => isReady(one))));
  }
}

async function startNode(settings: Readonly<Record<string, string>>): Promise<Node> {
  const busPort = await freePort();
  const server = await RedisServer.start({
    ...{ ...quickReplication, ...settings, 'cluster-enabled': 'yes', 'cluster-port': `${busPort}` },
    ...{ 'cluster-node-timeout': '2000', 'cluster-allow-replica-migration': 'no' },
  });
  return { server, busPort, client: server.client({ maxRetriesPerRequest: null }) };
}

const meet = ({ client }: Node, { server, busPort }: Node) =>
  client.call('CLUSTER', 'MEET', '127.0.0.1', server.port, busPort);

/** Once it has heard of it. */
async function follow(replica: Node, primary: Node): Promise<void> {
  const id = (await primary.client.call('CLUSTER', 'MYID')) as string;
  await until(() =>
    replica.client.call('CLUSTER', 'REPLICATE', id).then(
      () => true,
      () => false,
    ),
  );
}

const stateOf = ({ client }: Node) => client.call('CLUSTER', 'INFO') as Promise<string>;

async function until(fits: () => Promise<boolean>): Promise<void> {
  while (!(await fits())) await pause(lookMs);
}

import type { Build } from './build.ts';
import { Front } from './front.ts';
import { inRedis, type ReadJournal } from './party.ts';
import { Process } from './process.ts';
import { RedisServer } from './redis.ts';
import { secret } from './site.ts';

/** The Redis of a cluster: one server, or several that are as one. */
type AnyRedis = Pick<RedisServer, 'url' | 'client' | 'dispose'>;

/** Processes on a Redis of their own, behind one front. */
export class Cluster<Server extends AnyRedis = RedisServer> {
  readonly redis: Server;
  readonly processes: readonly Process[];
  readonly front: Front;
  readonly read: ReadJournal;
  readonly #client: ReturnType<RedisServer['client']>;

  /** What the processes have said beside their greetings. */
  readonly #said: readonly string[];

  private constructor(redis: Server, processes: readonly Process[], front: Front, said: readonly string[]) {
    this.#said = said;
    this.redis = redis;
    this.processes = processes;
    this.front = front;
    this.#client = redis.client();
    this.read = inRedis(this.#client);
  }

  /**
   * @param settings of each process; `REDIS_URL` where something is to stand between them and Redis.
   * @param build of each process; the working tree, if nothing is said
   */
  static async start(
    size = 2,
    settings: Record<string, string> = {},
    redis?: RedisServer,
    build?: Build,
  ): Promise<Cluster> {
    return Cluster.on(redis ?? (await RedisServer.start()), size, settings, build);
  }

  /** As `start`, on that Redis. */
  static async on<Server extends AnyRedis>(
    server: Server,
    size = 2,
    settings: Record<string, string> = {},
    build?: Build,
  ): Promise<Cluster<Server>> {
    const shared = { REDIS_URL: server.url, JWT_SECRET: secret, LEASE_S: '1', ...settings };
    const said: string[] = [];
    const hear = (line: string) => {
      said.push(line);
      console.error(line);
    };
    const processes = await Promise.all(
      Array.from({ length: size }, () => Process.start(shared, { path: build?.main, hear })),
    );
    const front = await Front.open(processes.map(({ port }) => port));
    return new Cluster(server, processes, front, said);
  }

  /**
   * What the processes have said of faults of their own. They have none when others are killed; but Colyseus says of a call
   * that one did not answer it.
   */
  get complaints(): readonly string[] {
    return this.#said.filter((line) => /"level":[56]0/.test(line) && !line.includes('"from":"colyseus"'));
  }

  get urls(): readonly [string] {
    return [this.front.url];
  }

  /** The name of the process that has the room, in the journal; empty where nobody has it. */
  async ownerOf(roomId: string): Promise<string> {
    return (await this.#client.hget(`recall:{${roomId}}:head`, 'owner')) ?? '';
  }

  /** The process that has the room. */
  async homeOf(roomId: string): Promise<Process> {
    const address = await this.#client.get(`recall:process:${await this.ownerOf(roomId)}`);
    const home = this.processes.find(({ port }) => address?.endsWith(`:${port}`));
    if (!home) throw new Error(`no process has ${roomId}`);
    return home;
  }

  /** The rooms that are listed, with the id of the process that has listed each. */
  async listed(): Promise<{ roomId: string; processId: string }[]> {
    return (await this.#client.hvals('recall:{listed}:rows')).map((row) => JSON.parse(row));
  }

  /** The processes that Colyseus has on its list. */
  async known(): Promise<string[]> {
    return this.#client.hkeys('roomcount');
  }

  /** The names of all keys of rooms that are not over. */
  async keysOfRooms(): Promise<string[]> {
    const keys = await this.#client.keys('recall:*');
    // Whom a replay names is kept with it.
    const ofReplays = new Set(keys.flatMap((key) => /^(.*):replay:\d+$/.exec(key)?.slice(1) ?? []));
    return keys.filter(
      (key) =>
        !ofReplays.has(key.replace(/:people$/, '')) &&
        !/^recall:process(:|es$)|:replay:\d+$|^recall:\{(user:|presence\})|^recall:limit:|^recall:(bans|audit)$/.test(
          key,
        ),
    );
  }

  /** The names of all keys that say who is there. */
  async keysOfPresence(): Promise<string[]> {
    return (await this.#client.keys('recall:{presence}*')).sort();
  }

  async stop(): Promise<void> {
    this.front.close();
    await this.redis.dispose();
  }
}

import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { Cluster } from '../../harness/cluster.ts';
import { ClusterNodes } from '../../harness/clusterNodes.ts';
import { killAll } from '../../harness/process.ts';
import { clientAt, get, operator, secret, tokenOf } from '../../harness/site.ts';
import { unlimited } from '../../harness/unlimited.ts';
import { checkRedis } from '../../src/journal/redisCheck.ts';
import { connectRedis } from '../../src/journal/redisClient.ts';
import { nodesOf, primariesOf, primaryOf } from '../../src/journal/redisCluster.ts';
import { keysOf } from '../../src/journal/redisKeys.ts';
import type { RoomPage } from '../../src/protocol/queries.ts';
import type { UsersRooms } from '../../src/protocol/toClient.ts';
import { TestPlayer } from '../rooms/player.ts';
import { command } from '../support/command.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const eventually = { timeout: 20_000, interval: 50 };

let nodes: ClusterNodes;
let cluster: Cluster<ClusterNodes>;
beforeAll(async () => {
  nodes = await ClusterNodes.start();
  cluster = await Cluster.on(nodes, 2, { ...unlimited, EMPTY_ROOM_S: '60', RECONNECT_GRACE_S: '60' });
});
afterAll(async () => {
  await killAll();
  await cluster.stop();
});

const urlOf = (via: number) => cluster.processes[via]?.url as string;
async function connect() {
  const redis = connectRedis(nodes.url, () => {});
  onTestFinished(() => redis.disconnect());
  await new Promise((resolve) => redis.once('ready', resolve));
  return redis;
}
const journal = (...args: string[]) => command('journal', args, { JWT_SECRET: secret, REDIS_URL: nodes.url });

test('rooms on all nodes are found, joined through either process, and taken over from one that is killed', async () => {
  const owner = 'ann';
  const tables: TestPlayer[] = [];
  const redis = await connect();
  const spread = new Set<string>();
  // Ids are drawn: as many as it takes until each node has one.
  while (spread.size < primariesOf(redis).length || tables.length < 4) {
    const client = clientAt(urlOf(tables.length % 2), await tokenOf(owner));
    const table = new TestPlayer(await client.create('recall', { max_players: 2 }));
    tables.push(table);
    spread.add(`${primaryOf(redis, keysOf(table.roomId)[0] as string)?.options.port}`);
  }
  const ids = tables.map(({ roomId }) => roomId).sort();
  for (const via of [0, 1]) {
    const { body } = await get<RoomPage>(`${urlOf(via)}/rooms?limit=100`, await operator);
    expect(body.rooms.map(({ room_id }) => room_id).sort()).toEqual(ids);
    const own = await get<UsersRooms>(`${urlOf(via)}/users/me/rooms`, await tokenOf(owner));
    expect(own.body.total).toBe(ids.length);
  }
  const { out } = await journal('list');
  expect(
    out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0])
      .sort(),
  ).toEqual(ids);
  expect((await journal('verify', ids[0] as string)).code).toBe(0);

  await cluster.processes[0]?.end('SIGKILL');
  for (const { roomId } of tables) {
    const client = clientAt(urlOf(1), await tokenOf('bob'));
    const bobs = await vi.waitFor(() => client.joinById(roomId), eventually);
    await new TestPlayer(bobs).sees(({ players }) => players.size === 2);
    await bobs.leave();
  }
  await cluster.processes[0]?.start();
});

test('who signs out, is banned or erased is so on all nodes', async () => {
  const [zed, token] = ['erasable-4711', await tokenOf('erasable-4711', { jti: 'one' })];
  const tables: TestPlayer[] = [];
  // One of the processes has just started, and the nodes may be slow to answer it.
  const open = (via: number) => clientAt(urlOf(via), token).create('recall', { max_players: 2 });
  while (tables.length < 4) tables.push(new TestPlayer(await vi.waitFor(() => open(tables.length % 2), eventually)));
  const ask = async (method: string, path: string, as: string, sent?: object) => {
    const headers = { Authorization: `Bearer ${as}`, Accept: 'application/json', 'Content-Type': 'application/json' };
    return fetch(urlOf(1) + path, { method, headers, ...(sent && { body: JSON.stringify(sent) }) });
  };
  const { body } = await get<{ presence: { status: string }[] }>(`${urlOf(0)}/users/presence?ids=${zed}`, token);
  expect(body.presence.map(({ status }) => status)).toEqual(['online']);

  const redis = await connect();
  const traces = async () => {
    const found: string[] = [];
    for (const node of primariesOf(redis)) found.push(...(await node.keys('*')).filter((key) => key.includes(zed)));
    return found;
  };
  expect(await traces()).not.toEqual([]);
  expect((await ask('DELETE', '/users/me', token)).status).toBe(204);
  expect(await traces()).toEqual([]);
  for (const { roomId } of tables) {
    const people = await redis.hvals(keysOf(roomId)[2] as string);
    expect(people.join()).not.toContain(zed);
  }
  for (const via of [0, 1]) expect((await get(`${urlOf(via)}/auth/userdata`, token)).status).toBe(401);

  expect((await ask('PUT', '/admin/users/carl/ban', await operator, { hours: 1 })).status).toBeLessThan(300);
  expect((await get(`${urlOf(0)}/auth/userdata`, await tokenOf('carl'))).status).toBe(403);
  // By the command, while servers run: one of them does it.
  const { code, out } = await command('erase', ['carl'], { JWT_SECRET: secret, REDIS_URL: nodes.url });
  expect([code, out]).toEqual([0, expect.stringContaining('That user is erased')]);
  // That token is over, and no other: one that is made a second later is another.
  const doras = await tokenOf('dora', { jti: 'two' });
  expect((await ask('POST', '/auth/sign-out', doras)).status).toBe(204);
  expect((await get(`${urlOf(0)}/auth/userdata`, doras)).status).toBe(401);
});

test('each of its primaries is looked at, and a node by itself is refused', async () => {
  const redis = await connect();
  const look = async (url: string) => {
    const one = connectRedis(url, () => {});
    onTestFinished(() => one.disconnect());
    return checkRedis(one, { production: true, allowVolatile: false, log: { warn: () => {} } });
  };
  const set = (policy: string) =>
    Promise.all(nodesOf(redis).map((node) => node.config('SET', 'min-replicas-to-write', policy)));
  await set('1');
  onTestFinished(() => set('0').then(() => {}));
  await look(nodes.url);
  const last = primariesOf(redis).at(-1);
  await last?.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await expect(look(nodes.url)).rejects.toThrow(/maxmemory-policy noeviction/);
  await last?.config('SET', 'maxmemory-policy', 'noeviction');
  const { host, port } = last?.options ?? {};
  await expect(look(`redis://${host}:${port}`)).rejects.toThrow('REDIS_URL must begin with redis+cluster');
});

import { Client, type Room } from '@colyseus/sdk';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Cluster } from '../../harness/cluster.ts';
import { killAll, movableClock, Process } from '../../harness/process.ts';
import { TcpProxy } from '../../harness/proxy.ts';
import { secret, tokenOf } from '../../harness/site.ts';
import { closeCodes } from '../../src/protocol/errors.ts';
import type { RouteAnswers } from '../../src/protocol/http.ts';
import type { LiveState } from '../../src/protocol/state.ts';
import { TestPlayer } from '../rooms/player.ts';
import { Visitor } from '../rooms/visitor.ts';
import { expectRefusal } from '../support/refusal.ts';

let cluster: Cluster;
let here: Process;
let there: Process;
beforeEach(async () => {
  cluster = await Cluster.start(2, movableClock);
  [here, there] = cluster.processes as [Process, Process];
});
afterEach(async () => {
  await killAll();
  await cluster.stop();
});

/** The same user, by way of that process. */
function at({ url }: Process, { auth }: Client): Client {
  const client = new Client(url);
  client.auth.token = auth.token ?? '';
  return client;
}

/** A room of hers in that process. */
async function roomIn(home: Process, client: Client): Promise<TestPlayer> {
  for (;;) {
    const player = new TestPlayer(await client.create('recall'));
    if ((await cluster.homeOf(player.roomId)) === home) return player;
    await player.connection.leave();
  }
}

/** Somebody with an account: their token number so and so. */
async function clientOf(userId: string, { url }: Process, jti: string): Promise<Client> {
  const client = new Client(url);
  client.auth.token = await tokenOf(userId, { jti });
  return client;
}

const signOut = ({ url }: Process, { auth }: Client) =>
  fetch(`${url}/auth/sign-out`, { method: 'POST', headers: { Authorization: `Bearer ${auth.token}` } });

const userDataOf = ({ url }: Process, { auth }: Client) =>
  fetch(`${url}/auth/userdata`, { headers: { Authorization: `Bearer ${auth.token}` } });

const seats = ({ players }: LiveState) => [...players.values()].map(({ name }) => name);

/** The token and the way back to each of these seats are refused, at every process. */
async function expectShutOut(ann: Client, bob: Client, ...rooms: Room[]): Promise<void> {
  for (const process of cluster.processes) {
    const client = at(process, ann);
    expect((await userDataOf(process, ann)).status).toBe(401);
    await expectRefusal(client.create('recall'), 'UNAUTHENTICATED', 'signed out');
    for (const { roomId, reconnectionToken } of rooms) {
      await expectRefusal(client.joinById(roomId), 'UNAUTHENTICATED', 'signed out');
      await expect(client.reconnect(reconnectionToken)).rejects.toMatchObject({ code: 401 });
    }
    expect((await userDataOf(process, bob)).status).toBe(200);
  }
}

test('a sign-out in one process holds in all of them, and after they were restarted', async () => {
  const [ann, bob] = [await here.guest('Ann'), await here.guest('Bob')];
  const hers = [await roomIn(here, ann), await roomIn(there, at(there, ann))] as const;
  const lobby = await Visitor.enter(at(there, ann));
  const his: TestPlayer[] = [];
  for (const { roomId } of hers) his.push(new TestPlayer(await bob.joinById(roomId)));
  for (const one of his) await one.sees((state) => seats(state).length === 2);
  for (const process of cluster.processes) {
    const { session } = (await (await userDataOf(process, ann)).json()) as RouteAnswers['GET /auth/userdata'];
    expect(session).toMatchObject({ settings: { game_type: 'classic' }, last_seen_at: expect.any(Number) });
    expect(session?.rooms.toSorted()).toEqual(hers.map(({ roomId }) => roomId).sort());
  }

  expect((await signOut(here, ann)).status).toBe(204);
  for (const { closed } of [...hers, lobby]) expect(await closed).toBe(closeCodes.signedOut);
  for (const one of his) await one.sees((state) => seats(state).join() === 'Bob');
  // What they chose is forgotten; when they were seen last is not, for those who sat with them.
  const redis = cluster.redis.client();
  const [signedOut = ''] = await redis.keys('recall:{user:*}:signed_out');
  expect(await redis.hget(signedOut.replace(':signed_out', ':session'), 'settings')).toBeNull();
  expect(await redis.pttl(signedOut)).toBeGreaterThan(86_000_000);
  const rooms = hers.map(({ connection }) => connection);
  await expectShutOut(ann, bob, ...rooms);

  for (const process of cluster.processes) await process.end('SIGKILL');
  for (const process of cluster.processes) await process.start();
  await expectShutOut(ann, bob, ...rooms);
  for (const { connection } of his) {
    const back = new TestPlayer(await bob.reconnect(connection.reconnectionToken));
    await back.sees((state) => seats(state).join() === 'Bob');
  }
});

test('a seat whose connection is lost is given up too, wherever it is', async () => {
  const ann = await here.guest('Ann');
  const hers = await roomIn(there, at(there, ann));
  const his = new TestPlayer(await (await here.guest('Bob')).joinById(hers.roomId));
  await hers.connection.leave(false);
  await his.sees(({ players }) => players.get(hers.id)?.connected === false);
  expect((await signOut(here, ann)).status).toBe(204);
  await his.sees((state) => seats(state).join() === 'Bob');
  await expect(at(there, ann).reconnect(hers.connection.reconnectionToken)).rejects.toMatchObject({ code: 401 });
});

test('who signs out while the process of their room is dead has no seat when the room is back', async () => {
  const ann = await here.guest('Ann');
  const hers = await roomIn(there, ann);
  const bob = await here.guest('Bob');
  const his = new TestPlayer(await bob.joinById(hers.roomId));
  await there.end('SIGKILL');
  expect((await signOut(here, ann)).status).toBe(204);
  const back = new TestPlayer(
    await vi.waitFor(() => bob.reconnect(his.connection.reconnectionToken), { timeout: 10_000 }),
  );
  await back.sees((state) => seats(state).join() === 'Bob');
  await expect(ann.reconnect(hers.connection.reconnectionToken)).rejects.toMatchObject({ code: 401 });
});

test('at a process whose clock is an hour off ends that token alone: the next one is good at once (never again 49)', async () => {
  for (const ms of [3_600_000, -3_600_000]) {
    here.setClock(ms);
    const ann = await clientOf('ann', here, `first ${ms}`);
    const hers = new TestPlayer(await at(there, ann).create('recall'));
    expect((await signOut(here, ann)).status).toBe(204);
    expect(await hers.closed).toBe(closeCodes.signedOut);
    for (const process of cluster.processes) expect((await userDataOf(process, ann)).status).toBe(401);

    const back = await clientOf('ann', here, `second ${ms}`);
    const guest = await here.guest('Carl');
    for (const process of cluster.processes)
      for (const one of [back, guest]) expect((await userDataOf(process, one)).status).toBe(200);
    await at(there, back).create('recall');
  }
});

test('a process that was cut off from Redis meanwhile closes the connections when it is back', async () => {
  const proxy = await TcpProxy.start(cluster.redis.port);
  const apart = await Process.start({
    ...{ REDIS_URL: proxy.url, JWT_SECRET: secret },
    ...{ LEASE_S: '30' },
  });
  const ann = await apart.guest('Ann');
  const lobby = await Visitor.enter(ann);
  const room = new TestPlayer(await ann.create('recall'));
  proxy.cut();
  await vi.waitFor(async () => expect((await userDataOf(apart, ann)).status).toBe(503));
  await expectRefusal(ann.create('recall'), 'UNAVAILABLE');
  expect((await signOut(apart, ann)).status).toBe(503);
  expect((await userDataOf(here, ann)).status).toBe(200);
  expect((await signOut(here, ann)).status).toBe(204);

  expect(lobby.lobby.connection.isOpen).toBe(true);
  proxy.restore();
  expect(await lobby.closed).toBe(closeCodes.signedOut);
  expect([closeCodes.signedOut, closeCodes.mayReconnect]).toContain(await room.closed);
  await apart.end('SIGKILL');
  await proxy.dispose();
});

test('connections to Redis that are lost without a word are found out, and sign-outs that were missed are made up for', async () => {
  const proxy = await TcpProxy.start(cluster.redis.port);
  const apart = await Process.start({
    ...{ REDIS_URL: proxy.url, JWT_SECRET: secret, LEASE_S: '3' },
  });
  const [ann, bob] = [await apart.guest('Ann'), await apart.guest('Bob')];
  const lobbies = [await Visitor.enter(ann), await Visitor.enter(bob)] as const;
  const roomsOf = async ({ auth }: Client) =>
    (await fetch(`${apart.url}/users/me/rooms`, { headers: { Authorization: `Bearer ${auth.token}` } })).status;
  expect(await roomsOf(bob)).toBe(200);
  proxy.strand();
  expect((await signOut(here, ann)).status).toBe(204);
  expect(await roomsOf(bob)).toBe(503);

  await vi.waitFor(async () => expect(await roomsOf(bob)).toBe(200), { timeout: 4_000 });
  await vi.waitFor(() => expect(lobbies[0].lobby.connection.isOpen).toBe(false), { timeout: 8_000 });
  expect(await lobbies[0].closed).toBe(closeCodes.signedOut);
  expect(await roomsOf(ann)).toBe(401);
  expect(lobbies[1].lobby.connection.isOpen).toBe(true);
  await apart.end('SIGKILL');
  await proxy.dispose();
});

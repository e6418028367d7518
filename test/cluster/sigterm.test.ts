import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { Client, Room } from '@colyseus/sdk';
import { afterEach, expect, test } from 'vitest';
import { Cluster } from '../../harness/cluster.ts';
import { guestOf, killAll } from '../../harness/process.ts';
import type { GameRoom } from '../../src/protocol/sdk.ts';

let cluster: Cluster | undefined;
afterEach(async () => {
  await killAll();
  await cluster?.stop();
  cluster = undefined;
});

type Connection = Room<GameRoom>;

/** Three players, whose SDKs come back by themselves however short they have been there. */
async function table(url: string): Promise<readonly [Connection, Connection, Connection]> {
  const rooms: Connection[] = [];
  for (const name of ['Ann', 'Bo', 'Cleo']) {
    const client = await guestOf(url, name);
    const sitDown = () =>
      rooms[0] ? client.joinById(rooms[0].roomId) : client.create('recall', { max_players: 3, bots: 0 });
    const room = (await sitDown()) as Connection;
    room.reconnection.minUptime = 0;
    room.onMessage('*', () => {});
    rooms.push(room);
  }
  return rooms as [Connection, Connection, Connection] & Connection[];
}

/** Loses its connection, and the SDK doesn't come back. */
function drop(room: Connection): void {
  room.reconnection.enabled = false;
  room.connection.close();
}

/** How it comes out for an SDK: it is back by itself, or has given up with that code. */
const outcomeFor = (room: Connection): Promise<'back' | number> =>
  new Promise((resolve) => {
    room.onReconnect(() => resolve('back'));
    room.onLeave(resolve);
  });

test('a process is stopped while a player is away, and the others come back by themselves, at their first try (never again 53)', async () => {
  cluster = await Cluster.start();
  const [ann, bo, cleo] = await table(cluster.front.url);
  drop(cleo);
  await expect.poll(() => ann.state.players.get(cleo.sessionId)?.connected).toBe(false);
  const home = await cluster.homeOf(ann.roomId);

  const outcomes = Promise.all([ann, bo].map(outcomeFor));
  const tries = [ann, bo].map((room) => room.reconnection);
  expect(await home.end('SIGTERM')).toBe(0);
  expect(await outcomes).toEqual(['back', 'back']);
  // The first try is answered when the room has arrived elsewhere, and needs no second.
  expect(tries.map(({ retryCount }) => retryCount)).toEqual([1, 1]);
  expect(await cluster.homeOf(ann.roomId)).not.toBe(home);
});

/** What of a matchmaking call's answer is looked at here. */
interface Answer {
  readonly status: number;
  readonly body: { readonly processId?: string; readonly error?: string };
}

async function post(url: string, client: Client, path: string, options: object): Promise<Answer | undefined> {
  const headers = { authorization: `Bearer ${client.auth.token}`, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(options) };
  const response = await fetch(`${url}/matchmake/${path}`, init).catch(() => undefined);
  return response && { status: response.status, body: (await response.json()) as Answer['body'] };
}

test('calls that still reach a process that is ending are carried out by another one, refusals included', async () => {
  cluster = await Cluster.start(2, { RATE_LIMIT_PASSWORDS_ROOM: '100000' });
  const [ending, other] = cluster.processes;
  if (!ending || !other) throw new Error('two processes were asked for');
  const [ann, bo] = await table(other.url);
  const elsewhere = await cluster.homeOf(ann.roomId);
  const [leaving, staying] = elsewhere === ending ? [other, ending] : [ending, other];
  const token = bo.reconnectionToken.split(':')[1];
  drop(bo);
  const guest = await guestOf(staying.url, 'Dan');

  const redis = cluster.redis.client();
  await redis.del('roomcount');
  const stopped = leaving.end('SIGTERM');
  const answers: Answer[] = [];
  for (;;) {
    // As in the first second of a process: Colyseus doesn't list it yet.
    void redis.del('roomcount');
    const calls = [
      post(leaving.url, guest, 'create/recall', { bots: 1 }),
      post(leaving.url, guest, `reconnect/${ann.roomId}`, { reconnectionToken: token }),
      post(leaving.url, guest, 'joinById/room_00000000-0000-4000-8000-000000000000', {}),
    ];
    const answered = (await Promise.all(calls)).filter((one) => one !== undefined);
    answers.push(...answered);
    if (answered.length < calls.length) break;
  }
  expect(await stopped).toBe(0);
  expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual([200, 404]);
  expect(answers.find(({ status }) => status === 404)?.body.error).toContain('ROOM_NOT_FOUND: ');
  // By then the other has opened rooms for who asked the one that was ending.
  const owner = await cluster.ownerOf(ann.roomId);
  expect(answers.some(({ body }) => body.processId?.startsWith(`${owner}-`))).toBe(true);
});

/** What a proxy keeps to a process: connections that it closes itself after a while. */
class Kept {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async ask(method: string, path: string, token = '') {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const sent = request(`${this.#url}${path}`, { agent: this.#agent, method, headers });
    sent.end(method === 'POST' ? '{"bots":1}' : '');
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    await response.toArray();
    return { status: response.statusCode, reused: sent.reusedSocket, connection: response.headers.connection };
  }

  close(): void {
    this.#agent.destroy();
  }
}

test('what comes on a connection that a proxy has kept is answered until the proxy closes it (never again 53)', async () => {
  cluster = await Cluster.start(2, { TRUST_PROXY: '127.0.0.1' });
  const [leaving, other] = cluster.processes;
  if (!leaving || !other) throw new Error('two processes were asked for');
  const { auth } = await guestOf(other.url, 'Ann');
  const kept = Array.from({ length: 4 }, () => new Kept(leaving.url));
  const [calls, guests, lists, unused] = kept as [Kept, Kept, Kept, Kept];
  for (const one of kept) expect(await one.ask('GET', '/health/live')).toMatchObject({ status: 200 });

  const stopped = leaving.end('SIGTERM');
  const refusesMore = () =>
    fetch(`${leaving.url}/health/live`).then(
      () => false,
      () => true,
    );
  await expect.poll(refusesMore).toBe(true);
  const last = { status: 200, reused: true, connection: 'close' };
  expect(await calls.ask('POST', '/matchmake/create/recall', auth.token)).toEqual(last);
  expect(await guests.ask('POST', '/auth/anonymous')).toEqual(last);
  // What Redis is asked for, too.
  expect(await lists.ask('GET', '/rooms/public')).toEqual(last);
  unused.close();
  expect(await stopped).toBe(0);
});

test('a process that serves is known to the others at once: the next one that ends hands its calls on to it', async () => {
  // So that its lease is renewed by itself only after seconds.
  cluster = await Cluster.start(1, { LEASE_S: '30' });
  const redis = cluster.redis.client();
  const [key = ''] = await redis.keys('recall:process:*');
  expect(await redis.get(key)).toMatch(new RegExp(`:${cluster.processes[0]?.port}$`));
});

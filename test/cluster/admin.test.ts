import type { Client } from '@colyseus/sdk';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Cluster } from '../../harness/cluster.ts';
import { killAll, type Process } from '../../harness/process.ts';
import { clientAt, operator, tokenOf } from '../../harness/site.ts';
import { closeCodes } from '../../src/protocol/errors.ts';
import { TestPlayer } from '../rooms/player.ts';
import { Visitor } from '../rooms/visitor.ts';
import { expectRefusal } from '../support/refusal.ts';

let cluster: Cluster;
let here: Process;
let there: Process;
beforeEach(async () => {
  cluster = await Cluster.start(2);
  [here, there] = cluster.processes as [Process, Process];
});
afterEach(async () => {
  await killAll();
  await cluster.stop();
});

async function ask({ url }: Process, route: string, body?: object) {
  const [method = '', path = ''] = route.split(' ');
  const headers = { Authorization: `Bearer ${await operator}`, 'Content-Type': 'application/json' };
  const response = await fetch(`${url}/admin${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  // biome-ignore lint/suspicious/noExplicitAny: whatever is answered, as the tests expect it
  return { status: response.status, body: (await response.json()) as any };
}

const client = async (userId: string, { url }: Process) => clientAt(url, await tokenOf(userId));

/** A room of theirs in that process. */
async function roomIn(home: Process, by: Client): Promise<TestPlayer> {
  for (;;) {
    const player = new TestPlayer(await by.create('recall'));
    if ((await cluster.homeOf(player.roomId)) === home) return player;
    await player.connection.leave();
  }
}

const ready = async ({ url }: Process) => {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, ...((await response.json()) as { process: string }) };
};

test('a ban at one process ends what its user has at all of them, and outlives a kill of all', async () => {
  const rooms = [await roomIn(here, await client('ann', here)), await roomIn(there, await client('ann', there))];
  const lobby = await Visitor.enter(await client('ann', there));
  const bob = new TestPlayer(await (await client('bob', here)).joinById(rooms[1]?.roomId ?? ''));
  const { body } = await ask(here, 'PUT /users/ann/ban', { hours: 1 });
  for (const { closed } of [...rooms, lobby]) expect(await closed).toBe(closeCodes.banned);
  await bob.sees(({ players }) => players.size === 1);

  for (const process of cluster.processes) await process.end('SIGKILL');
  for (const process of cluster.processes) await process.start();
  for (const process of cluster.processes) {
    await expectRefusal((await client('ann', process)).create('recall'), 'BANNED');
    expect((await ask(process, 'GET /bans')).body).toEqual({ bans: [body] });
  }
  expect((await ask(there, 'DELETE /users/ann/ban')).body).toMatchObject({ was_banned: true });
  await (await client('ann', here)).create('recall');
  const { entries, next_cursor } = (await ask(there, 'GET /audit?limit=3')).body;
  expect(entries).toMatchObject([
    { who: 'olga', what: 'audit', whom: null, how: null },
    { who: 'olga', what: 'unban', whom: 'ann', how: null },
    { what: 'bans' },
  ]);
  const older = (await ask(here, `GET /audit?cursor=${next_cursor}`)).body.entries;
  expect(older.at(-1)).toMatchObject({ who: 'olga', what: 'ban', whom: 'ann', how: { hours: 1 } });
  expect(older).toHaveLength(2);
});

test('a room in another process is shown and closed', async () => {
  const room = await roomIn(there, await client('ann', there));
  const shown = await ask(here, `GET /rooms/${room.roomId}`);
  expect(shown.body).toMatchObject({ room_id: room.roomId, seats: [{ user_id: 'ann', attendance: 'connected' }] });
  expect(await ask(here, `DELETE /rooms/${room.roomId}`)).toMatchObject({ status: 200, body: { closed: true } });
  expect(await room.closed).toBe(closeCodes.roomClosed);
  expect(await ask(here, `GET /rooms/${room.roomId}`)).toMatchObject({ status: 404 });
});

test('all are told to drain at once: one at least serves on, and whoever comes gets a room', async () => {
  const answers = await Promise.all(cluster.processes.map((one) => ask(one, 'POST /drain')));
  expect(answers.map(({ status }) => status)).toContain(403);
  expect((await Promise.all(cluster.processes.map(ready))).map(({ status }) => status)).toContain(200);
  for (const one of cluster.processes) await (await client('ann', one)).create('recall');
});

test('a drained process gives its rooms to the others and lives on; players stay, by whichever they come', async () => {
  const ann = await client('ann', here);
  const rooms = [await roomIn(here, ann), await roomIn(here, ann)];
  const drained = await ask(here, 'POST /drain');
  expect(drained).toMatchObject({ status: 200, body: { state: 'drained' } });
  expect(await ready(here)).toMatchObject({ status: 503, process: 'is drained' });
  for (const room of rooms) {
    expect(await room.closed).toBe(closeCodes.mayReconnect);
    // By the one that is drained, to which the SDK comes back.
    const back = new TestPlayer(await ann.reconnect(room.connection.reconnectionToken));
    await back.ask('ping');
    expect(await cluster.homeOf(room.roomId)).toBe(there);
  }
  const bob = await client('bob', here);
  const his = new TestPlayer(await bob.create('recall'));
  expect(await cluster.homeOf(his.roomId)).toBe(there);
  for (const { roomId } of rooms) {
    const joined = new TestPlayer(await bob.joinById(roomId));
    await joined.sees(({ players }) => players.size === 2 && [...players.values()].every(({ connected }) => connected));
  }
  // Else it would be chosen to open rooms.
  expect(await cluster.known()).not.toContain(drained.body.process_id);

  expect((await ask(here, 'POST /drain')).body.state).toBe('drained');
  // The last one keeps its rooms.
  expect(await ask(there, 'POST /drain')).toMatchObject({ status: 403, body: { code: 'NOT_ALLOWED' } });
  const told = await ask(there, 'POST /undrain', { process_id: drained.body.process_id });
  expect(told.body).toEqual({ process_id: drained.body.process_id, state: 'asked' });
  await vi.waitFor(async () => expect((await ready(here)).status).toBe(200), 5000);
  await roomIn(here, ann);
  // And it takes over again.
  await there.end('SIGKILL');
  for (const { roomId } of rooms) await vi.waitFor(async () => expect(await cluster.homeOf(roomId)).toBe(here), 10_000);
}, 40_000);

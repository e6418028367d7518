import { Client } from '@colyseus/sdk';
import { afterEach, expect, test } from 'vitest';
import { expectRefusal } from '../support/refusal.ts';
import { startServer, type TestServer } from '../support/server.ts';

// Never again 47: one guest, or one address full of guests, who takes the machine.

let server: TestServer;
afterEach(() => server.stop());

const start = async (settings: Record<string, string>) => {
  server = await startServer({ TRUST_PROXY: '127.0.0.1', ...settings });
};

/** A client of this user's who calls from that address; a guest where no user is named. */
async function from(address: string, userId?: string): Promise<Client> {
  const client = new Client(server.url, { headers: { 'X-Forwarded-For': address } });
  if (userId === undefined) await client.auth.signInAnonymously();
  else client.auth.token = await server.token({ sub: userId });
  return client;
}

/** How the calls were answered: how many of each status. */
async function statusesOf(calls: Promise<unknown>[]): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  for (const result of await Promise.allSettled(calls)) {
    const status = result.status === 'fulfilled' ? 200 : result.reason.code;
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

test('one guest opens a few rooms a minute, however many they ask for at once', async () => {
  await start({ RATE_LIMIT_CREATES_USER: '5' });
  const eve = await from('10.0.0.1');
  expect(await statusesOf(Array.from({ length: 40 }, () => eve.create('recall')))).toEqual({ 200: 5, 429: 35 });
  await expectRefusal(eve.create('recall'), 'TOO_MANY_REQUESTS', /too many rooms opened: try again in \d+ s$/);
  await expectRefusal(
    eve.joinOrCreate('recall', { random: true, game_type: 'clear' }),
    'TOO_MANY_REQUESTS',
    /in \d+ s/,
  );
  await (await from('10.0.0.1')).create('recall');
});

test('all guests of one address together open so many, and longer waits follow; who has an account still may', async () => {
  await start({ RATE_LIMIT_CREATES_ADDRESS: '6' });
  for (let i = 0; i < 6; i++) await (await from('10.0.0.1')).create('recall');
  const what = /too many rooms opened from your address: try again in \d+ s$/;
  await expectRefusal((await from('10.0.0.1')).create('recall'), 'TOO_MANY_REQUESTS', what);
  await (await from('10.0.0.1', 'ann')).create('recall');
  await (await from('10.0.0.2')).create('recall');
});

test('an IPv6 address counts with all others of its network', async () => {
  await start({ RATE_LIMIT_CREATES_ADDRESS: '3' });
  for (let i = 0; i < 3; i++) await (await from(`2001:db8:0:7:${i}::1`)).create('recall');
  await expectRefusal((await from('2001:db8:0:7:ffff::1')).create('recall'), 'TOO_MANY_REQUESTS');
  await (await from('2001:db8:0:8::1')).create('recall');
});

test('a user has a few rooms open at a time, and another when they have left one', async () => {
  await start({ MAX_ROOMS_USER: '3' });
  const eve = await from('10.0.0.1');
  expect(await statusesOf(Array.from({ length: 10 }, () => eve.create('recall')))).toEqual({ 200: 3, 409: 7 });

  const ann = await from('10.0.0.1', 'ann');
  const rooms = [await ann.create('recall'), await ann.create('recall'), await ann.create('recall')];
  await expectRefusal(ann.create('recall'), 'TOO_MANY_ROOMS', 'you have 3 rooms open already: leave one');
  // In others' rooms they may sit all the same.
  const bob = await from('10.0.0.1', 'bob');
  await ann.joinById((await bob.create('recall')).roomId);
  await rooms[0]?.leave();
  await expect
    .poll(() =>
      ann.create('recall').then(
        () => 'open',
        () => 'refused',
      ),
    )
    .toBe('open');
});

test('a user has a few seats, and comes back to each of them', async () => {
  await start({ MAX_SEATS_USER: '3', RATE_LIMIT_JOINS_USER: '4' });
  const [ann, bob] = [await from('10.0.0.1', 'ann'), await from('10.0.0.1', 'bob')];
  const rooms = [await bob.create('recall'), await bob.create('recall'), await bob.create('recall')];
  const seats = [];
  for (const { roomId } of rooms) seats.push(await ann.joinById(roomId));
  const more = (await (await from('10.0.0.1', 'cid')).create('recall')).roomId;
  await expectRefusal(ann.joinById(more), 'TOO_MANY_ROOMS', 'you sit in 3 rooms already: leave one');
  for (let i = 0; i < 3; i++) {
    const seat = await ann.joinById(rooms[i]?.roomId ?? '');
    expect(seat.sessionId).toBe(seats[i]?.sessionId);
  }
  // Those were no joins: only three seats, and one that was refused.
  await expectRefusal(ann.joinById(more), 'TOO_MANY_REQUESTS', /too many joins: try again in \d+ s$/);
  expect((await ann.joinById(rooms[0]?.roomId ?? '')).sessionId).toBe(seats[0]?.sessionId);
});

test('guests of one address join so often in a minute, and who has a seat comes back', async () => {
  await start({ RATE_LIMIT_JOINS_ADDRESS: '4' });
  const host = await (await from('10.0.0.9')).create('recall', { max_players: 8 });
  const guests = await Promise.all(Array.from({ length: 5 }, () => from('10.0.0.1')));
  for (const guest of guests.slice(0, 4)) await guest.joinById(host.roomId);
  await expectRefusal(guests[4]?.joinById(host.roomId) as Promise<unknown>, 'TOO_MANY_REQUESTS', /from your address/);
  await guests[0]?.joinById(host.roomId);
  await (await from('10.0.0.1', 'ann')).joinById(host.roomId);
});

test('who comes back to a seat is not refused for what other guests of the address do', async () => {
  await start({ RATE_LIMIT_JOINS_ADDRESS: '2', RATE_LIMIT_JOINS_USER: '4' });
  const host = await (await from('10.0.0.9')).create('recall');
  const [bob, cyd] = [await from('10.0.0.1'), await from('10.0.0.1')];
  for (const guest of [bob, cyd]) await guest.joinById(host.roomId);
  for (let i = 0; i < 4; i++) await bob.joinById(host.roomId);
  await expectRefusal(bob.joinById(host.roomId), 'TOO_MANY_REQUESTS', /too many returns: try again in \d+ s$/);
  await cyd.joinById(host.roomId);
});

test('strangers who try reconnection tokens keep nobody at their address from coming back', async () => {
  await start({ RATE_LIMIT_JOINS_ADDRESS: '4', RATE_LIMIT_JOINS_USER: '3' });
  const bob = await from('10.0.0.1');
  const room = await bob.create('recall');
  const guess = (roomId: string) =>
    fetch(`${server.url}/matchmake/reconnect/${roomId}`, {
      method: 'POST',
      headers: { 'X-Forwarded-For': '10.0.0.1', 'Content-Type': 'application/json' },
      body: JSON.stringify({ reconnectionToken: 'guessed' }),
    }).then(({ status }) => status);
  const statuses: number[] = [];
  for (let i = 0; i < 4; i++) statuses.push(await guess(i < 2 ? room.roomId : 'room_unknown'));
  for (let i = 0; i < 2; i++) statuses.push(await guess(room.roomId));
  expect(statuses).toEqual([401, 401, 404, 404, 429, 429]);

  // The answer to a good one has what the SDK of C connects by.
  const [, reconnectionToken] = room.reconnectionToken.split(':');
  const answer = await fetch(`${server.url}/matchmake/reconnect/${room.roomId}`, {
    method: 'POST',
    headers: { 'X-Forwarded-For': '10.0.0.2', 'Content-Type': 'application/json' },
    body: JSON.stringify({ reconnectionToken }),
  });
  expect(await answer.json()).toMatchObject({ sessionId: room.sessionId, reconnectionToken });

  // Nor is a good token good for any number of calls.
  for (let i = 0; i < 2; i++) await bob.reconnect(room.reconnectionToken);
  await expectRefusal(bob.reconnect(room.reconnectionToken), 'TOO_MANY_REQUESTS', /too many returns/);
  expect((await bob.joinById(room.roomId)).sessionId).toBe(room.sessionId);
});

test('a user has so many connections', async () => {
  await start({ MAX_CONNECTIONS_USER: '2' });
  const eve = await from('10.0.0.1');
  const enter = () => eve.joinOrCreate('lobby');
  const [first] = [await enter(), await enter()];
  await expectRefusal(enter(), 'TOO_MANY_ROOMS', 'you have 2 connections open already: close one');
  await expect(eve.create('recall')).rejects.toBeDefined();
  await first?.leave();
  await expect
    .poll(() =>
      enter().then(
        () => 'in',
        () => 'refused',
      ),
    )
    .toBe('in');
});

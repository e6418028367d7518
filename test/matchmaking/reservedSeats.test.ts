import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RouteAnswers } from '../../src/protocol/http.ts';
import { reservationMs } from '../../src/table/passes.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { startServer, type TestServer } from '../support/server.ts';

// Never again 47: seats that are reserved for who never connects.

let server: TestServer;
let clock: ManualClock;
beforeAll(async () => {
  clock = manualClock(Date.now());
  const limits = { RATE_LIMIT_LAPSES_USER: '2', LAPSE_WAIT_S: '60', RATE_LIMIT_COMINGS_ADDRESS: '20' };
  server = await startServer({ ...limits, TRUST_PROXY: '127.0.0.1' }, { clock });
});
afterAll(() => server.stop());

interface Answer {
  status: number;
  /** Of the seat that was reserved. */
  sessionId?: string;
  /** Of a refusal. */
  error?: string;
}

/** Asks for a seat, and never connects to it. */
async function ask(call: string, userId: string, from: string, options: object = {}): Promise<Answer> {
  return askAs(await server.token({ sub: userId }), call, from, options);
}

async function askAs(token: string, call: string, from: string, options: object = {}): Promise<Answer> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'X-Forwarded-For': from };
  const body = JSON.stringify(options);
  const answer = await fetch(`${server.url}/matchmake/${call}`, { method: 'POST', headers, body });
  return { ...((await answer.json()) as object), status: answer.status };
}
const joinAs = (token: string, roomId: string, from: string) => askAs(token, `joinById/${roomId}`, from);
const join = (roomId: string, userId: string, from: string) => ask(`joinById/${roomId}`, userId, from);

async function roomOf(owner: string): Promise<string> {
  return (await (await server.client(owner)).create('recall', { max_players: 4 })).roomId;
}

const refused = { status: 429, error: expect.stringMatching(/^TOO_MANY_REQUESTS: .*try again in \d+ s$/) };
const full = { status: 409, error: expect.stringMatching(/^ROOM_FULL: /) };

test('who never connects holds a room once, for 15 s, from one address however many they are', async () => {
  const room = await roomOf('olaf');
  for (const eve of ['eve 1', 'eve 2', 'eve 3'])
    expect(await join(room, eve, '10.0.0.1')).toMatchObject({ status: 200 });
  expect(await join(room, 'fay', '10.0.0.9')).toMatchObject(full);

  await clock.advance(reservationMs);
  for (const eve of ['eve 1', 'eve 4', 'eve 5']) expect(await join(room, eve, '10.0.0.1')).toMatchObject(refused);
  // Another address is no way around it for the same user.
  expect(await join(room, 'eve 2', '10.0.0.2')).toMatchObject(refused);
  const fay = await server.client('fay');
  await fay.joinById(room);
  // Elsewhere they may sit down.
  expect(await join(await roomOf('oda'), 'eve 1', '10.0.0.1')).toMatchObject({ status: 200 });
});

test('however many lapse at once, others at the address wait no longer than after one (never again 47)', async () => {
  const room = await (await server.client('olaf')).create('recall', { max_players: 8 });
  const eves = Array.from({ length: 7 }, (_, i) => `many ${i}`);
  for (const eve of eves) expect(await join(room.roomId, eve, '10.0.2.1')).toMatchObject({ status: 200 });
  await clock.advance(reservationMs);
  const gil = await join(room.roomId, 'gil', '10.0.2.1');
  expect(gil).toMatchObject(refused);
  expect(Number(/in (\d+) s/.exec(gil.error ?? '')?.[1])).toBeLessThanOrEqual(60);
});

test('those who come and go from one address do not use up how many a room bears (never again 47)', async () => {
  const room = await roomOf('olaf');
  const come = async (userId: string, from: string) => {
    const { status, sessionId } = await join(room, userId, from);
    if (status !== 200) return status;
    await (await server.client(userId)).joinById(room).then((seat) => seat.leave());
    return sessionId === undefined ? 0 : status;
  };
  for (let i = 0; i < 20; i++) expect(await come(`crowd ${i}`, '10.0.4.1')).toBe(200);
  expect(await join(room, 'one more', '10.0.4.1')).toMatchObject(refused);
  // Who has sat there before comes back all the same, and others come.
  expect(await come('crowd 3', '10.0.4.1')).toBe(200);
  expect(await come('a friend', '10.0.4.2')).toBe(200);
});

test('guests who never connect keep nobody out who has an account', async () => {
  const room = await roomOf('olaf');
  const { token } = (await (
    await fetch(`${server.url}/auth/anonymous`, { method: 'POST', headers: { 'X-Forwarded-For': '10.0.3.1' } })
  ).json()) as RouteAnswers['POST /auth/anonymous'];
  expect(await joinAs(token, room, '10.0.3.1')).toMatchObject({ status: 200 });
  await clock.advance(reservationMs);
  expect(await joinAs(token, room, '10.0.3.1')).toMatchObject(refused);
  expect(await join(room, 'hal', '10.0.3.1')).toMatchObject({ status: 200 });
});

test('to ask again for a reserved seat does not hold it for longer', async () => {
  const room = await roomOf('olaf');
  const first = await join(room, 'eve 6', '10.0.1.1');
  await clock.advance(reservationMs - 1000);
  expect(await join(room, 'eve 6', '10.0.1.1')).toMatchObject({ status: 200, sessionId: first.sessionId });
  await clock.advance(1000);
  expect(await join(room, 'eve 6', '10.0.1.1')).toMatchObject(refused);
});

test('who sat down is not taken for one who never came', async () => {
  const room = await roomOf('olaf');
  const ann = await (await server.client('ann')).joinById(room);
  const left = new Promise((resolve) => ann.onLeave(resolve));
  await ann.leave();
  await left;
  await clock.advance(reservationMs);
  expect(await join(room, 'ann', '127.0.0.1')).toMatchObject({ status: 200 });
});

import { expect, onTestFinished, test } from 'vitest';
import { createLog } from '../../src/ops/log.ts';
import { TestPlayer } from '../rooms/player.ts';
import { expectRefusal } from '../support/refusal.ts';
import { startServer } from '../support/server.ts';

type Line = Record<string, unknown> & { msg: string; level: number };

/** A server that says everything. */
async function talkative(settings: Record<string, string> = {}) {
  const lines: Line[] = [];
  const log = createLog('trace', { write: (line) => void lines.push(JSON.parse(line)) });
  const server = await startServer(settings, { log });
  onTestFinished(() => server.stop());
  const said = (msg: string) => expect.poll(() => lines.find((line) => line.msg === msg)).toBeDefined();
  return { server, lines, said, line: (msg: string) => lines.find((one) => one.msg === msg) };
}

test('the log tells who came into which room when, what became of it, and of no secret', async () => {
  const { server, lines, said, line } = await talkative({ METRICS_TOKEN: 'hunter2-for-metrics' });
  const client = await server.client('ann');
  const ann = new TestPlayer(await client.create('recall', { bots: 1, permission: 'private', password: 'hunter2' }));
  const ben = await server.client('ben');
  await expectRefusal(ben.joinById(ann.roomId, { password: 'hunter3' }), 'WRONG_PASSWORD');
  const first = new TestPlayer(await ben.joinById(ann.roomId, { password: 'hunter2' }));
  await ann.ask('start_match');
  first.cutOff();
  await said('a connection was lost');
  const second = new TestPlayer(await ben.reconnect(first.connection.reconnectionToken));
  await said('a player is back');
  await second.connection.leave();
  await ann.connection.leave();
  await said('a room is over');

  const { roomId } = ann;
  const process = expect.any(String);
  expect(line('a room is open')).toMatchObject({ roomId, permission: 'private', process });
  expect(line('a seat was given')).toMatchObject({ roomId, sessionId: ann.id, call: 'create', requestId: process });
  expect(line('a call for a seat was refused')).toMatchObject({
    call: 'joinById',
    code: 'WRONG_PASSWORD',
    requestId: process,
  });
  expect(line('a player has sat down')).toMatchObject({ roomId, sessionId: ann.id });
  expect(line('a player is back')).toMatchObject({ roomId, sessionId: first.id, ms: expect.any(Number) });
  expect(line('a match has begun')).toMatchObject({ roomId, match: 1, players: 3 });
  expect(line('a match has ended')).toMatchObject({ roomId, match: 1, how: 'abandoned' });
  expect(line('a room is over')).toMatchObject({ roomId, reason: 'empty' });

  const all = JSON.stringify(lines);
  const tokens = [ann, first].map(({ connection }) => connection.reconnectionToken.split(':')[1] as string);
  for (const secret of ['hunter', ...tokens, client.auth.token as string, ben.auth.token as string])
    expect(all).not.toContain(secret);
});

test('it tells of a connection that is closed for what it sends, and not of each message', async () => {
  const { server, lines, said } = await talkative({ MESSAGES_PER_S: '5', BAD_MESSAGES: '20' });
  const ann = new TestPlayer(await (await server.client('ann')).create('recall'));
  for (let i = 0; i < 100; i++) ann.send('ping');
  await said('a connection is closed for too many bad messages');
  const refusals = lines.filter(({ msg }) => msg === 'a message was refused');
  expect(refusals[0]).toMatchObject({ kind: 'TOO_MANY_REQUESTS', sessionId: ann.id, type: 'ping' });
  // One a second, and there were twenty.
  expect(refusals.length).toBeLessThan(20);
});

test('who is refused something that it tells of hears the name of its line, and nobody else one of none', async () => {
  const { server, lines } = await talkative({ MESSAGES_PER_S: '5' });
  const ann = new TestPlayer(await (await server.client('ann')).create('recall'));
  const refused = await Promise.all(Array.from({ length: 15 }, () => ann.ask('ping').catch(({ reason }) => reason)));
  const named = refused.flatMap(({ request_id }) => request_id ?? []);
  expect(named.length).toBeGreaterThan(0);
  const told = lines.filter(({ msg }) => msg === 'a message was refused');
  expect(told.map(({ requestId }) => requestId)).toEqual(named);
  expect(await ann.refused('draw_card')).not.toHaveProperty('request_id');
});

test('an answer has the name by which the log has its request, and a proxy of ours may give it', async () => {
  const { server, lines } = await talkative({ TRUST_PROXY: '127.0.0.1' });
  const call = (headers: Record<string, string> = {}) =>
    fetch(`${server.url}/matchmake/create/recall`, { method: 'POST', body: '{}', headers });
  const idOf = (response: Response) => response.headers.get('x-request-id');
  const refused = await call();
  expect(refused.status).toBe(401);
  expect(refused.headers.get('access-control-expose-headers')).toBe('X-Request-Id');
  const refusals = () => lines.filter(({ msg }) => msg === 'a call for a seat was refused');
  expect(refusals()).toMatchObject([{ requestId: idOf(refused), code: 'UNAUTHENTICATED' }]);
  expect(idOf(await fetch(`${server.url}/rooms/public`))).toMatch(/^[\da-f-]{36}$/);
  expect(idOf(await call({ 'X-Request-Id': '0123456789abcdef' }))).toBe('0123456789abcdef');
  expect(idOf(await call({ 'X-Request-Id': 'a b"c{}%0Ad' }))).toMatch(/^[\da-f-]{36}$/);
});

test('nobody else may', async () => {
  const { server } = await talkative();
  const response = await fetch(`${server.url}/livez`, { headers: { 'X-Request-Id': '0123456789abcdef' } });
  expect(response.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
});

import { expect, test } from 'vitest';
import { Process } from '../../harness/process.ts';
import { clientAt, secret, tokenOf } from '../../harness/site.ts';
import { knownFormat } from '../../src/journal/journal.ts';
import { TestPlayer } from '../rooms/player.ts';
import { expectRefusal } from '../support/refusal.ts';
import { redisForFile } from './redisForFile.ts';

const redis = await redisForFile();

const settings = { REDIS_URL: redis.url, JWT_SECRET: secret, LEASE_S: '1' };

const clientOf = async (userId: string, { url }: Process) => clientAt(url, await tokenOf(userId));

/** Asks until that is the answer: processes take a lease to see that another one is gone. */
async function expectAnswer(ask: () => Promise<unknown>, refusal: string | RegExp): Promise<void> {
  const answer = () =>
    ask().then(
      () => 'in',
      ({ message }: Error) => message,
    );
  await expect.poll(answer, { timeout: 20_000 }).toMatch(refusal);
}

test('rooms that can not be read stay where they are, and cost no process, and no other table its match', async () => {
  const first = await Process.start(settings);
  const keys = redis.client();
  const open = async (userId: string, process: Process) =>
    new TestPlayer(await (await clientOf(userId, process)).create('recall', { bots: 1 }));
  const [torn, endless] = [await open('ann', first), await open('ben', first)];
  const second = await Process.start({ ...settings, LOG_LEVEL: 'silent' });
  const table = await open('cleo', first);
  await keys.lset(`recall:{${torn.roomId}}:log`, 1, '{"type":"seat_res');
  const event = JSON.stringify({ type: 'owner_changed', ownerId: 'ben', at: Date.now() });
  for (let i = 0; i < 70; i++) await keys.rpush(`recall:{${endless.roomId}}:log`, ...Array(1000).fill(event));

  await first.end('SIGKILL');
  for (const [userId, { roomId }] of [
    ['ann', torn],
    ['ben', endless],
  ] as const) {
    const ask = async () => (await clientOf(userId, second)).joinById(roomId);
    await expectAnswer(ask, 'can not be opened for now, and is kept');
    await expectRefusal(ask(), 'UNAVAILABLE');
  }
  expect(await keys.llen(`recall:{${endless.roomId}}:log`)).toBeGreaterThan(70_000);
  expect(await keys.lindex(`recall:{${torn.roomId}}:log`, 1)).toBe('{"type":"seat_res');
  const back = new TestPlayer(await (await clientOf('cleo', second)).joinById(table.roomId));
  await back.ask('start_match');
  await back.event('match_started');
});

test('a room of a newer format is left to a process that knows it, and nobody is told that it is gone', async () => {
  const [first, second] = [await Process.start(settings), await Process.start({ ...settings, LOG_LEVEL: 'silent' })];
  const ann = await clientOf('ann', first);
  const { roomId, connection } = new TestPlayer(await ann.create('recall'));
  const keys = redis.client();
  const head = `recall:{${roomId}}:head`;
  // As a process of tomorrow would have written it.
  await keys.hset(head, 'format', knownFormat + 1);
  const [owner, token] = await keys.hmget(head, 'owner', 'token');
  const address = await keys.get(`recall:process:${owner}`);
  const [home, other] = address?.endsWith(`:${first.port}`) ? [first, second] : [second, first];
  await home.end('SIGKILL');

  const there = await clientOf('ann', other);
  const tries = [() => there.joinById(roomId), () => there.reconnect(connection.reconnectionToken)];
  for (const ask of tries) await expectAnswer(ask, /^UNAVAILABLE: this room waits for a newer version of the server/);
  // No search and no takeover has touched it, and other rooms open there.
  await there.create('recall');
  expect(await keys.hmget(head, 'owner', 'token')).toEqual([owner, token]);

  await keys.hset(head, 'format', 1);
  const back = new TestPlayer(await there.reconnect(connection.reconnectionToken));
  expect(back.roomId).toBe(roomId);
});

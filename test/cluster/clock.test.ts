import { Client } from '@colyseus/sdk';
import { afterEach, describe, expect, test } from 'vitest';
import { killAll, movableClock, Process } from '../../harness/process.ts';
import { RedisServer } from '../../harness/redis.ts';
import { TestPlayer } from '../rooms/player.ts';

/**
 * Real processes whose wall clock is set while a match runs. In a trial two of four tables stood still for ten minutes
 * (never again 49).
 */
let redis: RedisServer | undefined;
afterEach(async () => {
  await killAll();
  await redis?.dispose();
});

const [turnS, tenMinutes] = [3, 600_000];
const settings = { ...movableClock, INITIAL_PEEK_S: '0.3', MISSED_TURNS: '100', MAX_TURNS: '1000', LEASE_S: '1' };

describe.each(['SQLite', 'Redis'])('with %s', (store) => {
  test('a table plays on at its pace, whichever way the clock is set, and tells the new deadline', async () => {
    redis = store === 'Redis' ? await RedisServer.start() : undefined;
    const process = await Process.start({ ...settings, ...(redis && { REDIS_URL: redis.url }) });
    const ann = new TestPlayer(await (await process.guest('Ann')).create('recall', { turn_time_limit: turnS }));
    await new TestPlayer(await (await process.guest('Ben')).joinById(ann.roomId)).sees(
      ({ players }) => players?.size === 2,
    );
    await ann.ask('start_match');

    let turn = 1;
    /** When the turn number `n` begins, ms. */
    const begins = async (n: number) => {
      await ann.event('turn_started', (event) => event.turn === n);
      return performance.now();
    };
    let begun = await begins(turn);
    for (const offMs of [-tenMinutes, 0, tenMinutes, 0]) {
      const before = ann.state.deadlineAt;
      const told = ann.told('clock_moved').length;
      const setAt = performance.now();
      process.setClock(offMs);
      await ann.sees(({ deadlineAt }) => Math.abs(deadlineAt - before) > tenMinutes / 2);
      expect(performance.now() - setAt).toBeLessThan(3_000);
      const moved = await ann.message('clock_moved', (one) => one === ann.told('clock_moved')[told]);
      expect(Math.abs(Math.abs(moved.by_ms) - tenMinutes)).toBeLessThan(100);
      expect(ann.state.deadlineAt).toBe(before + moved.by_ms);
      const { at } = await ann.ask('ping');
      expect(Math.abs((at as number) - Date.now() - offMs)).toBeLessThan(1_000);

      const next = await begins(++turn);
      // Neither of the two is much early or late: what a busy machine adds.
      expect(next - begun).toBeGreaterThan(turnS * 1000 - 1_500);
      expect(next - begun).toBeLessThan(turnS * 1000 + 5_000);
      begun = next;
    }
  });
});

test('who came before the clock was set back is let in after it, and nobody is told to wait for it', async () => {
  const process = await Process.start({ ...movableClock, RATE_LIMIT_GUESTS: '1', MESSAGES_PER_S: '2' });
  const client = await process.guest('Ann');
  const ann = new TestPlayer(await client.create('recall'));
  process.setClock(-tenMinutes);
  await ann.message('clock_moved');
  await new Client(process.url).auth.signInAnonymously().then(
    () => expect.fail('there may be one guest a minute'),
    ({ headers }) => expect(Number(headers?.get?.('Retry-After') ?? 60)).toBeLessThanOrEqual(60),
  );
  const answer = await fetch(`${process.url}/auth/anonymous`, { method: 'POST' });
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get('Retry-After'))).toBeLessThanOrEqual(60);
  expect(await client.auth.getUserData()).toMatchObject({ user: { name: 'Ann' } });

  const waits = await Promise.all(
    Array.from({ length: 10 }, () =>
      ann.ask('ping').then(
        () => 0,
        ({ reason }) => reason.retry_after_ms as number,
      ),
    ),
  );
  expect(Math.max(...waits)).toBeGreaterThan(0);
  expect(Math.max(...waits)).toBeLessThanOrEqual(1_000);
});

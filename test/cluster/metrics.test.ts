import { expect, test } from 'vitest';
import { Process } from '../../harness/process.ts';
import { clientAt, secret, tokenOf } from '../../harness/site.ts';
import { TestPlayer } from '../rooms/player.ts';
import { metricsOf } from '../support/metrics.ts';
import { redisForFile } from './redisForFile.ts';

const redis = await redisForFile();

const settings = {
  ...{ REDIS_URL: redis.url, JWT_SECRET: secret, LEASE_S: '1' },
  ...{ METRICS_TOKEN: 'for-prometheus', LOG_LEVEL: 'silent' },
};

test('an operator sees what becomes of rooms whose process dies, hands them over, or loses Redis', async () => {
  const processes = [await Process.start(settings), await Process.start(settings)];
  const of = async ({ url }: Process, series: string) => (await metricsOf(url, settings.METRICS_TOKEN)).get(series);
  const [first, second] = processes as [Process, Process];
  const sitDown = async (userId: string) => {
    const player = new TestPlayer(
      await (await clientAt(first.url, await tokenOf(userId))).create('recall', { bots: 1 }),
    );
    return player;
  };
  const players = [await sitDown('ann'), await sitDown('ben')];
  const roomsAt = async (process: Process) => (await of(process, 'recall_rooms{phase="waiting_for_players"}')) ?? 0;
  expect((await roomsAt(first)) + (await roomsAt(second))).toBe(2);
  expect(await of(first, 'recall_connections_forwarded')).toBe(await roomsAt(second));
  expect(await of(first, 'recall_connections_forwarded_total')).toBe(await roomsAt(second));

  const before = await roomsAt(second);
  await first.end('SIGKILL');
  await expect.poll(() => roomsAt(second), { timeout: 15_000 }).toBe(2);
  expect(await of(second, 'recall_takeovers_total{why="death"}')).toBe(before === 2 ? 0 : 1);
  expect(await of(second, 'recall_recovery_seconds_count')).toBe(2 - before);

  await first.start();
  await second.end('SIGTERM');
  await expect.poll(() => roomsAt(first), { timeout: 15_000 }).toBe(2);
  expect(await of(first, 'recall_takeovers_total{why="handover"}')).toBe(1);

  await redis.stop();
  await expect.poll(() => of(first, 'recall_rooms_paused')).toBe(2);
  // What was found is good for a moment.
  await expect.poll(() => of(first, 'recall_healthy{part="redis"}')).toBe(0);
  expect(await of(first, 'recall_healthy{part="process"}')).toBe(1);
  await expect.poll(() => of(first, 'recall_redis_connection_errors_total')).toBeGreaterThan(0);
  await redis.start();
  await expect.poll(() => of(first, 'recall_rooms_paused'), { timeout: 15_000 }).toBe(0);
  expect(await of(first, 'recall_pauses_total')).toBe(2);
  expect(await of(first, 'recall_pause_seconds_count')).toBe(2);
  for (const player of players) player.connection.connection.close();
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ServerProcess, startServerProcess } from './wire/serverProcess.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess({
    ...{ INITIAL_PEEK_S: '1', SAME_RANK_WINDOW_S: '0.03', POWER_S: '1', SHOW_S: '0.02', RANDOM_JOIN_DELAY_S: '0.2' },
    ...{ BOT_DELAY_MIN_S: '0', BOT_DELAY_MAX_S: '0.02', MESSAGES_PER_S: '1000', RATE_LIMIT_GUESTS: '6' },
  });
});

afterAll(() => server?.stop());

/** Runs the command. @returns its exit code and what it prints, a summary at last. */
async function loadtest(...options: string[]): Promise<{ code: number; out: string }> {
  const args = ['scripts/run.mjs', 'loadtest/main.ts', '--room', 'recall', '--endpoint', server.url, ...options];
  const command = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [[code], out] = await Promise.all([once(command, 'exit'), text(command.stdout)]);
  return { code, out };
}

test('the load test plays matches to their end and says how it went', async () => {
  const { code, out } = await loadtest('--numClients', '5', '--matches', '4', '--thinkMs', '0');
  expect(out).toMatch(/\d matches finished, 5 clients/);
  expect(Number(/(\d+) matches finished/.exec(out)?.[1])).toBeGreaterThanOrEqual(4);
  expect(Number(/(\d+) moves/.exec(out)?.[1])).toBeGreaterThan(4);
  expect(out).toContain('failed: none');
  expect(code).toBe(0);
});

test('where the limit of guests stands in its way, the load test says which setting lifts it', async () => {
  const { code, out } = await loadtest('--numClients', '3', '--matches', '1', '--thinkMs', '0');
  expect(out).toContain('RATE_LIMIT_GUESTS=3');
  expect(code).toBe(1);
});

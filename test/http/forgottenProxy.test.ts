import { afterEach, expect, test } from 'vitest';
import { createLog } from '../../src/ops/log.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
afterEach(() => server.stop());

/** What the server logs of forwarded requests. */
async function warningsOf(settings: Record<string, string>): Promise<string[]> {
  const lines: string[] = [];
  server = await startServer(settings, { log: createLog('warn', { write: (line) => lines.push(line) }) });
  await fetch(`${server.url}/rooms/public`);
  // As another process passes on what it was asked.
  const passedOn = { 'X-Forwarded-For': '203.0.113.3', 'X-Recall-Door': 'a key' };
  await fetch(`${server.url}/rooms/public`, { headers: passedOn });
  expect(lines).toEqual([]);
  for (const from of ['203.0.113.1', '203.0.113.2']) {
    await fetch(`${server.url}/rooms/public`, { headers: { 'X-Forwarded-For': from } });
  }
  return lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
}

test('a proxy that TRUST_PROXY does not name is logged once, with what to set', async () => {
  expect(await warningsOf({})).toEqual([expect.stringMatching(/set TRUST_PROXY=127\.0\.0\.1:/)]);
});

test('one that it names is not', async () => {
  expect(await warningsOf({ TRUST_PROXY: '127.0.0.1' })).toEqual([]);
});

import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { killAll, Process } from '../../harness/process.ts';
import { RedisServer } from '../../harness/redis.ts';
import { startServer } from '../support/server.ts';

let redis: RedisServer | undefined;
afterEach(async () => {
  await killAll();
  await redis?.dispose();
  redis = undefined;
});

async function look(url: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url);
  expect(response.headers.get('cache-control')).toBe('no-store');
  return { status: response.status, body: await response.json() };
}

test('a process that is alone says that it lives and is ready', async () => {
  const server = await startServer();
  const ready = { ready: true, process: 'ok', journal: 'ok' };
  for (const route of ['/health/live', '/livez'])
    expect(await look(server.url + route)).toEqual({ status: 200, body: { live: true } });
  for (const route of ['/health/ready', '/readyz'])
    expect(await look(server.url + route)).toEqual({ status: 200, body: ready });
  await server.stop();
});

test('what a proxy keeps to itself by its name answers to no other spelling of that', async () => {
  const server = await startServer();
  for (const path of [
    '/LIVEZ',
    '/livez/',
    '/Health/live',
    '/health/live/',
    '/readyZ',
    '/health/ready/',
    '/Metrics',
    '/metrics/',
  ])
    expect((await fetch(server.url + path)).status, path).toBe(404);
  await server.stop();
});

test('while Redis is away a process lives, is not ready, and says which part is not; and is ready when it is back', async () => {
  redis = await RedisServer.start();
  const { url } = await Process.start({ REDIS_URL: redis.url });
  const ready = () => look(`${url}/health/ready`);
  const well = { ready: true, process: 'ok', journal: 'ok', redis: 'ok' };
  expect(await ready()).toEqual({ status: 200, body: well });
  await redis.stop();
  // What was found is good for a moment.
  await delay(250);
  const amiss = { ready: false, process: 'ok', journal: 'can not be written', redis: 'does not answer' };
  expect(await ready()).toEqual({ status: 503, body: amiss });
  expect((await look(`${url}/health/live`)).status).toBe(200);
  await redis.start();
  await expect.poll(ready).toEqual({ status: 200, body: well });
});

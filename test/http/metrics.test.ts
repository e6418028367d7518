import { afterEach, expect, test } from 'vitest';
import { depsFor, startServer } from './server.ts';

let stop = async () => {};
afterEach(() => stop());

async function serve(env: Record<string, string>) {
  const server = await startServer(depsFor(env));
  stop = server.stop;
  return (headers: Record<string, string> = {}) => fetch(`${server.url}/metrics`, { headers });
}

test('without a token, metrics are for this machine alone, and nobody behind a proxy is on it', async () => {
  let get = await serve({});
  const response = await get();
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(await response.text()).toContain('# TYPE recall_rooms_set_aside_total counter\n');
  expect((await get({ 'X-Forwarded-For': '127.0.0.1' })).status).toBe(403);
  await stop();
  get = await serve({ TRUST_PROXY: '127.0.0.1', NODE_ENV: 'production' });
  const refused = await get({ 'X-Forwarded-For': '10.0.0.1' });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toEqual({
    code: 'NOT_ALLOWED',
    message: 'metrics are for this machine alone: set METRICS_TOKEN',
  });
  expect((await get()).status).toBe(200);
});

test('with one, who sends it has them from anywhere, and nobody else', async () => {
  const get = await serve({ METRICS_TOKEN: 'open-sesame' });
  const far = { 'X-Forwarded-For': '10.0.0.1' };
  expect((await get({ ...far, Authorization: 'Bearer open' })).status).toBe(401);
  expect((await get()).headers.get('www-authenticate')).toBe('Bearer realm="Recall metrics"');
  expect((await get({ ...far, Authorization: 'Bearer open-sesame' })).status).toBe(200);
});

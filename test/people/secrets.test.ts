import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { keptSecret } from '../../src/people/secrets.ts';
import { temporaryFolder } from './folder.ts';

const folder = () => join(temporaryFolder(), 'data');

test('a secret is made once, kept for its owner alone, and found again', () => {
  const dataDir = folder();
  const secret = keptSecret(dataDir, 'jwt.secret', 32);
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  expect(keptSecret(dataDir, 'jwt.secret', 32)).toBe(secret);
  expect(statSync(join(dataDir, 'jwt.secret')).mode & 0o777).toBe(0o600);
  expect(readdirSync(dataDir)).toEqual(['jwt.secret']);
});

test('no two secrets are the same', () => {
  const dataDir = folder();
  expect(keptSecret(dataDir, 'a', 32)).not.toBe(keptSecret(dataDir, 'b', 32));
});

test('processes that start together agree on one', async () => {
  const dataDir = folder();
  const module = new URL('../../src/people/secrets.ts', import.meta.url);
  const code = `import { keptSecret } from ${JSON.stringify(module.href)};
    import { parentPort } from 'node:worker_threads';
    parentPort.postMessage(keptSecret(${JSON.stringify(dataDir)}, 'jwt.secret', 32));`;
  const start = () => new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  const answer = (worker: Worker) =>
    new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject));
  const secrets = await Promise.all(Array.from({ length: 6 }, start).map(answer));
  expect(new Set(secrets)).toEqual(new Set([readFileSync(join(dataDir, 'jwt.secret'), 'utf8').trim()]));
});

test('a damaged one is named, and not taken for a secret', () => {
  const dataDir = folder();
  keptSecret(dataDir, 'jwt.secret', 32);
  writeFileSync(join(dataDir, 'jwt.secret'), '\n');
  expect(() => keptSecret(dataDir, 'jwt.secret', 32)).toThrow(/jwt\.secret is damaged: delete it/);
});

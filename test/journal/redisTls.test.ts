import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { certificateOf } from '../../harness/certificate.ts';
import { freePort } from '../../harness/ports.ts';
import { RedisServer } from '../../harness/redis.ts';
import { reachRedis } from '../../src/journal/redisCheck.ts';
import { connectRedis } from '../../src/journal/redisClient.ts';
import { type RedisTls, redisAt } from '../../src/ops/redisAddress.ts';
import { temporaryFolder } from '../people/folder.ts';

const [its, ours] = [certificateOf('redis.example'), certificateOf('game.example')];
let server: RedisServer;
let url: string;
/** It knows its clients by a certificate, users by a password, and its address stands in no certificate. */
beforeAll(async () => {
  const folder = temporaryFolder();
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const port = await freePort();
  server = await RedisServer.start({
    ...{ 'tls-port': `${port}`, 'tls-auth-clients': 'yes', user: 'recall on >wo/rd ~* &* +@all' },
    ...{ 'tls-cert-file': file('cert.pem', its.cert), 'tls-key-file': file('key.pem', its.key) },
    'tls-ca-cert-file': file('ca.pem', ours.cert),
  });
  url = `rediss://recall:wo%2Frd@127.0.0.1:${port}`;
});
afterAll(() => server.dispose());

test('Redis is reached by TLS, by who it trusts', async () => {
  const redis = connectRedis(redisAt(url, { ca: its.cert, ...ours, servername: 'redis.example' }), () => {});
  onTestFinished(() => redis.disconnect());
  await new Promise((resolve) => redis.once('ready', resolve));
  expect(await redis.acl('WHOAMI')).toBe('recall');
});

test.each<[string, RedisTls, RegExp]>([
  ['nobody trusts', { ...ours, servername: 'redis.example' }, /self-signed certificate/],
  ['has another name', { ca: its.cert, ...ours }, /does not match certificate/],
  [
    'does not trust us',
    { ca: its.cert, servername: 'redis.example' },
    /certificate required|it closes the connection|ECONNRESET/,
  ],
])('a Redis that %s is not, and one line says why', async (_, tls, why) => {
  await expect(reachRedis(redisAt(url, tls), 2_000)).rejects.toThrow(why);
});

import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { certificateOf } from '../harness/certificate.ts';
import { loadEnvFile, readConfig, redisOf, settings, settingsTable } from '../src/config.ts';
import { temporaryFolder } from './people/folder.ts';

const longSecret = 'a secret of more than thirty-two characters';
const production = { NODE_ENV: 'production', JWT_SECRET: longSecret };

function publicPem(kind: 'rsa' | 'ec' | 'ed25519', options: Record<string, unknown> = {}): string {
  const generate = generateKeyPairSync as (
    kind: string,
    options: object,
  ) => { publicKey: { export(how: object): string } };
  return generate(kind, options).publicKey.export({ type: 'spki', format: 'pem' });
}

function mistakesOf(env: Record<string, string>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
  return [];
}

describe('settings', () => {
  test('nothing set gives the defaults that the protocol promises', () => {
    expect(readConfig({})).toMatchObject({
      port: 2567,
      host: undefined,
      publicAddress: undefined,
      redisUrl: undefined,
      dataDir: './data',
      jwtSecret: undefined,
      jwtPublicKey: undefined,
      allowGuests: true,
      roomTtlMs: 86_400_000,
      replayTtlMs: 604_800_000,
      emptyRoomMs: 30_000,
      reconnectGraceMs: 60_000,
      leaseMs: 3_000,
      trustProxy: undefined,
      autoStartDelayMs: 5_000,
      randomJoinDelayMs: 5_000,
      randomJoinMaxPlayers: 4,
      initialPeekMs: 15_000,
      sameRankWindowMs: 5_000,
      powerMs: 10_000,
      showMs: 5_000,
      missedTurns: 2,
      maxTurns: 200,
      botDelayMinMs: 600,
      botDelayMaxMs: 2_500,
      awayAfterMs: 120_000,
      presenceGraceMs: 10_000,
      sessionTtlMs: 86_400_000,
      messagesPerS: 50,
      badMessages: 100,
      rateLimitPasswordsUser: 5,
      rateLimitPasswordsAddress: 20,
      rateLimitPasswordsRoom: 200,
      logLevel: 'info',
      production: false,
    });
  });

  test('seconds may be fractions', () => {
    const windowMs = (text: string) => readConfig({ SAME_RANK_WINDOW_S: text }).sameRankWindowMs;
    expect(['0.05', '0.07', '2.5', '0.0004'].map(windowMs)).toEqual([50, 70, 2500, 1]);
  });

  test('a delay may be nothing, a time to act in may not', () => {
    expect(readConfig({ AUTO_START_DELAY_S: '0' }).autoStartDelayMs).toBe(0);
    expect(mistakesOf({ POWER_S: '0' })).toEqual(["POWER_S must be a number of seconds > 0 and <= 2147483, got '0'"]);
  });

  test('a time that is longer than a timer can wait is refused, since the timer would fire at once', () => {
    expect(mistakesOf({ ROOM_TTL_S: '2147484' })).toHaveLength(1);
    expect(readConfig({ REPLAY_TTL_S: '2147484' }).replayTtlMs).toBe(2_147_484_000);
  });

  test('an empty variable counts as unset', () => {
    expect(readConfig({ ROOM_TTL_S: '', REDIS_URL: ' ' })).toMatchObject({
      roomTtlMs: 86_400_000,
      redisUrl: undefined,
    });
  });

  test('each mistake has its line, which says what is allowed and what was found', () => {
    const env = {
      PORT: '70000',
      ROOM_TTL_S: 'abc',
      ALLOW_GUESTS: 'yes',
      LOG_LEVEL: 'loud',
      TRUST_PROXY: '10.0.0.0/99',
      ALLOWED_ORIGINS: 'https://game.example/path',
      BOT_DELAY_MIN_S: '3',
    };
    expect(mistakesOf(env)).toEqual([
      "PORT must be a whole number from 0 to 65535, got '70000'",
      "ALLOW_GUESTS must be true or false, got 'yes'",
      "ALLOWED_ORIGINS must be origins such as https://game.example, separated by commas, got 'https://game.example/path'",
      "TRUST_PROXY must be addresses or ranges such as 10.0.0.0/8, separated by commas, got '10.0.0.0/99'",
      "ROOM_TTL_S must be a number of seconds > 0 and <= 2147483, got 'abc'",
      "LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, got 'loud'",
      'BOT_DELAY_MIN_S must not be more than BOT_DELAY_MAX_S',
    ]);
  });

  test('each setting that is wrong has its one line', () => {
    const rest = { ...production, MONITOR_USER: 'ann', MONITOR_PASSWORD: 'twelve chars' };
    // Of these any text may be right; of a folder the file system has the last word (test/deploy/mistakes.test.ts).
    const anyText = ['DATA_DIR', 'JWT_ISSUER', 'JWT_AUDIENCE'];
    const wrong = settings.map(({ name }) => name).filter((name) => !anyText.includes(name));
    const beside = (name: string): Record<string, string> =>
      name === 'JWT_PUBLIC_KEY_OTHER' ? { JWT_PUBLIC_KEY: publicPem('ed25519') } : {};
    const told = wrong.map((name) => [name, mistakesOf({ ...rest, ...beside(name), [name]: 'a: b' })] as const);
    expect(told.filter(([name, lines]) => lines.length !== 1 || !lines[0]?.startsWith(`${name} `))).toEqual([]);
  });

  test.each(['-1', '1e3', '0x10', 'NaN', 'Infinity', '1,5', '٣'])('%s is no number of seconds', (text) => {
    expect(mistakesOf({ LEASE_S: text })).toHaveLength(1);
  });

  test('a mistake in a secret does not repeat it', () => {
    const mistakes = mistakesOf({ JWT_PUBLIC_KEY: 'hunter2', REDIS_URL: 'http://:hunter2@redis' });
    expect(mistakes).toHaveLength(2);
    expect(mistakes.join()).not.toContain('hunter2');
  });

  test.each([
    'redis://redis',
    'rediss://:a%40b@redis:6380/1',
    'redis+sentinel://one:26379,two,[::1]:26380/main',
    'rediss+sentinel://user:word@one/main/2?sentinel_user=a&sentinel_password=b',
    'redis+cluster://one:7000,two:7001',
    'rediss+cluster://user:word@one',
  ])('REDIS_URL may be %s', (REDIS_URL) => {
    expect(readConfig({ REDIS_URL }).redisUrl).toBe(REDIS_URL);
  });

  test.each([
    'http://redis',
    'redis+sentinel://one:26379',
    'redis+sentinel://one:26379/',
    'redis+sentinel://one:66666/main',
    'redis+sentinel://one,,two/main',
    'redis+sentinel://a:%zz@one/main',
    'redis+sentinel://one/main?password=x',
    'redis+sentinels://one/main',
    'redis+cluster://one:7000/1',
    'redis+cluster://one/main',
    'redis+cluster://',
  ])('REDIS_URL can not be %s, which one line says', (REDIS_URL) => {
    expect(mistakesOf({ REDIS_URL })).toEqual([expect.stringMatching(/^REDIS_URL must be an address such as redis:/)]);
  });

  test('what an address of Sentinels says is read', () => {
    const REDIS_URL = 'rediss+sentinel://us%3Aer:wo%2Frd@one,[::1]:7/main/2?sentinel_user=a&sentinel_password=b';
    expect(redisOf(readConfig({ REDIS_URL, REDIS_TLS_NAME: 'redis.example' }))).toEqual({
      ...{ kind: 'sentinel', name: 'main', db: 2 },
      sentinels: [
        { host: 'one', port: 26379 },
        { host: '::1', port: 7 },
      ],
      who: { username: 'us:er', password: 'wo/rd' },
      whoThere: { username: 'a', password: 'b' },
      tls: { ca: undefined, cert: undefined, key: undefined, servername: 'redis.example' },
    });
  });

  test('TLS and replicas of a Redis need one that has them', () => {
    const REDIS_URL = 'redis://redis';
    expect(mistakesOf({ REDIS_URL, REDIS_TLS_NAME: 'redis.example' })).toEqual([
      'REDIS_TLS_NAME needs a REDIS_URL that begins with rediss: this one is without TLS',
    ]);
    expect(mistakesOf({ WAIT_REPLICAS: '1' })).toEqual(['WAIT_REPLICAS needs REDIS_URL: a file has no replicas']);
    expect(mistakesOf({ REDIS_URL, WAIT_REPLICAS: 'all' })).toEqual([
      "WAIT_REPLICAS must be a whole number from 0 to 5, got 'all'",
    ]);
    for (const REDIS_TLS_CA of ['hunter2', '-----BEGIN CERTIFICATE-----\\nhunter2'])
      expect(mistakesOf({ REDIS_URL: 'rediss://redis', REDIS_TLS_CA })).toEqual([
        'REDIS_TLS_CA must be a PEM certificate, or several',
      ]);
    const ofTls = certificateOf('redis.example');
    const pair = { REDIS_TLS_CERT: ofTls.cert, REDIS_TLS_KEY: ofTls.key };
    expect(mistakesOf({ REDIS_URL: 'rediss://redis', ...pair })).toEqual([]);
    expect(mistakesOf({ REDIS_URL: 'rediss://redis', REDIS_TLS_CERT: ofTls.cert })).toEqual([
      'REDIS_TLS_CERT and REDIS_TLS_KEY must be set together',
    ]);
    const REDIS_TLS_KEY = certificateOf('another.example').key;
    expect(mistakesOf({ REDIS_URL: 'rediss://redis', ...pair, REDIS_TLS_KEY })).toEqual([
      'REDIS_TLS_CERT and REDIS_TLS_KEY must be a certificate and its key: these do not go together',
    ]);
  });

  test('processes of PM2 listen on ports in a row', () => {
    expect(readConfig({ PORT: '3000', NODE_APP_INSTANCE: '2' }).port).toBe(3002);
    expect(readConfig({ PORT: '0', NODE_APP_INSTANCE: '2' }).port).toBe(0);
    expect(mistakesOf({ PORT: '65535', NODE_APP_INSTANCE: '1' })).toEqual([
      'PORT plus NODE_APP_INSTANCE must be at most 65535',
    ]);
  });

  test('the monitor takes a name and a password, or neither', () => {
    expect(mistakesOf({ MONITOR_USER: 'ann' })).toEqual(['MONITOR_USER and MONITOR_PASSWORD must be set together']);
    const monitor = { MONITOR_USER: 'ann', MONITOR_PASSWORD: 'elevenchars' };
    expect(mistakesOf({ ...production, ...monitor })).toEqual([
      'MONITOR_PASSWORD must be at least 12 characters with NODE_ENV=production',
    ]);
    readConfig(monitor);
    readConfig({ ...production, ...monitor, MONITOR_PASSWORD: 'twelve chars' });
  });
});

test('a token for metrics is no short one in production', () => {
  expect(mistakesOf({ ...production, METRICS_TOKEN: 'fifteen-letters' })).toEqual([
    'METRICS_TOKEN must be at least 16 characters with NODE_ENV=production',
  ]);
  expect(readConfig({ ...production, METRICS_TOKEN: 'of-sixteen-chars' }).metricsToken).toBe('of-sixteen-chars');
  expect(mistakesOf({ METRICS_TOKEN: 'open sesame' })).toEqual(['METRICS_TOKEN must be text without spaces']);
});

describe('production', () => {
  test('will not start without a key to check tokens with', () => {
    const mistakes = mistakesOf({ NODE_ENV: 'production' });
    expect(mistakes).toEqual([expect.stringContaining('JWT_SECRET (or JWT_PUBLIC_KEY, or JWKS_URL) must be set')]);
  });

  test('will not start with a secret that is short enough to be guessed', () => {
    const mistakes = mistakesOf({ NODE_ENV: 'production', JWT_SECRET: 'short' });
    expect(mistakes).toEqual(['JWT_SECRET must be at least 32 characters with NODE_ENV=production']);
  });

  test('lets no guests in with a public key alone, since it has nothing to sign their tokens with', () => {
    const env = { NODE_ENV: 'production', JWT_PUBLIC_KEY: publicPem('ed25519') };
    expect(readConfig(env).allowGuests).toBe(false);
    expect(readConfig({ ...env, JWT_SECRET: longSecret }).allowGuests).toBe(true);
    expect(mistakesOf({ ...env, ALLOW_GUESTS: 'true' })).toEqual([
      'ALLOW_GUESTS=true needs JWT_SECRET: it signs the tokens of guests',
    ]);
  });

  test('gives a turn five seconds at least, elsewhere tests may be quicker', () => {
    expect(readConfig(production).minTurnTimeLimitS).toBe(5);
    expect(readConfig({ NODE_ENV: 'test' }).minTurnTimeLimitS).toBeLessThan(0.1);
  });
});

describe('the public key', () => {
  test.each([
    ['RS256', publicPem('rsa', { modulusLength: 2048 })],
    ['ES256', publicPem('ec', { namedCurve: 'P-256' })],
    ['EdDSA', publicPem('ed25519')],
  ])('picks %s by its kind', (algorithm, pem) => {
    expect(readConfig({ JWT_PUBLIC_KEY: pem }).jwtPublicKey?.algorithm).toBe(algorithm);
    expect(readConfig({ JWT_PUBLIC_KEY: pem.replaceAll('\n', '\\n') }).jwtPublicKey?.algorithm).toBe(algorithm);
  });

  test.each([
    ['a weak RSA key', publicPem('rsa', { modulusLength: 1024 })],
    ['another curve', publicPem('ec', { namedCurve: 'secp256k1' })],
    ['a private key', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
  ])('must not be %s', (_, pem) => {
    expect(mistakesOf({ JWT_PUBLIC_KEY: pem })).toEqual([
      'JWT_PUBLIC_KEY must be a PEM public key (RSA of 2048 bits or more, P-256 or Ed25519)',
    ]);
  });
});

describe('a secret in a file', () => {
  const file = join(temporaryFolder(), 'secret');
  writeFileSync(file, `${longSecret}\n`);

  test('is as good as one in the environment', () => {
    expect(readConfig({ NODE_ENV: 'production', JWT_SECRET_FILE: file }).jwtSecret).toBe(longSecret);
    expect(readConfig({ REDIS_URL_FILE: '', JWT_SECRET: longSecret }).redisUrl).toBeUndefined();
  });

  test('that can not be read, or is there twice, gets one line, which does not repeat it', () => {
    const none = join(temporaryFolder(), 'none');
    expect(mistakesOf({ JWT_SECRET_FILE: none, NODE_ENV: 'production' })).toEqual([
      `JWT_SECRET_FILE: ${none} can not be read (ENOENT)`,
    ]);
    expect(mistakesOf({ JWT_SECRET: longSecret, JWT_SECRET_FILE: file })).toEqual([
      'JWT_SECRET and JWT_SECRET_FILE must not both be set',
    ]);
    expect(mistakesOf({ REDIS_URL_FILE: file }).join()).not.toContain(longSecret);
  });

  test('goes for secrets alone', () => {
    expect(readConfig({ PORT_FILE: file }).port).toBe(2567);
  });
});

test('keys of tokens that contradict each other get one line each', () => {
  const JWT_PUBLIC_KEY = publicPem('ed25519');
  expect(mistakesOf({ JWT_SECRET_OTHER: longSecret })).toEqual([
    'JWT_SECRET_OTHER needs JWT_SECRET, which it is beside',
  ]);
  expect(mistakesOf({ JWKS_URL: 'https://id.example/keys', JWT_PUBLIC_KEY })).toEqual([
    'JWKS_URL and JWT_PUBLIC_KEY must not both be set: either says which keys are good',
  ]);
  expect(mistakesOf({ NODE_ENV: 'production', JWKS_URL: 'http://id.example/keys' })).toEqual([
    'JWKS_URL must be an https:// address with NODE_ENV=production',
  ]);
  expect(mistakesOf({ ...production, JWT_SECRET_OTHER: 'short' })).toEqual([
    'JWT_SECRET_OTHER must be at least 32 characters with NODE_ENV=production',
  ]);
});

describe('.env', () => {
  const folder = temporaryFolder();
  const file = join(folder, '.env');
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
    rmSync(file, { force: true });
  });

  test('fills in what the environment leaves open', () => {
    writeFileSync(file, 'LEASE_S=7\nPOWER_S=8\n');
    process.env.POWER_S = '9';
    loadEnvFile(file);
    expect(readConfig(process.env)).toMatchObject({ leaseMs: 7_000, powerMs: 9_000 });
  });

  test('is not read in production, and need not be there', () => {
    loadEnvFile(file);
    writeFileSync(file, 'LEASE_S=7\n');
    process.env.NODE_ENV = 'production';
    loadEnvFile(file);
    expect(process.env.LEASE_S).toBeUndefined();
  });
});

test('the settings table for readers has every setting once, with its default', () => {
  const rows = settingsTable().split('\n').slice(2);
  expect(rows).toHaveLength(settings.length);
  expect(new Set(settings.map(({ name }) => name)).size).toBe(settings.length);
  expect(rows).toContain('| `ROOM_TTL_S` | `86400` s | A room that nothing happens in expires |');
  for (const row of rows) expect(row).toMatch(/^\| `[A-Z_]+` \| (`[^`]+`( \w+)?)? \| [^|]+ \|$/);
});

test('the README has every setting, as it is', () => {
  expect(readFileSync('README.md', 'utf8')).toContain(settingsTable());
});

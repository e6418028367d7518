import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { Misconfigured } from './ops/misconfigured.ts';
import { type RedisAddress, redisAt, redisForms, tlsMistakes } from './ops/redisAddress.ts';
import { succeeds } from './ops/succeeds.ts';

/** How a setting is read: what a mistake is told is allowed, and text to value. A secret's value is never repeated. */
interface Kind<T> {
  expected: string;
  schema: z.ZodType<T, string>;
  secret?: boolean;
}

/** One setting of the environment. */
interface Setting<T> {
  name: string;
  kind: Kind<T>;
  /** The text that stands in for an unset variable; undefined where the setting is optional. */
  default: string | undefined;
  unit: string;
  text: string;
}

const decimal = z
  .string()
  .regex(/^\d+(\.\d+)?$/)
  .transform(Number);
const whole = z.string().regex(/^\d+$/).transform(Number);
/** Rounded up, so that no time becomes none; to six digits first, since 0.07 * 1000 is a little more than 70. */
const toMs = (seconds: number) => Math.ceil(Number((seconds * 1000).toFixed(6)));

/** The longest that a Node timer can wait; a longer one would fire at once. */
const longestTimerS = 2_147_483;

const secondsUpTo = (max: number): Kind<number> => ({
  expected: `a number of seconds > 0 and <= ${max}`,
  schema: decimal.pipe(z.number().positive().max(max)).transform(toMs),
});
const seconds = secondsUpTo(longestTimerS);
/** Ten years at most: for what is written down with its end, and no timer waits for. */
const lifetime = secondsUpTo(315_360_000);
const delay: Kind<number> = {
  expected: `a number of seconds >= 0 and <= ${longestTimerS}`,
  schema: decimal.pipe(z.number().max(longestTimerS)).transform(toMs),
};
const count = (min: number, max: number): Kind<number> => ({
  expected: `a whole number from ${min} to ${max}`,
  schema: whole.pipe(z.number().min(min).max(max)),
});
const ratio: Kind<number> = {
  expected: 'a number from 0 to 1',
  schema: decimal.pipe(z.number().max(1)),
};
const boolean: Kind<boolean> = {
  expected: 'true or false',
  schema: z.enum(['true', 'false']).transform((text) => text === 'true'),
};
const oneOf = <const T extends string>(...values: T[]): Kind<T> => ({
  expected: `one of ${values.join(', ')}`,
  schema: z.string().pipe(z.enum(values)),
});
const line = (expected: string, pattern = /^.+$/): Kind<string> => ({ expected, schema: z.string().regex(pattern) });
const webAddress = /^https?:\/\/[^\s/]+\S*$/;
const secret: Kind<string> = { expected: 'text', schema: z.string(), secret: true };
const list = (text: string) => text.split(',').map((item) => item.trim());

const origins: Kind<readonly string[]> = {
  expected: 'origins such as https://game.example, separated by commas',
  schema: z
    .string()
    .transform(list)
    .pipe(z.array(z.string().refine(isOrigin))),
};
const addresses: Kind<BlockList> = {
  expected: 'addresses or ranges such as 10.0.0.0/8, separated by commas',
  schema: z.string().transform((text, context) => {
    const trusted = new BlockList();
    try {
      for (const range of list(text)) addRange(trusted, range);
    } catch {
      context.addIssue('not an address');
    }
    return trusted;
  }),
};

/** A key that tokens are checked with, and the one algorithm that goes with it. */
interface PublicKey {
  key: KeyObject;
  algorithm: 'RS256' | 'ES256' | 'EdDSA';
}
const publicKey: Kind<PublicKey> = {
  expected: 'a PEM public key (RSA of 2048 bits or more, P-256 or Ed25519)',
  // A variable often can't hold line breaks: \n stands for one.
  schema: z.string().transform((pem, context) => readPublicKey(pem.replaceAll('\\n', '\n')) ?? fail(context)),
  secret: true,
};

const redisAddress: Kind<string> = {
  expected: redisForms,
  schema: z.string().refine((url) => succeeds(() => redisAt(url))),
  secret: true,
};
/** A variable often can't hold line breaks: \n stands for one. */
const pem = (what: string, read: (pem: string) => unknown): Kind<string> => ({
  expected: what,
  schema: z
    .string()
    .transform((text) => text.replaceAll('\\n', '\n'))
    .refine((text) => succeeds(() => read(text))),
  secret: true,
});
const certificate = pem('a PEM certificate, or several', (text) => new X509Certificate(text));
const privateKey = pem('a PEM private key', createPrivateKey);

function setting<T>(name: string, kind: Kind<T>, standard: string, unit: string, text: string): Setting<T> {
  return { name, kind, default: standard, unit, text };
}
function optional<T>(name: string, kind: Kind<T>, text: string): Setting<T | undefined> {
  return { name, kind, default: undefined, unit: '', text };
}

/** Every setting with its default: the one place where they are. The field names are those of `Config`; durations are in ms there. */
// biome-ignore format: a table
const table = {
  nodeEnv: setting('NODE_ENV', oneOf('development', 'test', 'production'), 'development', '', '`production` asks for secrets and turns the playground off'),
  port: setting('PORT', count(0, 65_535), '2567', '', 'Where to listen; 0 takes any free port'),
  instance: setting('NODE_APP_INSTANCE', count(0, 999), '0', '', 'Added to `PORT`; set by PM2'),
  host: optional('HOST', line('an address or a host name', /^[\w.:-]+$/), 'The address to listen on, else all interfaces'),
  publicAddress: optional('PUBLIC_ADDRESS', line('a host, with port and path if need be, without a scheme', /^[\w.-]+(:\d+)?(\/[\w./-]*)?$/), 'Where clients reach this one process, for instance `game.example/2567`'),
  peerAddress: optional('PEER_ADDRESS', line('a host and a port', /^[\w.[\]:-]+:\d+$/), 'Where the other processes reach this one, else at `HOST` (or the machine\'s own address) and its port'),
  allowVolatileRedis: setting('ALLOW_VOLATILE_REDIS', boolean, 'false', '', 'Start in production on a Redis that may lose or evict rooms'),
  redisUrl: optional('REDIS_URL', redisAddress, 'The cluster\'s Redis (`redis://`, `redis+sentinel://`, `redis+cluster://`; `rediss` for TLS); without it the process stands alone'),
  redisTlsCa: optional('REDIS_TLS_CA', certificate, 'PEM; who signs the certificate of Redis (and of its Sentinels), where that is not who everybody trusts'),
  redisTlsCert: optional('REDIS_TLS_CERT', certificate, 'PEM; the certificate of this process, for a Redis that asks for one'),
  redisTlsKey: optional('REDIS_TLS_KEY', privateKey, 'PEM; the key of it'),
  redisTlsName: optional('REDIS_TLS_NAME', line('a host name', /^[\w.-]+$/), 'The name in the certificate of Redis, where that is another than its address'),
  waitReplicas: setting('WAIT_REPLICAS', count(0, 5), '0', 'replicas', 'A move is acknowledged when so many replicas of Redis have it, too'),
  dataDir: setting('DATA_DIR', line('a folder'), './data', '', 'The journal, and the secrets that the server made for itself'),
  allowSharedDataDir: setting('ALLOW_SHARED_DATA_DIR', boolean, 'false', '', 'Start without Redis on a `DATA_DIR` that another process uses: the two take rooms from each other'),
  jwtSecret: optional('JWT_SECRET', secret, 'The HS256 key of tokens, at least 32 characters in production; else one is made and kept in `DATA_DIR`'),
  jwtPublicKey: optional('JWT_PUBLIC_KEY', publicKey, 'PEM; tokens are then checked by RS256, ES256 or EdDSA, as the key says, and `JWT_SECRET` signs guests alone'),
  jwtSecretOther: optional('JWT_SECRET_OTHER', secret, 'A second one, by which tokens are accepted but none signed: while `JWT_SECRET` is replaced, the next one or the one before'),
  jwtPublicKeyOther: optional('JWT_PUBLIC_KEY_OTHER', publicKey, 'The same for `JWT_PUBLIC_KEY`'),
  jwksUrl: optional('JWKS_URL', line('an https:// address (http:// in development)', webAddress), 'In place of `JWT_PUBLIC_KEY`: where an identity provider publishes its keys, by `kid`; `JWT_SECRET` signs guests alone'),
  jwtIssuer: optional('JWT_ISSUER', line('text'), 'Tokens of accounts must have this `iss`'),
  jwtAudience: optional('JWT_AUDIENCE', line('text'), 'And this `aud`: without it those that a provider gave for another service are good here, too'),
  allowGuests: setting('ALLOW_GUESTS', boolean, 'true', '', 'Whether `POST /auth/anonymous` gives tokens to guests, and theirs are accepted'),
  monitorUser: optional('MONITOR_USER', line('a name without a colon', /^[^:]+$/), 'Who may open `/monitor`; in development `operator` otherwise'),
  monitorPassword: optional('MONITOR_PASSWORD', secret, 'The password for it, at least 12 characters in production; in development one is made and kept in `DATA_DIR` otherwise'),
  metricsToken: optional('METRICS_TOKEN', { ...line('text without spaces', /^\S+$/), secret: true }, 'Who scrapes `/metrics` sends it as a bearer token, at least 16 characters in production; without one, `/metrics` answers this machine alone'),
  playgroundAnywhere: setting('PLAYGROUND_ANYWHERE', boolean, 'false', '', 'Whether `/playground`, which lists private rooms too, answers other machines than this one'),
  allowedOrigins: optional('ALLOWED_ORIGINS', origins, 'The web pages that may call the server, else all (a token is never sent by itself, as a cookie would be)'),
  trustProxy: optional('TRUST_PROXY', addresses, 'Addresses or ranges of proxies whose `X-Forwarded-For` counts'),
  roomTtlMs: setting('ROOM_TTL_S', seconds, '86400', 's', 'A room that nothing happens in expires'),
  replayTtlMs: setting('REPLAY_TTL_S', lifetime, '604800', 's', 'How long a finished match can be replayed'),
  emptyRoomMs: setting('EMPTY_ROOM_S', delay, '30', 's', 'How long a room without people stays open'),
  lapseWaitMs: setting('LAPSE_WAIT_S', seconds, '15', 's', 'Who did not connect to a reserved seat gets none in that room for as long, longer each time; others at their address wait as long once'),
  reconnectGraceMs: setting('RECONNECT_GRACE_S', delay, '60', 's', 'How long the seat of a lost connection is held'),
  leaseMs: setting('LEASE_S', seconds, '3', 's', 'A process that is silent for longer loses its rooms'),
  autoStartDelayMs: setting('AUTO_START_DELAY_S', delay, '5', 's', 'From the opening of an `auto_start` room to its match'),
  randomJoinDelayMs: setting('RANDOM_JOIN_DELAY_S', delay, '5', 's', 'The same for a room that random join opened'),
  randomJoinMaxPlayers: setting('RANDOM_JOIN_MAX_PLAYERS', count(2, 8), '4', 'seats', 'Seats of a room that random join opens'),
  initialPeekMs: setting('INITIAL_PEEK_S', seconds, '15', 's', 'The least time to choose the two cards of the initial peek'),
  sameRankWindowMs: setting('SAME_RANK_WINDOW_S', seconds, '5', 's', 'How long the same-rank window is open'),
  powerMs: setting('POWER_S', seconds, '10', 's', 'Time to use a queen or a jack'),
  showMs: setting('SHOW_S', seconds, '5', 's', 'How long a peeked card is shown'),
  missedTurns: setting('MISSED_TURNS', count(1, 100), '2', 'turns', 'Missed in a row, until a computer player takes over'),
  maxTurns: setting('MAX_TURNS', count(1, 10_000), '200', 'turns', 'A match ends after so many'),
  botDelayMinMs: setting('BOT_DELAY_MIN_S', delay, '0.6', 's', 'The least that a computer player thinks'),
  botDelayMaxMs: setting('BOT_DELAY_MAX_S', delay, '2.5', 's', 'The most that a computer player thinks'),
  awayAfterMs: setting('AWAY_AFTER_S', seconds, '120', 's', 'Who does nothing for as long is away'),
  presenceGraceMs: setting('PRESENCE_GRACE_S', delay, '10', 's', 'Who is gone for as long is offline'),
  sessionTtlMs: setting('SESSION_TTL_S', lifetime, '86400', 's', 'How long a guest\'s token is good; a sign-out is remembered longer'),
  lobbyRefreshMs: setting('LOBBY_REFRESH_S', seconds, '1', 's', 'How often a lobby that somebody watches looks for changes'),
  messagesPerS: setting('MESSAGES_PER_S', count(1, 100_000), '50', 'messages', 'More in a second from one client are refused'),
  badMessages: setting('BAD_MESSAGES', count(1, 100_000), '100', 'messages', 'So many refused within 10 s close the connection'),
  maxRoomsUser: setting('MAX_ROOMS_USER', count(1, 1_000_000), '10', 'rooms', 'So many rooms may be open that one user owns'),
  maxSeatsUser: setting('MAX_SEATS_USER', count(1, 1_000_000), '20', 'seats', 'So many seats one user may have'),
  maxConnectionsUser: setting('MAX_CONNECTIONS_USER', count(1, 1_000_000), '40', 'connections', 'So many connections one user may have to one process'),
  controlFramesPerS: setting('CONTROL_FRAMES_PER_S', count(2, 100_000), '20', 'frames', 'More PINGs and PONGs in a second from one client close the connection'),
  requestTimeoutMs: setting('REQUEST_TIMEOUT_S', seconds, '12', 's', 'A request that is not whole by then, or a WebSocket that has not opened, is closed'),
  maxConnectionsAddress: setting('MAX_CONNECTIONS_ADDRESS', count(1, 1_000_000), '2000', 'connections', 'So many connections one address may have to one process, whatever they are for'),
  maxMemoryMb: optional('MAX_MEMORY_MB', count(1, 100_000_000), 'Beyond so much memory in use (V8\'s heap and buffers, MB) nobody new is let in; else three quarters of what V8 or the container gives'),
  rateLimitWindowMs: setting('RATE_LIMIT_WINDOW_S', seconds, '60', 's', 'The time that the `RATE_LIMIT_*` below are counted over'),
  rateLimitPasswordsUser: setting('RATE_LIMIT_PASSWORDS_USER', count(1, 1_000_000), '5', 'attempts', 'Wrong passwords of one user in one room; the wait grows for who goes on'),
  rateLimitPasswordsAddress: setting('RATE_LIMIT_PASSWORDS_ADDRESS', count(1, 1_000_000), '20', 'attempts', 'The same of all strangers at one address'),
  rateLimitPasswordsRoom: setting('RATE_LIMIT_PASSWORDS_ROOM', count(1, 1_000_000), '200', 'attempts', 'Wrong passwords of all strangers in one room; after that each address has one try'),
  rateLimitGuests: setting('RATE_LIMIT_GUESTS', count(1, 1_000_000), '300', 'guests', 'New guests from one address; a quarter is for those who have waited'),
  rateLimitLapsesUser: setting('RATE_LIMIT_LAPSES_USER', count(1, 1_000_000), '3', 'seats', 'Reserved seats that one user did not connect to; the wait grows for who goes on'),
  rateLimitComingsAddress: setting('RATE_LIMIT_COMINGS_ADDRESS', count(1, 1_000_000), '20', 'people', 'Newcomers from one address who get a seat in one room a minute; the wait grows where more go on coming'),
  rateLimitLapsesAddress: setting('RATE_LIMIT_LAPSES_ADDRESS', count(1, 1_000_000), '200', 'seats', 'The same from one address'),
  rateLimitCreatesUser: setting('RATE_LIMIT_CREATES_USER', count(1, 1_000_000), '20', 'rooms', 'Rooms that one user opens'),
  rateLimitCreatesAddress: setting('RATE_LIMIT_CREATES_ADDRESS', count(1, 1_000_000), '240', 'rooms', 'The same from one address, guests and accounts each; the wait grows: twice as many in four times as long, and so on'),
  rateLimitJoinsUser: setting('RATE_LIMIT_JOINS_USER', count(1, 1_000_000), '60', 'joins', 'Seats that one user asks for, and ways into the lobby; ways back to their own seats are counted apart'),
  rateLimitJoinsAddress: setting('RATE_LIMIT_JOINS_ADDRESS', count(1, 1_000_000), '1000', 'joins', 'The same from one address, guests and accounts each'),
  rateLimitRequestsUser: setting('RATE_LIMIT_REQUESTS_USER', count(1, 1_000_000), '300', 'requests', 'Requests of one user, by HTTP and by messages: lists of rooms and people, and of their own session'),
  rateLimitRequestsAddress: setting('RATE_LIMIT_REQUESTS_ADDRESS', count(1, 1_000_000), '1500', 'requests', 'The same from one address, guests, accounts and those without a token each'),
  rateLimitMonitor: setting('RATE_LIMIT_MONITOR', count(1, 1_000_000), '10', 'attempts', 'Wrong passwords for `/monitor` from one address'),
  tracesEndpoint: optional('OTEL_EXPORTER_OTLP_ENDPOINT', { ...line('an http:// or https:// address', webAddress), secret: true }, 'Of an OpenTelemetry collector (HTTP, port 4318 as a rule), which traces are sent to; without it there are none. `OTEL_EXPORTER_OTLP_HEADERS` and `OTEL_SERVICE_NAME` are its usual ones'),
  tracesShare: setting('OTEL_TRACES_SAMPLER_ARG', ratio, '1', '', 'Which share of messages and calls is traced'),
  logLevel: setting('LOG_LEVEL', oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'), 'info', '', 'The least important lines that are logged'),
};

type Values = { [Field in keyof typeof table]: (typeof table)[Field] extends Setting<infer T> ? T : never };

/** The settings of this process. Durations are in ms, `port` has `NODE_APP_INSTANCE` added. */
export type Config = Readonly<Omit<Values, 'nodeEnv' | 'instance'>> & {
  readonly production: boolean;
  /** The shortest `turn_time_limit` that a room may have, in seconds. */
  readonly minTurnTimeLimitS: number;
};

/** Where Redis is; undefined for a process that stands alone. */
export function redisOf(config: Config): RedisAddress | undefined {
  const { redisUrl, redisTlsCa: ca, redisTlsCert: cert, redisTlsKey: key, redisTlsName: servername } = config;
  return redisUrl === undefined ? undefined : redisAt(redisUrl, { ca, cert, key, servername });
}

/** The variable that names a file with a secret in it, in place of the secret. */
const fileOf = (name: string): string => `${name}_FILE`;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment as typed settings. An empty variable counts as unset.
 * @throws Misconfigured with one line for each mistake; secrets are not repeated in it.
 */
export function readConfig(env: Environment): Config {
  const mistakes: string[] = [];
  const read = <T>({ name, kind, default: standard }: Setting<T>): T | undefined => {
    const text = env[name]?.trim() || fileText(name, kind) || standard;
    if (text === undefined) return undefined;
    const result = kind.schema.safeParse(text);
    if (result.success) return result.data;
    mistakes.push(`${name} must be ${kind.expected}${kind.secret ? '' : `, got '${text}'`}`);
    return undefined;
  };
  const fileText = (name: string, { secret }: Kind<unknown>): string | undefined => {
    const path = secret && env[fileOf(name)]?.trim();
    if (!path) return undefined;
    try {
      const text = readFileSync(path, 'utf8').trim();
      if (text === '') mistakes.push(`${fileOf(name)}: ${path} is empty`);
      return text;
    } catch (error) {
      mistakes.push(`${fileOf(name)}: ${path} can not be read (${(error as NodeJS.ErrnoException).code})`);
      return undefined;
    }
  };
  for (const { name, kind } of Object.values<Setting<unknown>>(table)) {
    if (kind.secret && env[name]?.trim() && env[fileOf(name)]?.trim())
      mistakes.push(`${name} and ${fileOf(name)} must not both be set`);
  }
  const entries = Object.entries<Setting<unknown>>(table).map(([field, setting]) => [field, read(setting)]);
  const values = Object.fromEntries(entries) as Values;
  mistakes.push(...contradictions(values, env));
  if (mistakes.length > 0) throw new Misconfigured(`The settings have mistakes:\n${mistakes.join('\n')}`);

  const { nodeEnv, instance, ...config } = values;
  const production = nodeEnv === 'production';
  return Object.freeze({
    ...config,
    port: config.port === 0 ? 0 : config.port + instance,
    // Guests need a secret of ours to sign with, and production makes none.
    allowGuests: config.allowGuests && !(production && config.jwtSecret === undefined),
    production,
    minTurnTimeLimitS: production ? 5 : 0.01,
  });
}

/** What is wrong between settings that are each right; a field that could not be read is undefined. */
function contradictions(values: Partial<Values>, env: Environment): string[] {
  const found: string[] = [];
  const {
    port = 0,
    instance = 0,
    jwtSecret,
    monitorPassword,
    metricsToken,
    botDelayMinMs = 0,
    botDelayMaxMs = botDelayMinMs,
  } = values;
  const production = values.nodeEnv === 'production';
  if (port + instance > 65_535) found.push('PORT plus NODE_APP_INSTANCE must be at most 65535');
  if (botDelayMinMs > botDelayMaxMs) found.push('BOT_DELAY_MIN_S must not be more than BOT_DELAY_MAX_S');
  const isSet = (name: string) => Boolean(env[name]?.trim() || env[fileOf(name)]?.trim());
  if (isSet('MONITOR_USER') !== isSet('MONITOR_PASSWORD')) {
    found.push('MONITOR_USER and MONITOR_PASSWORD must be set together');
  }
  if (production && monitorPassword !== undefined && monitorPassword.length < 12) {
    found.push('MONITOR_PASSWORD must be at least 12 characters with NODE_ENV=production');
  }
  if (production && metricsToken !== undefined && metricsToken.length < 16) {
    found.push('METRICS_TOKEN must be at least 16 characters with NODE_ENV=production');
  }
  if (production && !['JWT_SECRET', 'JWT_PUBLIC_KEY', 'JWKS_URL'].some(isSet)) {
    found.push(
      'JWT_SECRET (or JWT_PUBLIC_KEY, or JWKS_URL) must be set with NODE_ENV=production, for instance to `openssl rand -hex 32`',
    );
  }
  for (const [name, key] of Object.entries({ JWT_SECRET: jwtSecret, JWT_SECRET_OTHER: values.jwtSecretOther })) {
    if (production && key && key.length < 32)
      found.push(`${name} must be at least 32 characters with NODE_ENV=production`);
  }
  for (const name of ['JWT_SECRET', 'JWT_PUBLIC_KEY'])
    if (isSet(`${name}_OTHER`) && !isSet(name)) found.push(`${name}_OTHER needs ${name}, which it is beside`);
  if (isSet('JWKS_URL') && isSet('JWT_PUBLIC_KEY'))
    found.push('JWKS_URL and JWT_PUBLIC_KEY must not both be set: either says which keys are good');
  if (production && values.jwksUrl?.startsWith('http:'))
    found.push('JWKS_URL must be an https:// address with NODE_ENV=production');
  const { redisTlsCa: ca, redisTlsCert: cert, redisTlsKey: key, redisTlsName: servername } = values;
  if (isSet('REDIS_URL')) found.push(...tlsMistakes(values.redisUrl, { ca, cert, key, servername }));
  else if (values.waitReplicas) found.push('WAIT_REPLICAS needs REDIS_URL: a file has no replicas');
  if (production && !jwtSecret && env.ALLOW_GUESTS?.trim() === 'true') {
    found.push('ALLOW_GUESTS=true needs JWT_SECRET: it signs the tokens of guests');
  }
  return found;
}

/**
 * Adds what stands in `file` to the environment, but for what is set there already. Does nothing in production.
 * @param file as a rule `.env`
 */
export function loadEnvFile(file: string): void {
  if (process.env.NODE_ENV !== 'production' && existsSync(file)) process.loadEnvFile(file);
}

/** What a reader wants to know of each setting, in the order of the table. */
export const settings = Object.values<Setting<unknown>>(table).map(({ name, kind, default: standard, unit, text }) => ({
  name,
  /** The variables that it may be given by. */
  variables: kind.secret ? [name, fileOf(name)] : [name],
  default: standard,
  unit,
  text,
}));

/** The settings as the markdown table of the README. */
export function settingsTable(): string {
  const rows = settings.map(({ name, default: standard, unit, text }) => {
    const value = standard === undefined ? '' : `\`${standard}\`${unit && ` ${unit}`}`;
    return `| \`${name}\` | ${value} | ${text} |`;
  });
  return ['| setting | default | |', '| --- | --- | --- |', ...rows].join('\n');
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text;
}

function addRange(ranges: BlockList, range: string): void {
  const [address = '', bits] = range.split('/');
  const version = isIP(address);
  if (version === 0 || (bits !== undefined && !/^\d+$/.test(bits))) throw new Error('not an address');
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (bits === undefined) ranges.addAddress(address, family);
  else ranges.addSubnet(address, Number(bits), family);
}

function readPublicKey(pem: string): PublicKey | undefined {
  // A private key would be taken too, and be one more place that it can be read from.
  if (pem.includes('PRIVATE KEY')) return undefined;
  try {
    const key = createPublicKey(pem);
    const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
    if (key.asymmetricKeyType === 'rsa' && modulusLength >= 2048) return { key, algorithm: 'RS256' };
    if (key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return { key, algorithm: 'ES256' };
    if (key.asymmetricKeyType === 'ed25519') return { key, algorithm: 'EdDSA' };
  } catch {
    // Not a key.
  }
  return undefined;
}

function fail(context: z.RefinementCtx): never {
  context.addIssue('not allowed');
  return z.NEVER;
}

// npm run admin -- rooms | room ID | close ID | users USER | kick USER | ban USER [--hours 24] | unban USER | bans
//                  | drain [PROCESS] | undrain [PROCESS] | audit [--limit 100] | tokens [NAME] [--hours 8]    [--json]
// Asks a running server, by its routes under /admin, as the role operator: the one of these settings (HOST, PORT), or
// ADMIN_URL. It signs itself a token for a minute where it has the server's secret (JWT_SECRET, or the one kept in DATA_DIR);
// else ADMIN_TOKEN is one. tokens asks nobody: it prints a token for NAME, which opens /monitor and /admin.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SignJWT } from 'jose';
import { numberFrom, oneOf, operatorHere, readOptions } from '../harness/arguments.ts';
import { loadEnvFile, readConfig } from '../src/config.ts';
import { secretOf } from '../src/people/tokenKeys.ts';
import type { ErrorBody } from '../src/protocol/errors.ts';
import type { RouteAnswers } from '../src/protocol/http.ts';

/** What each command takes: an argument or none, or one that may be left out. */
const commands = {
  ...{ rooms: 'none', room: 'ID', close: 'ID', users: 'USER', kick: 'USER', ban: 'USER', unban: 'USER', bans: 'none' },
  ...{ drain: '[PROCESS]', undrain: '[PROCESS]', audit: 'none', tokens: '[NAME]' },
} as const;
type Command = keyof typeof commands;

const usage = `npm run admin -- ${Object.entries(commands)
  .map(([command, takes]) => (takes === 'none' ? command : `${command} ${takes}`))
  .join('|')} [--hours N] [--limit N] [--json]`;
const { command, about, hours, limit, json } = readOptions((args) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { hours: { type: 'string' }, limit: { type: 'string' }, json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [first = '', second, ...more] = positionals;
  const command = oneOf('what', first, Object.keys(commands) as Command[]);
  const takes = commands[command];
  if (second === undefined && !/^(none|\[.*)$/.test(takes)) throw new Error(`${command} needs ${takes}`);
  if (more.length > 0 || (takes === 'none' && second !== undefined)) throw new Error('that is one argument too many');
  const hours = values.hours === undefined ? undefined : Number(values.hours);
  if (hours !== undefined && !(hours > 0)) throw new Error('--hours must be a number greater than 0');
  const limit = values.limit === undefined ? 100 : numberFrom('limit', values.limit, 1, 1_000_000);
  return { command, about: second, hours, limit, json: values.json };
}, usage);

loadEnvFile('.env');
const config = readConfig(process.env);
const me = operatorHere();

async function run(): Promise<void> {
  const to = encodeURIComponent(about ?? '');
  const process_id = about;
  if (command === 'tokens') return console.log(await tokenFor(about ?? me, (hours ?? 8) * 3600));
  if (command === 'rooms') return print(await allRooms(), roomLine);
  if (command === 'room') return show(await ask('GET /admin/rooms/{room_id}', to));
  if (command === 'close') return show(await ask('DELETE /admin/rooms/{room_id}', to));
  if (command === 'users') return show(await ask('GET /admin/users/{user_id}', to));
  if (command === 'kick') return show(await ask('POST /admin/users/{user_id}/kick', to));
  if (command === 'ban') return show(await ask('PUT /admin/users/{user_id}/ban', to, { hours: hours ?? 24 }));
  if (command === 'unban') return show(await ask('DELETE /admin/users/{user_id}/ban', to));
  if (command === 'bans') return print((await ask('GET /admin/bans')).bans, banLine);
  if (command === 'audit') return print(await lastOfAudit(limit), auditLine);
  show(await ask(command === 'drain' ? 'POST /admin/drain' : 'POST /admin/undrain', '', { process_id }));
}

/** @throws Error one line that says what to do. */
async function ask<Route extends keyof RouteAnswers>(
  route: Route,
  to = '',
  body?: object,
  query = '',
): Promise<RouteAnswers[Route]> {
  const [method = '', path = ''] = route.split(' ');
  const host = config.host === undefined || ['0.0.0.0', '::'].includes(config.host) ? 'localhost' : config.host;
  const server = process.env.ADMIN_URL ?? `http://${host.includes(':') ? `[${host}]` : host}:${config.port}`;
  const token = process.env.ADMIN_TOKEN ?? (await tokenFor(me, 60));
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const sent = body && { body: JSON.stringify(body) };
  const url = new URL(path.replace(/\{\w+\}/, to) + query, server);
  const response = await fetch(url, { method, headers, ...sent }).catch((error: Error) => {
    throw new Error(`${server} does not answer (${(error.cause as Error | undefined)?.message ?? error.message})`);
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as RouteAnswers[Route];
  const refusal = (answer ?? {}) as Partial<ErrorBody>;
  const { code = response.status, message = response.statusText, retry_after_ms: waitMs } = refusal;
  // Of many pages: nobody has to ask again by hand for what only takes its time.
  if (response.status === 429 && waitMs !== undefined && method === 'GET') {
    await delay(waitMs);
    return ask(route, to, body, query);
  }
  throw new Error(`${code}: ${message}`);
}

type Paged = 'GET /admin/rooms' | 'GET /admin/audit';

async function* pages<Route extends Paged>(route: Route): AsyncGenerator<RouteAnswers[Route]> {
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = `?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const page: RouteAnswers[Route] = await ask(route, '', undefined, query);
    yield page;
    cursor = page.next_cursor;
  }
}

async function allRooms(): Promise<readonly Rooms[]> {
  const rooms: Rooms[] = [];
  for await (const page of pages('GET /admin/rooms')) rooms.push(...page.rooms);
  return rooms;
}

async function lastOfAudit(most: number): Promise<readonly Audit[]> {
  const entries: Audit[] = [];
  for await (const page of pages('GET /admin/audit')) if (entries.push(...page.entries) >= most) break;
  return entries.slice(0, most);
}

/** @throws Error where tokens are another's to sign. */
async function tokenFor(name: string, seconds: number): Promise<string> {
  const { jwtPublicKey, jwksUrl, jwtSecret, jwtIssuer: iss, jwtAudience: aud, dataDir } = config;
  if (jwtPublicKey || jwksUrl)
    throw new Error('only your identity provider signs tokens here: set ADMIN_TOKEN to one of the role operator');
  // One that was made here would be good nowhere.
  const secret = jwtSecret || existsSync(join(dataDir, 'jwt.secret')) ? secretOf(config) : undefined;
  if (!secret) throw new Error('set JWT_SECRET as the server has it, or ADMIN_TOKEN to a token of the role operator');
  const claims = { sub: name, roles: ['operator'], jti: crypto.randomUUID(), ...(iss && { iss }), ...(aud && { aud }) };
  const until = Math.floor(Date.now() / 1000 + seconds);
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setIssuedAt().setExpirationTime(until).sign(secret);
}

const time = (ms: number | null): string => (ms === null ? '-' : new Date(ms).toISOString());
type Rooms = RouteAnswers['GET /admin/rooms']['rooms'][number];
const roomLine = ({ room_id, phase, current_size, max_size, permission, process_id, expires_at }: Rooms) =>
  `${room_id}  ${phase}  ${current_size}/${max_size}  ${permission}  at ${process_id}  expires ${time(expires_at)}`;
type Bans = RouteAnswers['GET /admin/bans']['bans'][number];
const banLine = ({ user_id, banned_until, banned_by, banned_at }: Bans) =>
  `${user_id}  until ${time(banned_until)}  by ${banned_by} at ${time(banned_at)}`;
type Audit = RouteAnswers['GET /admin/audit']['entries'][number];
const auditLine = ({ at, who, what, whom, how }: Audit) =>
  `${time(at)}  ${who}  ${what}  ${whom ?? '-'}${how ? `  ${JSON.stringify(how)}` : ''}`;

function print<Item>(items: readonly Item[], line: (item: Item) => string): void {
  if (json || items.length > 0) console.log(json ? JSON.stringify(items, null, 2) : items.map(line).join('\n'));
}

const show = (answer: unknown): void => console.log(JSON.stringify(answer, null, 2));

try {
  await run();
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

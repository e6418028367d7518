import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test, vi } from 'vitest';
import { killAll } from '../../harness/process.ts';
import { kinds, operator, Site, secret, tokenOf } from '../../harness/site.ts';
import { unlimited } from '../../harness/unlimited.ts';
import { Witness } from '../../harness/witness.ts';
import { peopleOf, replayOf } from '../../src/journal/redisKeys.ts';
import { peopleIn } from '../../src/journal/redisPeople.ts';
import { hashOfUser } from '../../src/people/user.ts';
import type { AuditFacts } from '../../src/protocol/admin.ts';
import { closeCodes } from '../../src/protocol/errors.ts';
import { People } from '../../src/table/people.ts';
import { replayFrom } from '../../src/table/replay.ts';
import { TestPlayer } from '../rooms/player.ts';
import { Visitor } from '../rooms/visitor.ts';
import { command } from '../support/command.ts';
import { expectRefusal } from '../support/refusal.ts';
import { bytesOf, tracesIn } from './traces.ts';

const [zed, name] = ['erasable-4711', 'Zed the Unmistakable'];
const words = [zed, name];
const eventually = { timeout: 20_000, interval: 50 };

let site: Site;
let said: string[];
afterEach(async () => {
  await killAll();
  await site?.close();
});

async function open(kind: (typeof kinds)[number], settings: Record<string, string> = {}): Promise<void> {
  said = [];
  site = await Site.open(kind, { ...unlimited, LOG_LEVEL: 'debug', ...settings }, (line) => void said.push(line));
  // Whoever looks for words in the bytes of its files must find them.
  await site.redis?.client().config('SET', 'rdbcompression', 'no');
}

const table = async (userId: string, options: object = {}, via = 0) =>
  new TestPlayer(await (await site.client(userId, via)).create('recall', options));
const seat = async (userId: string, roomId: string, via = 0, claims = {}) =>
  new TestPlayer(await (await site.client(userId, via, claims)).joinById(roomId));
const witness = async (userId: string, seed: number, roomId?: string, via = 0) => {
  const client = await site.client(userId, via, userId === zed ? { name } : {});
  const two = { max_players: 2, turn_time_limit: 10 };
  return new Witness(client, await (roomId ? client.joinById(roomId) : client.create('recall', two)), { seed });
};

async function ask(method: string, path: string, token: string | undefined, via = 0, sent?: object) {
  const headers = { Accept: 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
  const json = sent && { body: JSON.stringify(sent), headers: { ...headers, 'Content-Type': 'application/json' } };
  const answer = await fetch(site.process(via).url + path, { method, headers, ...json });
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : null };
}

/** `npm run erase`, where the site has everything. */
function erase(...args: string[]) {
  const where = site.redis ? { REDIS_URL: site.redis.url } : { DATA_DIR: site.process().folder };
  return command('erase', args, { JWT_SECRET: secret, ...where });
}

/** Zed has played a match to its end; the room of it. */
async function played(): Promise<string> {
  const bob = await witness('bob', 1);
  const { roomId } = bob.room;
  const zeds = await witness(zed, 2, roomId, 1);
  await bob.ask('start_match');
  await Promise.all([bob.finished(), zeds.finished()]);
  await Promise.all([bob.leave(), zeds.leave()]);
  return roomId;
}

/** Who has played the first match of a room, by the replay of it. */
async function namesIn(roomId: string): Promise<string[]> {
  if (site.redis) {
    const redis = site.redis.client();
    const people = peopleIn(await redis.hgetall(peopleOf(roomId)));
    const record = (await redis.get(replayOf(roomId, 1))) as string;
    return replayFrom(record, new People(people)).seats.map((one) => `${one.userId} ${one.name}`);
  }
  const database = new DatabaseSync(join(site.process().folder, 'recall.sqlite'), { readOnly: true });
  const people = database.prepare('SELECT person AS key, user_id AS userId, name FROM people WHERE room_id = ?');
  const replay = database.prepare('SELECT record FROM replays WHERE room_id = ?').get(roomId);
  const { seats } = replayFrom(replay?.record as string, new People(people.all(roomId) as never));
  database.close();
  return seats.map((one) => `${one.userId} ${one.name}`);
}

test.each(kinds)('who is erased is nowhere any more, and those they sat with play on: %s', async (kind) => {
  await open(kind, { RECONNECT_GRACE_S: '60', PRESENCE_GRACE_S: '0.2', ROOM_TTL_S: '1000' });
  // They have signed out once, with another token.
  expect((await ask('POST', '/auth/sign-out', await tokenOf(zed, { jti: 'old' }))).status).toBe(204);
  const matchOf = await played();
  // Shown out of a room, let back in, and shown out again.
  const carl = await table('carl', {}, 1);
  for (const lets of [true, false]) {
    const zeds = await seat(zed, carl.roomId, 0, { name });
    await carl.ask('kick', { session_id: zeds.id });
    if (lets) await carl.ask('unkick', { user_id: zed });
  }
  const dora = await table('dora', { permission: 'private', allowed_users: [zed, 'eve'] });
  const own = await table(zed, { name, max_players: 3 }, 1);
  const eve = await seat('eve', own.roomId);
  const frank = await witness('frank', 3, undefined, 1);
  const playing = await seat(zed, frank.room.roomId, 0, { name });
  await frank.ask('start_match');
  await frank.sees(({ state }) => state.phase === 'initial_peek');
  const lobby = await Visitor.enter(await site.client(zed, 1));
  expect(await tracesIn(site, words)).not.toEqual([]);
  expect(bytesOf(site, words)).not.toEqual([]);

  const token = await tokenOf(zed, { name });
  expect(await ask('DELETE', '/users/me', token)).toEqual({ status: 204, body: null });
  expect(await tracesIn(site, words)).toEqual([]);
  for (const { closed } of [own, playing, lobby]) expect(await closed).toBe(closeCodes.signedOut);
  for (const via of site.processes.keys()) {
    expect((await ask('GET', '/auth/userdata', token, via)).status).toBe(401);
    // Another token of before, and the way back to a seat.
    await expectRefusal((await site.client(zed, via)).create('recall'), 'UNAUTHENTICATED', 'erased');
    const back = (await site.client(zed, via)).reconnect(playing.connection.reconnectionToken);
    await expect(back).rejects.toMatchObject({ code: 401 });
  }
  await eve.sees(({ ownerId }) => ownerId === 'eve');
  expect(await carl.ask('get_kicked')).toEqual({ kicked: [] });
  await frank.finished();
  expect(JSON.stringify([frank.state, eve.state])).not.toMatch(/erasable|Unmistakable/);
  expect(await namesIn(matchOf)).toEqual(['bob ', ' Somebody'].map((one) => expect.stringContaining(one)));
  expect(await namesIn(frank.room.roomId)).toContain(' Somebody');

  // Whoever had their rooms is killed.
  const killed = site.process(1);
  await killed.end('SIGKILL');
  if (!site.redis) await killed.start();
  const again = await vi.waitFor(() => seat('eve', own.roomId), eventually);
  await again.sees(({ ownerId, players }) => ownerId === 'eve' && players.size === 1);
  const sheIs = await vi.waitFor(() => seat('eve', dora.roomId), eventually);
  expect(JSON.stringify(sheIs.state)).not.toMatch(/erasable|Unmistakable/);
  expect(await tracesIn(site, words)).toEqual([]);
  await vi.waitFor(() => expect(bytesOf(site, words)).toEqual([]), eventually);
  // What was said before they were erased is in the logs as well.
  expect(said.filter((line) => words.some((word) => line.includes(word)))).toEqual([]);
  expect(said.filter((line) => line.includes('a user was erased'))).toEqual([
    expect.stringContaining('"by":"the user"'),
  ]);

  // They are somebody new, if they come again.
  const late = await seat(zed, own.roomId, 0, { name, iat: Math.floor(Date.now() / 1000) + 120 });
  await late.sees(({ players }) => players.size === 2);
  expect(late.state.players.get(late.id)?.name).toBe(name);
});

test.each(kinds)('the command erases a user, whether servers run or not: %s', async (kind) => {
  await open(kind, { RECONNECT_GRACE_S: '60' });
  const frank = await witness('frank', 4);
  await seat(zed, frank.room.roomId, 0, { name });
  const ann = await table('ann', {}, 1);
  const [anns] = [await seat(zed, ann.roomId, 1, { name })];
  await frank.ask('start_match');
  expect(await erase(zed)).toMatchObject({ code: 0, out: expect.stringContaining('That user is erased') });
  expect(await anns.closed).toBe(closeCodes.signedOut);
  expect(await tracesIn(site, words)).toEqual([]);

  // Once more, of somebody who sits in rooms that no process has.
  const yan = await table('yan-4711', { name: 'Yan the Unmistakable', max_players: 3 });
  const [roomId, back] = [yan.roomId, yan.connection.reconnectionToken];
  const ben = await seat('ben', roomId, 1);
  for (const one of site.processes) await one.end('SIGKILL');
  const yans = ['yan-4711', 'Yan the Unmistakable'];
  expect(await tracesIn(site, yans)).not.toEqual([]);
  expect(await erase('yan-4711')).toMatchObject({ code: 0, out: expect.stringContaining('That user is erased.') });
  expect(await tracesIn(site, yans)).toEqual([]);
  await vi.waitFor(() => expect(bytesOf(site, yans)).toEqual([]), eventually);
  expect(await erase('yan-4711')).toMatchObject({ code: 0, out: expect.stringContaining('nothing of that user') });
  for (const one of site.processes) await one.start();
  const bens = new TestPlayer(await (await site.client('ben')).reconnect(ben.connection.reconnectionToken));
  await bens.sees(({ players, ownerId }) => players.size === 1 && ownerId === 'ben');
  await expect((await site.client('yan-4711')).reconnect(back)).rejects.toMatchObject({ code: 401 });
  expect(await tracesIn(site, yans)).toEqual([]);
});

test('a process that stood still meanwhile has nothing of them either when it goes on', async () => {
  await open('two processes on one Redis', { RECONNECT_GRACE_S: '60' });
  const ann = await table('ann', {}, 1);
  const zeds = [await seat(zed, ann.roomId, 0, { name }), await table(zed, { name })];
  const stalled = site.process(1);
  stalled.signal('SIGSTOP');
  expect(await ask('DELETE', '/users/me', await tokenOf(zed))).toMatchObject({ status: 204 });
  stalled.signal('SIGCONT');
  await Promise.all(zeds.map((one) => one.closed));
  await vi.waitFor(async () => expect((await ask('GET', '/readyz', undefined, 1)).status).toBe(200), eventually);
  expect(await tracesIn(site, words)).toEqual([]);
  expect(said.filter((line) => line.includes('a user was erased'))).toHaveLength(1);
});

test('an operator erases anybody; what is no user, or not theirs to erase, is refused, and changes nothing', async () => {
  await open('the embedded default');
  const ann = await table('ann', { name: 'Ann' });
  const bob = await tokenOf('bob');
  expect(await ask('DELETE', '/users/ann', bob)).toMatchObject({ status: 403, body: { code: 'NOT_ALLOWED' } });
  for (const path of ['/users/ann', '/users/me'])
    expect(await ask('DELETE', path, undefined)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
  for (const id of ['%00', '__proto__', 'x'.repeat(129), '%E0%A4%A'])
    expect([id, await ask('DELETE', `/users/${id}`, await operator)]).toMatchObject([id, { status: 400 }]);
  for (const path of ['/users', '/users/'])
    expect(await ask('DELETE', path, await operator)).toMatchObject({ status: 404 });
  expect(ann.state.players.size).toBe(1);

  expect(await ask('DELETE', '/users/nobody', await operator)).toEqual({ status: 200, body: { found: false } });
  expect(await ask('DELETE', '/users/ann', await operator)).toEqual({ status: 200, body: { found: true } });
  expect(await ann.closed).toBe(closeCodes.signedOut);
  expect(await ask('DELETE', '/users/ann', await operator)).toEqual({ status: 200, body: { found: false } });
  expect(await ask('DELETE', '/users/me', await tokenOf('ann'))).toMatchObject({ status: 401 });
  expect(said.filter((line) => line.includes('a user was erased'))).toHaveLength(3);
});

test.each(kinds)(
  'a ban of who is erased stays where they may come back, and no guest does; the audit has a hash: %s',
  async (kind) => {
    await open(kind);
    const { user, token } = (await (
      await fetch(`${site.process().url}/auth/anonymous`, { method: 'POST' })
    ).json()) as { user: { id: string }; token: string };
    const bans = async () => (await ask('GET', '/admin/bans', await operator)).body.bans;
    for (const id of [user.id, zed]) {
      expect((await ask('PUT', `/admin/users/${id}/ban`, await operator, 0, { hours: 1 })).status).toBe(200);
      expect((await ask('DELETE', `/users/${id}`, await operator)).status).toBe(200);
    }
    expect(await bans()).toMatchObject([{ user_id: zed }]);
    const later = { iat: Math.floor(Date.now() / 1000) + 120 };
    await expectRefusal((await site.client(zed, 0, later)).create('recall'), 'BANNED');
    expect(await ask('GET', '/auth/userdata', token)).toMatchObject({ status: 401 });
    // That they were banned is what an audit is kept for.
    for (const trace of await tracesIn(site, [user.id])) expect(trace).toMatch(/^(recall:)?audit /);
    expect(await erase('yan-4711')).toMatchObject({ code: 0 });
    const { entries } = (await ask('GET', '/admin/audit', await operator)).body as { entries: AuditFacts[] };
    const erasures = entries.filter(({ what }) => what === 'erase');
    expect(erasures).toMatchObject([
      { who: expect.stringMatching(/^operator:/), whom: hashOfUser('yan-4711') },
      { who: 'olga', whom: hashOfUser(zed) },
      { who: 'olga', whom: hashOfUser(user.id) },
    ]);
  },
);

test.each([[[]], [['']], [['ann', 'bob']], [['__proto__']]])('the command says what it wants: %j', async (args) => {
  site = { redis: undefined, process: () => ({ folder: '/nowhere' }), close: async () => {} } as never;
  expect(await erase(...args)).toEqual({
    code: 2,
    out: '',
    error: 'USER_ID must be the id of one user. Usage: npm run erase -- USER_ID\n',
  });
});

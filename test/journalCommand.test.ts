import { afterEach, expect, test } from 'vitest';
import { killAll, Process } from '../harness/process.ts';
import { RedisServer } from '../harness/redis.ts';
import { openDatabase } from '../src/journal/database.ts';
import { drawn } from './cluster/drawn.ts';
import { command } from './support/command.ts';

afterEach(killAll);

const journal = (settings: Record<string, string>, ...args: string[]) => command('journal', args, settings);

test('what has happened in a room is shown in words, without what players may not know, while its server runs', async () => {
  const server = await Process.start();
  const { ann, shown } = await drawn(await server.guest());
  const settings = { DATA_DIR: server.folder };
  const told = await journal(settings, 'inspect', ann.roomId);
  expect(told.code).toBe(0);
  const lines = told.out.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^ +\d+ {2}\S+Z {2}(room_opened|snapshot) /);
  expect(lines.at(-1)).toMatch(/drew +seat 0, deadlineAt \d+$/);
  const [, token = ''] = ann.connection.reconnectionToken.split(/[:.]/);
  expect(told.out).not.toContain(token);
  expect(told.out).not.toContain('drawPile');

  const all = await journal(settings, 'inspect', ann.roomId, '--secrets');
  const [card] = shown.cards;
  expect(all.out).toContain(`card "${card?.rank} of ${card?.suit}"`);
  expect(all.out).toContain(token);
  expect(JSON.parse(all.error)).toMatchObject({ roomId: ann.roomId, msg: 'a journal is shown with its secrets' });

  const exported = await journal(settings, 'export', ann.roomId);
  expect(exported.out).not.toContain(token);
  expect(
    exported.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).type),
  ).toHaveLength(lines.length);
});

test('a journal is checked, in a file and in Redis, and what is wrong with it is said', async () => {
  const redis = await RedisServer.start();
  const inRedis = { REDIS_URL: redis.url, JWT_SECRET: 'a secret of more than thirty-two characters' };
  const [one, other] = [await Process.start(), await Process.start(inRedis)];
  const [{ ann: first }, { ann: second }] = [await drawn(await one.guest()), await drawn(await other.guest())];
  for (const [settings, roomId] of [
    [{ DATA_DIR: one.folder }, first.roomId],
    [inRedis, second.roomId],
  ] as const) {
    const { code, out } = await journal(settings as Record<string, string>, 'verify', roomId);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(
        /entries(, of which a snapshot stands for \d+)?, claimed 1 times, format \d\nplayer_turn, match 1, 1 people\n$/,
      ),
    ]);
  }
  await one.end('SIGKILL');
  const database = openDatabase(one.folder);
  database.prepare("UPDATE entries SET entry = '{' WHERE n = (SELECT max(n) FROM entries)").run();
  database.close();
  await redis.client().lset(`recall:{${second.roomId}}:log`, -1, '{}');
  for (const [settings, roomId, reason] of [
    [{ DATA_DIR: one.folder }, first.roomId, 'it is torn'],
    [inRedis, second.roomId, 'it is no event that this version knows'],
  ] as const)
    expect(await journal(settings as Record<string, string>, 'verify', roomId)).toEqual({
      code: 1,
      out: '',
      error: expect.stringMatching(new RegExp(`^entry \\d+: ${reason}\n$`)),
    });
  await redis.dispose();
});

test('rooms are listed, with what is to be known of them, in a file and in Redis', async () => {
  const redis = await RedisServer.start();
  const inRedis = { REDIS_URL: redis.url, JWT_SECRET: 'a secret of more than thirty-two characters' };
  for (const settings of [{}, inRedis]) {
    const server = await Process.start(settings);
    const client = await server.guest();
    const rooms = [await client.create('recall'), await client.create('recall'), await client.create('recall')];
    const [first = '', later = '', marked = ''] = rooms.map(({ roomId }) => roomId);
    if ('REDIS_URL' in settings) {
      await redis.client().hset(`recall:{${later}}:head`, 'format', 9);
      await redis.client().hset(`recall:{${marked}}:head`, 'mark', '2:0.3.0 3:0.3.0');
    } else {
      const database = openDatabase(server.folder);
      database.prepare('UPDATE rooms SET format = 9 WHERE room_id = ?').run(later);
      database.prepare("UPDATE rooms SET mark = '2:0.3.0 3:0.3.0' WHERE room_id = ?").run(marked);
      database.close();
    }
    const { code, out } = await journal({ DATA_DIR: server.folder, ...settings }, 'list');
    const said = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split('  '));
    expect([code, Object.fromEntries(said)]).toEqual([
      0,
      {
        [first]: expect.stringMatching(/^at \S+$/),
        [later]: 'waits for a process that knows format 9',
        [marked]: 'not brought back by 2 processes, the last one of build 0.3.0',
      },
    ]);
  }
  await redis.dispose();
});

test.each<[args: string[], code: number, error: RegExp]>([
  [[], 2, /^--what must be one of inspect, verify, export, unmark|^ROOM must be the id of one room/],
  [['burn', 'room_1'], 2, /must be one of inspect, verify, export/],
  [['inspect', 'nothing'], 2, /^ROOM must be the id of one room, room_…\. Usage: npm run journal/],
  [['inspect', 'room_1', '--all'], 2, /Unknown option '--all'/],
  [['inspect', 'room_1'], 1, /^DATA_DIR \(.*\) can not be read/],
  [['unmark', 'room_1'], 1, /^DATA_DIR \(.*\) can not be read/],
])('wrong arguments get one line that says what is wrong: %j', async (args, code, error) => {
  const told = await journal({}, ...args);
  expect([told.code, told.out]).toEqual([code, '']);
  expect(told.error).toMatch(error);
  expect(told.error.trimEnd().split('\n')).toHaveLength(1);
});

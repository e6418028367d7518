import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/journal/database.ts';
import type { Fault } from '../../src/journal/journal.ts';
import { createLog } from '../../src/ops/log.ts';
import { temporaryFolder } from '../people/folder.ts';
import { rise } from '../support/metrics.ts';
import { expectRefusal } from '../support/refusal.ts';
import { startServer } from '../support/server.ts';
import { TestPlayer } from './player.ts';

/** What is done to the third entry of a room's journal. */
const faults: [what: string, change: (entry: string) => string, reason: string, fault: Fault][] = [
  ['cut in half', (entry) => entry.slice(0, entry.length / 2), 'it is torn', 'torn'],
  ['no object', () => 'null', 'it is no event that this version knows', 'unknown_event'],
  [
    'of a type of tomorrow',
    (entry) => entry.replace(/"type":"\w+"/, '"type":"card_burnt"'),
    'it is no event that this version knows',
    'unknown_event',
  ],
  [
    'with a field of tomorrow',
    (entry) => entry.replace('{', '{"aura":7,'),
    'it is no seat_connected that this version knows: aura',
    'misshapen_event',
  ],
  [
    'with a field of another kind',
    (entry) => entry.replace(/"seat":\d+/, '"seat":"first"'),
    'it is no seat_connected that this version knows: seat',
    'misshapen_event',
  ],
  [
    'without a field',
    (entry) => entry.replace(/"token":"[\w-]*",?/, ''),
    'it is no seat_connected that this version knows: token',
    'misshapen_event',
  ],
];

test.each(faults)(
  'a room with an entry that is %s is set aside, with one line in the log, and all others come back',
  async (_, change, reason, fault) => {
    const folder = temporaryFolder();
    const first = await startServer({ DATA_DIR: folder });
    const [ann, ben] = [await first.client('ann'), await first.client('ben')];
    const broken = new TestPlayer(await ann.create('recall'));
    const sound = new TestPlayer(await ben.create('recall', { bots: 1 }));
    const risen = await rise(first.url);
    await first.stop();
    const before = tamper(folder, broken.roomId, change);

    const lines: { msg: string; level: number }[] = [];
    const log = createLog('info', { write: (line) => void lines.push(JSON.parse(line)) });
    const second = await startServer({ DATA_DIR: folder }, { log });
    onTestFinished(() => second.stop());
    const back = new TestPlayer(await (await second.client('ben')).joinById(sound.roomId));
    await back.ask('start_match');
    for (let tries = 0; tries < 3; tries++) {
      await expectRefusal(
        (await second.client('ann')).joinById(broken.roomId),
        'UNAVAILABLE',
        /can not be opened for now, and is kept/,
      );
      await second.services.recovery.bringAll();
    }
    expect(lines.filter(({ level }) => level >= 40)).toEqual([
      expect.objectContaining({
        level: 50,
        roomId: broken.roomId,
        entry: 3,
        reason,
        msg: expect.stringMatching('set aside'),
      }),
    ]);
    expect(await risen(second.url, `recall_rooms_set_aside_total{reason="${fault}"}`)).toBe(1);
    // Nothing of the journal is in the log, and nothing in the journal has changed.
    expect(JSON.stringify(lines)).not.toContain(broken.connection.reconnectionToken.split(/[:.]/)[1]);
    const database = openDatabase(folder);
    expect(entriesOf(database, broken.roomId)).toEqual(before);
    database.close();
  },
);

const entriesOf = (database: ReturnType<typeof openDatabase>, roomId: string): unknown[] =>
  database
    .prepare('SELECT entry FROM entries JOIN rooms USING (room) WHERE room_id = ? ORDER BY n')
    .all(roomId)
    .map(({ entry }) => entry);

/** @returns the entries as they are then. */
function tamper(folder: string, roomId: string, change: (entry: string) => string): unknown[] {
  const database = openDatabase(folder);
  const third = entriesOf(database, roomId)[2] as string;
  const changed = change(third);
  expect(changed).not.toBe(third);
  database
    .prepare('UPDATE entries SET entry = ? WHERE n = 2 AND room = (SELECT room FROM rooms WHERE room_id = ?)')
    .run(changed, roomId);
  const entries = entriesOf(database, roomId);
  database.close();
  return entries;
}

test('a room with more entries than any can have is set aside, and what it has is not read to its end', async () => {
  const folder = temporaryFolder();
  const first = await startServer({ DATA_DIR: folder });
  const broken = new TestPlayer(await (await first.client('ann')).create('recall'));
  const sound = new TestPlayer(await (await first.client('ben')).create('recall', { bots: 1 }));
  await first.stop();
  const database = openDatabase(folder);
  const { room } = database.prepare('SELECT room FROM rooms WHERE room_id = ?').get(broken.roomId) as { room: number };
  const last = JSON.stringify({ type: 'owner_changed', ownerId: 'ann', at: Date.now() });
  database.exec('BEGIN');
  const add = database.prepare('INSERT INTO entries (room, n, entry) VALUES (?, ?, ?)');
  for (let n = 10; n < 100_000; n++) add.run(room, n, last);
  // What lies beyond would be another fault, were it read.
  add.run(room, 100_000, 'torn');
  database.exec('COMMIT');
  database.close();

  const lines: { level: number; reason: string }[] = [];
  const log = createLog('warn', { write: (line) => void lines.push(JSON.parse(line)) });
  const second = await startServer({ DATA_DIR: folder }, { log });
  onTestFinished(() => second.stop());
  await expectRefusal((await second.client('ann')).joinById(broken.roomId), 'UNAVAILABLE');
  const back = new TestPlayer(await (await second.client('ben')).joinById(sound.roomId));
  await back.ask('start_match');
  expect(lines.map(({ reason }) => reason)).toEqual(['a room has 60000 entries at most']);
});

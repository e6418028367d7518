import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Room } from '@colyseus/sdk';
import { expect, onTestFinished, test } from 'vitest';
import { SdkPlayer } from '../../harness/player.ts';
import { quick } from '../../harness/process.ts';
import { indexOfFirst, rememberedOf } from '../../harness/remembered.ts';
import type { TableRoom } from '../../harness/table.ts';
import { openDatabase } from '../../src/journal/database.ts';
import type { Person } from '../../src/journal/journal.ts';
import { SqliteJournal } from '../../src/journal/sqlite.ts';
import { temporaryFolder } from '../people/folder.ts';
import { startServer } from '../support/server.ts';

/** What each release has written (npm run keep-journals), and what it made of it then. */
const releases = readdirSync('test/journals').map((version) => join('test/journals', version));
const journals = releases.flatMap((release) =>
  readdirSync(release)
    .filter((file) => file.endsWith('.ndjson') && file !== 'replays.ndjson')
    .map((file) => join(release, file)),
);
const linesOf = (file: string): string[] => readFileSync(file, 'utf8').trimEnd().split('\n');
function roomIn(entries: readonly string[]): string {
  const { roomId, room } = JSON.parse(entries[0] as string);
  return roomId ?? room.roomId;
}
/** Whom the entries name; the first releases had them in the entries. */
function peopleOf(file: string): Person[] {
  const people = file.replace('.ndjson', '.people.json');
  return existsSync(people) ? JSON.parse(readFileSync(people, 'utf8')) : [];
}

test('there are journals of a release', () => expect(journals.length).toBeGreaterThan(3));

test.each(journals)('%s is the room that it was', async (file) => {
  const entries = linesOf(file);
  const remembered = JSON.parse(readFileSync(file.replace('.ndjson', '.room.json'), 'utf8'), (key, value) =>
    key === 'request' ? undefined : value,
  );
  const now = JSON.parse(JSON.stringify(await rememberedOf(roomIn(entries), entries, peopleOf(file))));
  expect(now).toMatchObject(remembered);
});

test.each(releases)('matches that were running at the end of %s are played to their end', async (release) => {
  const folder = temporaryFolder();
  const files = ['running', 'again'].map((name) => join(release, `${name}.ndjson`));
  const running = files.map(linesOf);
  const database = openDatabase(folder);
  const journal = new SqliteJournal(database);
  for (const [i, entries] of running.entries()) await keep(journal, entries, peopleOf(files[i] as string));
  await journal.close();
  database.close();

  const server = await startServer({ ...quick, DATA_DIR: folder });
  onTestFinished(() => server.stop());
  await Promise.all(
    running.map(async (entries, i) => {
      const { seats } = JSON.parse(readFileSync((files[i] as string).replace('.ndjson', '.room.json'), 'utf8'));
      const { token } = seats.find((seat: { token: string } | null) => seat?.token);
      const client = await server.guest();
      const room = (await client.reconnect(`${roomIn(entries)}:${token}`)) as Room as TableRoom;
      const ended = Promise.withResolvers<void>();
      const player = new SdkPlayer(room, {
        seed: i,
        onMessage: (type, payload) => {
          if (type === 'match_event' && payload.type === 'match_ended') ended.resolve();
        },
      });
      // The state may have come before the player.
      await expect.poll(() => room.state.players?.size).toBeGreaterThan(0);
      player.resume();
      await ended.promise;
      const { matchNumber } = room.state;
      expect(await server.services.journal.replay(room.roomId, matchNumber)).not.toBeNull();
    }),
  );
});

/** As the release has left it: a snapshot stands where the last entry did that it stands for. */
async function keep(journal: SqliteJournal, entries: readonly string[], people: readonly Person[]): Promise<void> {
  const dropped = indexOfFirst(entries);
  const filled = [...Array.from({ length: dropped }, () => '{}'), ...entries];
  const claim = await journal.create(roomIn(entries), filled, 3_600_000, { people });
  if (dropped > 0) await claim.append([], { snapshot: { n: dropped + 1, entry: entries[0] as string } });
  await claim.release();
}

test.each(releases)('the replays of %s are records that a replay is made of', (release) => {
  for (const line of linesOf(join(release, 'replays.ndjson'))) {
    const { version, events, roomId, matchNumber } = JSON.parse(line);
    expect([[1, 2].includes(version), typeof roomId, typeof matchNumber]).toEqual([true, 'string', 'number']);
    expect([events[0].type, events.at(-1).type]).toEqual(['match_started', 'match_ended']);
  }
});

test('each journal is the one of its name', () => {
  const names = journals.map((file) => basename(file, '.ndjson'));
  for (const release of releases)
    expect(names.filter((_, i) => journals[i]?.startsWith(release)).sort()).toEqual([
      'again',
      'finished',
      'running',
      'waiting',
    ]);
});

/**
 * A process that is killed by a test: it keeps appending to a few rooms of the folder that it is given, two entries at a
 * time, and prints `<room id> <number>` for each append once that is acknowledged.
 */
import { writeSync } from 'node:fs';
import { openDatabase } from '../../src/journal/database.ts';
import { SqliteJournal } from '../../src/journal/sqlite.ts';

const journal = new SqliteJournal(openDatabase(process.argv[2] as string));

async function play(roomId: string): Promise<never> {
  const room = await journal.create(roomId, ['opened'], 60_000);
  for (let n = 0; ; n += 1) {
    await room.append([`${n} first`, `${n} second`]);
    writeSync(1, `${roomId} ${n}\n`);
  }
}

await Promise.all(['room_a', 'room_b', 'room_c', 'room_d'].map(play));

// npm run keep-journals: plays on this version, and keeps what it has written into its journal, for tests of all later
// versions to read (test/journals/). Once for each release, before it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNumbers } from '../harness/arguments.ts';
import { SdkPlayer } from '../harness/player.ts';
import { killAll, Process } from '../harness/process.ts';
import { rememberedOf } from '../harness/remembered.ts';
import { silenceSdk } from '../harness/silence.ts';
import type { TableRoom } from '../harness/table.ts';
import { openDatabase } from '../src/journal/database.ts';
import { type StoredRoom, storedInFile } from '../src/journal/stored.ts';

readNumbers({}, 'npm run keep-journals, which has no options');
silenceSdk();

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const folder = join('test/journals', version);
mkdirSync(folder, { recursive: true });

const server = await Process.start();
/** Until so many matches have ended, or so many turns of the next have begun. */
async function play(room: TableRoom, seed: number, until: { matches?: number; turns?: number }): Promise<void> {
  const done = Promise.withResolvers<void>();
  let [matches, turns] = [0, 0];
  const player = new SdkPlayer(room, {
    seed,
    onMessage(type, payload) {
      if (type !== 'match_event') return;
      if (payload.type === 'match_ended') [matches, turns] = [matches + 1, 0];
      if (payload.type === 'turn_started') turns++;
      if (matches >= (until.matches ?? 0) && turns >= (until.turns ?? 0)) done.resolve();
      else if (payload.type === 'match_ended') void room.request('start_match', { command_id: `again ${matches}` });
    },
  });
  await room.request('start_match', { command_id: 'start' });
  await done.promise;
  player.pause();
}

const guest = async (name: string) => server.guest(name);
const rooms: Record<string, TableRoom> = {
  finished: await (await guest('Ann')).create<TableRoom['state']>('recall', { bots: 2, max_players: 4 }),
  running: await (await guest('Ben')).create('recall', { bots: 3, game_type: 'clear', allow_discard_take: true }),
  again: await (await guest('Cleo')).create('recall', { bots: 1, max_players: 4, short_windows: true }),
  waiting: await (await guest('Dora')).create('recall', { permission: 'private', password: 'open sesame', bots: 1 }),
} as Record<string, TableRoom>;
const friend = await (await guest('Emil')).joinById((rooms.finished as TableRoom).roomId);
new SdkPlayer(friend as TableRoom, { seed: 4 });
await Promise.all([
  play(rooms.finished as TableRoom, 1, { matches: 1 }),
  play(rooms.running as TableRoom, 2, { turns: 9 }),
  play(rooms.again as TableRoom, 3, { matches: 1, turns: 5 }),
]);
await (rooms.waiting as TableRoom).request('kick', { session_id: 'nobody' }).catch(() => {});
await server.end('SIGKILL');

for (const [name, { roomId }] of Object.entries(rooms)) {
  const stored = storedInFile(server.folder, roomId) as StoredRoom;
  const [entries, people] = [await stored.read(0, Number.MAX_SAFE_INTEGER), await stored.people()];
  stored.close();
  writeFileSync(join(folder, `${name}.ndjson`), `${entries.join('\n')}\n`);
  writeFileSync(join(folder, `${name}.people.json`), `${JSON.stringify(people, null, 2)}\n`);
  const remembered = await rememberedOf(roomId, entries, people);
  writeFileSync(join(folder, `${name}.room.json`), `${JSON.stringify(remembered, null, 2)}\n`);
}
const database = openDatabase(server.folder);
const replays = database.prepare('SELECT record FROM replays ORDER BY room_id, match_number').all();
writeFileSync(join(folder, 'replays.ndjson'), `${replays.map(({ record }) => record).join('\n')}\n`);
database.close();
await killAll();
console.log(`${Object.keys(rooms).length} rooms and ${replays.length} replays of ${version} are kept in ${folder}`);
process.exit(0);

// npm run journal -- list, or inspect|verify|export|unmark ROOM [--secrets]
// Looks at the journal of a room, where the settings say that it lies (DATA_DIR, REDIS_URL), and changes nothing but by unmark.
// list: the rooms, and which of them wait for a newer version or have not been brought back. inspect: a line for each event.
// verify: whether this version can read it, and what the room is then; ends with 1 where it can't. export: its entries, one
// on each line. unmark: a room that was given up is tried again. Hidden cards, tokens and secrets are left out, unless --secrets says otherwise.
import { parseArgs } from 'node:util';
import { oneOf, readOptions } from '../harness/arguments.ts';
import { loadEnvFile, readConfig, redisOf } from '../src/config.ts';
import { rankOf, suitOf } from '../src/game/cards.ts';
import type { Event } from '../src/game/events.ts';
import { peopleIn, phaseOf } from '../src/game/room.ts';
import { seen } from '../src/game/seen.ts';
import { knownFormat, Unreadable } from '../src/journal/journal.ts';
import { markInWords } from '../src/journal/mark.ts';
import {
  headsInFile,
  headsInRedis,
  type StoredHead,
  type StoredRoom,
  storedInFile,
  storedInRedis,
  unmarkInFile,
  unmarkInRedis,
} from '../src/journal/stored.ts';
import { createLog } from '../src/ops/log.ts';
import { eventIn } from '../src/table/entries.ts';
import { People } from '../src/table/people.ts';
import { readRoom } from '../src/table/reading.ts';

const usage = 'npm run journal -- list, or inspect|verify|export|unmark ROOM [--secrets]';
const { what, roomId, secrets } = readOptions((args) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { secrets: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [first = '', second = '', ...more] = positionals;
  if (first === 'list' && second === '') return { what: 'list', roomId: '', secrets: false } as const;
  if (more.length > 0 || !/^room_[\w-]+$/.test(second)) throw new Error('ROOM must be the id of one room, room_…');
  return { what: oneOf('what', first, ['inspect', 'verify', 'export', 'unmark']), roomId: second, ...values };
}, usage);

loadEnvFile('.env');
const config = readConfig(process.env);
const [redis, { dataDir }] = [redisOf(config), config];
const where = redis ? 'the Redis of REDIS_URL' : `DATA_DIR (${dataDir})`;
const find = async () => (redis ? storedInRedis(redis, roomId) : storedInFile(dataDir, roomId));
const unreadable = (error: Error): never => {
  console.error(`${where} can not be read: ${error.message}`);
  process.exit(1);
};
if (what === 'list') {
  const heads = await (redis ? headsInRedis(redis) : headsInFile(dataDir)).catch(unreadable);
  for (const head of heads) console.log(`${head.roomId}  ${stateOf(head)}`);
  process.exit(0);
}
const noRoom = (): never => {
  console.error(`There is no ${roomId} in ${where} (any more).`);
  process.exit(1);
};
if (what === 'unmark') {
  const unmark = async () => (redis ? unmarkInRedis(redis, roomId) : unmarkInFile(dataDir, roomId));
  const mark = (await unmark().catch(unreadable)) ?? noRoom();
  const isGone = `${roomId} has no mark any more, and is opened when somebody asks for it in a minute`;
  console.log(mark === '' ? `${roomId} has no mark.` : `${isGone} (${markInWords(mark)}).`);
  process.exit(0);
}
const stored = (await find().catch(unreadable)) ?? noRoom();

function stateOf({ owner, format, mark }: StoredHead): string {
  if (format > knownFormat) return `waits for a process that knows format ${format}`;
  if (mark !== '') return markInWords(mark);
  return owner === '' ? 'nobody has it' : `at ${owner}`;
}

async function verify(stored: StoredRoom): Promise<number> {
  const { token, format } = stored;
  try {
    if (format > knownFormat) throw new Error(`it is of format ${format}, and this version knows ${knownFormat}`);
    const { room } = await readRoom(stored);
    const dropped = room.base > 0 ? `, of which a snapshot stands for ${room.base}` : '';
    console.log(`${roomId}: ${room.n} entries${dropped}, claimed ${token} times, format ${format}`);
    console.log(
      `${phaseOf(room)}, match ${room.match?.number ?? 0}, ${peopleIn(room)} people${room.closed ? `, closed (${room.closed})` : ''}`,
    );
    return 0;
  } catch (error) {
    console.error(error instanceof Unreadable ? `entry ${error.entry}: ${error.reason}` : (error as Error).message);
    return 1;
  }
}

async function print(stored: StoredRoom): Promise<number> {
  const people = new People(await stored.people());
  let failed = 0;
  for (let n = 0; ; ) {
    const entries = await stored.read(n, 500);
    for (const entry of entries) {
      n++;
      try {
        const event = eventIn(entry, n, roomId, people);
        if (event.type === 'snapshot') n = event.room.n;
        console.log(what === 'export' ? JSON.stringify(shown(event)) : inWords(n, event));
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        failed = 1;
        console.error(`entry ${n}: ${error.reason}`);
        if (secrets) console.log(entry);
      }
    }
    if (entries.length === 0) return failed;
  }
}

/** What everybody may know of an event; all of it with `--secrets`. */
function shown(event: Event): object {
  if (secrets) return event;
  const public_ = seen(event);
  if (public_) return { ...public_, at: event.at };
  return Object.fromEntries(
    Object.entries(event).map(([field, value]) => [field, isPublic.has(field) ? value : 'hidden']),
  );
}

/** Fields of events outside of a match that may be shown to anybody. */
const isPublic = new Set(
  'type at version roomId seat sessionId userId name level reason ownerId until generation dealPart events matchNumber commitment startsAt byMs commandId n'.split(
    ' ',
  ),
);

function inWords(n: number, event: Event): string {
  const { type, at, ...fields } = shown(event) as Event & Record<string, unknown>;
  const said = Object.entries(fields).map(([field, value]) => `${field} ${wordsOf(field, value)}`);
  return `${String(n).padStart(6)}  ${new Date(at).toISOString()}  ${type.padEnd(18)} ${said.join(', ')}`;
}

const wordsOf = (field: string, value: unknown): string =>
  JSON.stringify(value, (key, one) =>
    typeof one === 'number' && isCard(key || field) ? `${rankOf(one)} of ${suitOf(one)}` : one,
  );
const isCard = (field: string): boolean => field === 'card' || field === 'discard';

if (secrets) createLog('warn', process.stderr).warn({ roomId, what }, 'a journal is shown with its secrets');
process.exitCode = what === 'verify' ? await verify(stored) : await print(stored);
stored.close();

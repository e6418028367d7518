import { afterEach, beforeAll, expect, test } from 'vitest';
import { faultsIn } from '../../harness/checker.ts';
import { inFile, Party } from '../../harness/party.ts';
import { quick } from '../../harness/process.ts';
import type { Asked, Told } from '../../harness/witness.ts';
import type { Event } from '../../src/game/events.ts';
import { evolve, initial } from '../../src/game/evolve.ts';
import { openDatabase } from '../../src/journal/database.ts';
import type { Journal, OpenJournal } from '../../src/journal/journal.ts';
import { SqliteJournal } from '../../src/journal/sqlite.ts';
import { temporaryFolder } from '../people/folder.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer | undefined;
const stop = async () => {
  await server?.stop();
  server = undefined;
};
afterEach(stop);

/** A match that was played to its end, as its players and the journal tell it. */
let party: Party;
let journal: readonly Event[];
beforeAll(async () => {
  server = await startServer(quick);
  party = await Party.begin({ urls: [server.url], seed: 1 });
  await party.finished();
  const { dataDir } = server.config;
  // What follows the end of a match is in the journal then, too.
  await stop();
  journal = await inFile(dataDir)(party.roomId);
});

const [ann, done] = [() => party.witnesses[0] as Party['witnesses'][0], 'command_done'] as const;
/** The journal, in which the n-th event is another. */
const doctored = (at: number, ...instead: Event[]) => journal.toSpliced(at, 1, ...instead);
const isAcknowledged = (commandId: string) =>
  party.witnesses.some(({ asked }) => 'n' in (asked.get(commandId)?.answer ?? {}));
const lastMove = () => journal.findLastIndex((one) => one.type === done && isAcknowledged(one.commandId));
const first = (faults: readonly string[]) => faults[0]?.split(':')[0];

test('a match that was played and stored has no faults', () => {
  expect(party.accepted).toBeGreaterThan(5);
  expect(ann().messages('cards_shown').length).toBeGreaterThan(1);
  expect(faultsIn(journal, party.witnesses)).toEqual([]);
});

test('a journal that ends before what was acknowledged has lost a move', () => {
  const faults = faultsIn(journal.slice(0, lastMove()), party.witnesses);
  expect(faults.some((fault) => /^lost: \w+ .* was acknowledged/.test(fault))).toBe(true);
  expect(faultsIn(journal.slice(0, lastMove() - 8), party.witnesses).join()).toContain('was told');
});

test('of a journal that begins with a snapshot, what is after it is looked at, and nothing before', () => {
  const at = journal.findIndex(({ type }) => type === 'match_started');
  const room = journal.slice(0, at).reduce(evolve, initial);
  const since = (end: number): Event[] => [{ type: 'snapshot', room, at: room.touchedAt }, ...journal.slice(at, end)];
  expect(faultsIn(since(journal.length), party.witnesses)).toEqual([]);
  expect(faultsIn(since(lastMove() - 8), party.witnesses).join()).toMatch(/was acknowledged.*saw a state.*was told/s);
});

test('a move that is in the journal a second time was done twice', () => {
  const again = journal[lastMove()] as Event;
  expect(faultsIn([...journal, again], party.witnesses).map((fault) => fault.split(':')[0])).toContain('twice');
});

test('a move that nobody asked for is invented', () => {
  const at = lastMove();
  const forged = { ...(journal[at] as Event), commandId: 'another' } as Event;
  expect(faultsIn(doctored(at, forged), party.witnesses).join()).toContain('nobody asked for another');
});

test('a card that a player was shown and the journal does not have is invented', () => {
  const at = journal.findIndex((event) => event.type === 'drew' && event.seat === 0);
  const drew = journal[at] as Extract<Event, { type: 'drew' }>;
  const seats = party.witnesses.map(({ sessionId, told, asked }) => ({ sessionId, told, asked }));
  const faults = faultsIn(doctored(at, { ...drew, card: (drew.card + 1) % 52 } as Event), seats);
  expect(faults.join()).toMatch(/was (shown|told)|saw a state/);
});

test('a refused move must not be done, and a message must come once, and in order', () => {
  const { sessionId, asked, told } = ann();
  const [id, one] = [...asked].findLast(([, { answer }]) => answer && 'n' in answer) as [string, Asked];
  const refused = new Map([...asked, [id, { ...one, answer: { refused: 'WRONG_PHASE' } }]]) as typeof asked;
  const others = party.witnesses.slice(1);
  expect(first(faultsIn(journal, [{ sessionId, told, asked: refused }, ...others]))).toBe('invented');
  const event = told.findLast((entry) => entry.kind === 'message' && entry.type === 'match_event') as Told;
  expect(first(faultsIn(journal, [{ sessionId, told: [...told, event], asked }, ...others]))).toBe('twice');
  const without = told.filter((entry, at) => at === 0 || entry !== told.findLast(isTurn));
  expect(faultsIn(journal, [{ sessionId, told: without, asked }, ...others]).join()).toContain('and not of');
});

const isTurn = (one: Told): boolean =>
  one.kind === 'message' && (one.payload as { type?: string }).type === 'turn_started';

test('what was seen before the snapshot is in no journal, also where the room was then as it was once more', () => {
  expect(journal[0]?.type).toBe('snapshot');
  const { sessionId, asked, told } = ann();
  const synced = told.filter((one) => one.kind === 'state');
  // The room as the match has found it, and then another one, as when somebody drops and comes back before it begins.
  const from = Math.max(
    ...synced.map((one, at) => (JSON.stringify(one.state).includes('"phase":"waiting_for_players"') ? at : -1)),
  );
  const before = synced.slice(0, from + 1);
  expect(before.length).toBeGreaterThan(1);
  const seats = [{ sessionId, asked, told: [...before, ...before, ...told.slice(1)] }, ...party.witnesses.slice(1)];
  expect(faultsIn(journal, seats)).toEqual([]);
});

test('a server that answers before a move is durable is found out', async () => {
  const folder = temporaryFolder();
  const { journal: hasty, crash } = answersEarly(new SqliteJournal(openDatabase(folder)));
  server = await startServer(quick, { journal: hasty });
  party = await Party.begin({ urls: [server.url], seed: 2 });
  await party.moves(4);
  crash();
  await party.moves(8);
  const faults = await party.faults(inFile(folder));
  expect(faults.some((fault) => fault.startsWith('lost') && fault.includes('was acknowledged'))).toBe(true);
});

/** A journal that says of an entry that it is stored when it is only about to be; what it was about to at a crash is lost. */
function answersEarly(journal: Journal): { journal: Journal; crash: () => void } {
  let isUp = true;
  const early = (room: OpenJournal): OpenJournal => {
    let last: Promise<unknown> = Promise.resolve();
    const append: OpenJournal['append'] = async (...args) => {
      last = last.then(() => (isUp ? room.append(...args) : undefined));
    };
    const { roomId, token } = room;
    return { ...room, roomId, token, append };
  };
  const broken: Journal = {
    create: async (...args) => early(await journal.create(...args)),
    open: async (...args) => early(await journal.open(...args)),
    list: () => journal.list(),
    expiriesOf: (roomIds) => journal.expiriesOf(roomIds),
    sweep: () => journal.sweep(),
    replay: (...args) => journal.replay(...args),
    people: (roomId) => journal.people(roomId),
    erase: (userId) => journal.erase(userId),
    close: () => journal.close(),
  };
  return {
    journal: broken,
    crash: () => {
      isUp = false;
    },
  };
}

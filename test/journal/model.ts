import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Journal, JournalError, type OpenJournal } from '../../src/journal/journal.ts';
import type { JournalStore } from './store.ts';

/** Times in steps that keep clear of the moment of expiry, for stores whose clock goes on by itself meanwhile. */
const TTL_MS = 1_000_000;
const STEP_MS = 300_000;

type Op = { op: 'create' | 'open'; room: number } | UseOp;
type UseOp =
  | { op: 'append'; room: number; claim: number; size: number; replay: boolean; snapshot: number }
  | { op: 'release' | 'forget' | 'read'; room: number; claim: number };

/** One turn of the event loop of one process: its operations, at most one a room, are asked at once. */
type Turn = { process: 0 | 1; ops: Op[]; passMs: number; sweep: boolean };

/** What a room is, in the plainest way to say it. */
interface ModelRoom {
  readonly id: string;
  /** How many entries the first one stands for, but for itself. */
  dropped: number;
  entries: string[];
  owner: number | null;
  token: number;
  expiresAt: number;
  gone: boolean;
  /** The tokens of claims that have neither appended nor released it. */
  tries: number[];
}

interface Claim {
  readonly room: ModelRoom;
  readonly process: number;
  readonly token: number;
  readonly journal: OpenJournal;
}

const room = fc.nat(2);
const claim = fc.nat(3);
const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ op: fc.constantFrom('create', 'open'), room }) },
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ op: fc.constant('append'), room, claim, size: fc.nat(3), replay: fc.boolean() },
      // Of so many of the last entries; in most cases, none.
      snapshot: fc.oneof({ weight: 3, arbitrary: fc.constant(99) }, fc.nat(3)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('release', 'forget', 'read'), room, claim }) },
);
const turn: fc.Arbitrary<Turn> = fc.record({
  process: fc.constantFrom(0, 1),
  ops: fc.uniqueArray(op, { minLength: 1, maxLength: 3, selector: ({ room }) => room }),
  passMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.constantFrom(STEP_MS, 2 * STEP_MS, 4 * STEP_MS)),
  sweep: fc.boolean(),
});

/** Two processes do at random what processes do with three rooms; the journal and a plain model agree after each turn. */
export function journalAgreesWithModel(name: string, makeStore: () => Promise<JournalStore>, runs: number): void {
  it(`${name}: whatever two processes do to the same rooms, each is what a plain model says`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { maxLength: 25, size: 'max' }), async (turns) => {
        const store = await makeStore();
        try {
          const processes = [await store.start(), await store.start()] as const;
          await new Model(store, processes).play(turns);
          for (const process of processes) await process.close();
        } finally {
          await store.dispose();
        }
      }),
      { numRuns: runs },
    );
  });
}

class Model {
  readonly #store: JournalStore;
  readonly #processes: readonly [Journal, Journal];
  readonly #rooms: ModelRoom[] = [];
  readonly #claims: Claim[] = [];
  readonly #replays = new Map<string, { record: string; expiresAt: number }>();
  #now = 0;
  #count = 0;

  constructor(store: JournalStore, processes: readonly [Journal, Journal]) {
    this.#store = store;
    this.#processes = processes;
  }

  async play(turns: readonly Turn[]): Promise<void> {
    for (const { process, ops, passMs, sweep } of turns) {
      if (ops.some(({ op }) => op === 'open')) await this.#store.lose(this.#processes[1 - process] as Journal);
      await Promise.all(ops.map((op) => this.#do(process, op)));
      await this.#store.pass(passMs);
      this.#now += passMs;
      if (sweep) await this.#sweep(process);
      await this.#compareLists();
    }
    await this.#compareReplays();
  }

  /** Asks for one operation, and decides in the same step what must come of it. */
  async #do(process: 0 | 1, op: Op): Promise<void> {
    const room = this.#roomOf(op.room);
    if (!('claim' in op)) {
      return op.op === 'create' ? this.#create(process, op.room) : this.#open(process, room);
    }
    const claims = this.#claims.filter((claim) => claim.process === process && claim.room === room);
    const claim = claims[op.claim % claims.length];
    if (claim) await this.#use(claim, op);
  }

  /** A room id is used once: where the last room of this number has died, the next one has another id. */
  async #create(process: 0 | 1, number: number): Promise<void> {
    const last = this.#roomOf(number);
    const exists = last !== undefined && this.#isAlive(last);
    const room = exists ? last : this.#newRoom(number);
    const entries = [this.#text(), this.#text()];
    if (!exists)
      Object.assign(room, { entries: [...entries], owner: process, token: 1, expiresAt: this.#now + TTL_MS });
    const asked = this.#processes[process].create(room.id, entries, TTL_MS);
    const journal = await outcomeOf(asked, exists ? 'RoomExists' : null);
    if (journal) this.#claims.push({ room, process, token: 1, journal });
  }

  async #open(process: 0 | 1, room: ModelRoom | undefined): Promise<void> {
    const refusal = room ? this.#refusalTo(process, room) : 'NoSuchRoom';
    if (room && !refusal)
      Object.assign(room, { owner: process, token: room.token + 1, tries: [...room.tries, room.token + 1] });
    const token = room?.token ?? 0;
    const asked = this.#processes[process].open(room?.id ?? 'room_none', { alone: true });
    const journal = await outcomeOf(asked, refusal);
    if (!room || !journal) return;
    expect(journal.token).toBe(token);
    this.#claims.push({ room, process, token, journal });
  }

  #refusalTo(process: 0 | 1, room: ModelRoom): string | null {
    if (!this.#isAlive(room)) return 'NoSuchRoom';
    if (room.owner === process) return 'LeaseHeld';
    return room.tries.length >= 3 ? 'GivenUp' : null;
  }

  async #use(claim: Claim, op: UseOp): Promise<void> {
    const { room, journal } = claim;
    const held = room.owner === claim.process && room.token === claim.token;
    const refusal = !this.#isAlive(room) ? 'NoSuchRoom' : held ? null : 'Fenced';
    if (op.op === 'append') {
      const entries = Array.from({ length: op.size }, () => this.#text());
      const { dropped, entries: before } = room;
      const n = dropped + before.length + entries.length - op.snapshot;
      const snapshot = n > dropped + 1 ? { n, entry: this.#text() } : undefined;
      const replay = op.replay ? { matchNumber: this.#count, record: this.#text(), ttlMs: 2 * TTL_MS } : undefined;
      if (!refusal) {
        room.entries.push(...entries);
        if (snapshot) {
          room.entries.splice(0, n - dropped, snapshot.entry);
          room.dropped = n - 1;
        }
        room.expiresAt = this.#now + TTL_MS;
        room.tries = [];
      }
      if (replay) {
        // One that was refused is looked for too.
        const expiresAt = refusal ? 0 : this.#now + replay.ttlMs;
        this.#replays.set(`${room.id} ${replay.matchNumber}`, { record: replay.record, expiresAt });
      }
      await outcomeOf(journal.append(entries, { ...(replay && { replay }), ...(snapshot && { snapshot }) }), refusal);
    } else if (op.op === 'read') {
      const entries = [...room.entries];
      const read = await outcomeOf(journal.read(), refusal);
      if (read) expect(read).toEqual(entries);
    } else if (op.op === 'release') {
      if (!refusal) room.owner = null;
      room.tries = room.tries.filter((token) => token !== claim.token);
      await outcomeOf(journal.release(), null);
    } else {
      if (!refusal) room.gone = true;
      await outcomeOf(journal.forget(), refusal === 'Fenced' ? refusal : null);
    }
  }

  async #sweep(process: 0 | 1): Promise<void> {
    const expired = this.#rooms.filter((room) => !room.gone && !this.#isAlive(room));
    for (const room of expired) room.gone = true;
    const told = (await this.#processes[process].sweep()).map(({ roomId, last }) => `${roomId} ${last}`);
    expect(told.sort()).toEqual(expired.map(({ id, entries }) => `${id} ${entries.at(-1)}`).sort());
  }

  async #compareLists(): Promise<void> {
    const alive = this.#rooms.filter((room) => this.#isAlive(room));
    for (const [process, journal] of this.#processes.entries()) {
      const listed = await journal.list();
      expect(listed.map(({ roomId }) => roomId)).toEqual(alive.map(({ id }) => id));
      for (const [i, { owner }] of alive.entries()) {
        if (owner === process) expect(listed[i]?.owner).not.toBeNull();
        if (owner === null) expect(listed[i]?.owner).toBeNull();
      }
    }
  }

  async #compareReplays(): Promise<void> {
    for (const [key, { record, expiresAt }] of this.#replays) {
      const [id = '', matchNumber] = key.split(' ');
      const found = await this.#processes[0].replay(id, Number(matchNumber));
      expect(found).toBe(expiresAt > this.#now ? record : null);
    }
  }

  #isAlive(room: ModelRoom): boolean {
    return !room.gone && room.expiresAt > this.#now;
  }

  /** The youngest room with this number. */
  #roomOf(number: number): ModelRoom | undefined {
    return this.#rooms.findLast(({ id }) => id.startsWith(`room_${number}-`));
  }

  #newRoom(number: number): ModelRoom {
    const id = `room_${number}-${this.#rooms.length}`;
    const room: ModelRoom = {
      id,
      dropped: 0,
      entries: [],
      owner: null,
      token: 0,
      expiresAt: 0,
      gone: false,
      tries: [],
    };
    this.#rooms.push(room);
    return room;
  }

  #text(): string {
    this.#count += 1;
    return `${this.#count}`;
  }
}

/** The result, or null after the refusal that was expected. Anything else fails the test. */
async function outcomeOf<T>(asked: Promise<T>, refusal: string | null): Promise<T | null> {
  const outcome = await asked.then(
    (value) => ({ value, refused: null }),
    (error: unknown) => {
      if (!(error instanceof JournalError)) throw error;
      return { value: null, refused: error.name };
    },
  );
  expect(outcome.refused).toBe(refusal);
  return outcome.value;
}

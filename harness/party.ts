import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Event } from '../src/game/events.ts';
import type { Entry, Person } from '../src/journal/journal.ts';
import { keysOf } from '../src/journal/redisKeys.ts';
import { peopleIn } from '../src/journal/redisPeople.ts';
import { storedInFile } from '../src/journal/stored.ts';
import { codes } from '../src/protocol/errors.ts';
import { eventIn } from '../src/table/entries.ts';
import { People } from '../src/table/people.ts';
import { faultsIn } from './checker.ts';
import { guestOf } from './process.ts';
import { Witness, type WitnessOptions } from './witness.ts';

/** All events of a room that its journal has, however it is stored: the first may be a snapshot. */
export type ReadJournal = (roomId: string) => Promise<readonly Event[]>;

/** Looks into Redis without claiming the room. */
export const inRedis =
  (redis: Redis): ReadJournal =>
  async (roomId) => {
    const [, log, people] = keysOf(roomId) as [string, string, string];
    const entries = await redis.lrange(log, 0, -1);
    return eventsIn(roomId, entries, peopleIn(await redis.hgetall(people)));
  };

/** Looks into the file in that folder without claiming the room. */
export const inFile =
  (folder: string): ReadJournal =>
  async (roomId) => {
    const stored = storedInFile(folder, roomId);
    if (!stored) return [];
    const events = eventsIn(roomId, await stored.read(0, Number.MAX_SAFE_INTEGER), await stored.people());
    stored.close();
    return events;
  };

function eventsIn(roomId: string, entries: readonly Entry[], named: readonly Person[]): readonly Event[] {
  const people = new People(named);
  return entries.map((entry, i) => eventIn(entry, i + 1, roomId, people));
}

export interface PartyOptions extends WitnessOptions {
  /** Where they all go, or each in turn. */
  readonly urls: readonly string[];
  readonly people?: number;
  readonly bots?: number;
  /** Of `create`, beside the seats. */
  readonly room?: object;
  /** Of `create` and `joinById`. */
  readonly entry?: object;
}

/** People at one table, who play a match to its end whatever happens. */
export class Party {
  readonly witnesses: readonly Witness[];

  constructor(witnesses: readonly Witness[]) {
    this.witnesses = witnesses;
  }

  /** They sit down, and the match has begun. */
  static async begin({
    urls,
    people = 2,
    bots = 1,
    room = {},
    entry = {},
    seed,
    ...rest
  }: PartyOptions): Promise<Party> {
    const seats = { max_players: Math.max(2, people + bots), bots, turn_time_limit: 10, ...room, ...entry };
    const witnesses: Witness[] = [];
    while (witnesses.length < people) {
      const i = witnesses.length;
      const url = urls[i % urls.length] as string;
      const roomId = witnesses[0]?.room.roomId;
      const client = await retry(() => guestOf(url, `Player ${i}`));
      const sitDown = async () => {
        const seated = await (roomId ? client.joinById(roomId, entry) : client.create('recall', seats));
        return new Witness(client, seated, { ...rest, seed: seed * 10 + i });
      };
      witnesses.push(await retry(sitDown));
    }
    await witnesses[0]?.ask('start_match');
    return new Party(witnesses);
  }

  /** So many tables, each with a seed of its own. @returns when the match at each of them has begun */
  static async beginAll(tables: number, options: Omit<PartyOptions, 'seed'>): Promise<readonly Party[]> {
    const parties: Party[] = [];
    while (parties.length < tables) parties.push(await Party.begin({ ...options, seed: parties.length + 1 }));
    return parties;
  }

  get roomId(): string {
    return (this.witnesses[0] as Witness).room.roomId;
  }

  /** @returns when each has seen the match end. */
  async finished(): Promise<void> {
    await Promise.all(this.witnesses.map((one) => one.finished()));
  }

  /** Begins the match again whenever it has not begun for them: a Redis that fails over may lose that it had. */
  async keepBegun(signal: AbortSignal): Promise<void> {
    const [first] = this.witnesses as [Witness];
    while (!signal.aborted) {
      await first.sees(({ isSeated, state }) => isSeated && state.phase === 'waiting_for_players');
      if (!signal.aborted) await first.ask('start_match').catch(() => {});
      await pause(beginAgainMs);
    }
  }

  /** @returns when one of them finds that the room is nowhere any more. */
  async gone(): Promise<void> {
    await Promise.race(this.witnesses.map((one) => one.sees(({ isGone }) => isGone)));
  }

  /** How many of all moves that were answered were accepted. */
  get accepted(): number {
    return this.witnesses.flatMap(({ asked }) => [...asked.values()].filter(({ answer }) => answer && 'n' in answer))
      .length;
  }

  /** @returns when so many moves of theirs are accepted, or the match is over. */
  async moves(count: number): Promise<void> {
    await Promise.race(
      this.witnesses.map((one) => one.sees(({ state }) => this.accepted >= count || state.phase === 'finished')),
    );
  }

  /** @returns when all are at the table, and it has moved on. */
  async playOn(): Promise<void> {
    await Promise.all(this.witnesses.map((one) => one.sees(({ isSeated }) => isSeated)));
    await this.moves(this.accepted + 1);
  }

  /** What of all that they were told the journal doesn't explain: to be asked before anybody leaves. */
  async faults(read: ReadJournal): Promise<readonly string[]> {
    // What was told by now is in the journal, which may go on while it is read.
    const heard = this.witnesses.map(({ sessionId, told, asked }) => {
      const answers = new Map([...asked].map(([id, { answer }]) => [id, answer]));
      return { sessionId, told: [...told], answers };
    });
    const journal = await read(this.roomId);
    const testimonies = heard.map(({ sessionId, told, answers }, i) => {
      const asked = [...(this.witnesses[i]?.asked ?? [])];
      return {
        sessionId,
        told,
        asked: new Map(asked.map(([id, one]) => [id, { ...one, answer: answers.get(id) ?? null }])),
      };
    });
    return faultsIn(journal, testimonies);
  }

  /** The room is empty then, and closes. */
  async leave(): Promise<void> {
    await Promise.all(this.witnesses.map((one) => one.leave()));
  }
}

const beginAgainMs = 500;
const tries = 50;
const againMs = 100;

/** A call that a killed process had under way is the caller's to repeat. */
export async function retry<T>(call: () => Promise<T>): Promise<T> {
  for (let i = 1; ; i++) {
    try {
      return await call();
    } catch (error) {
      const { code } = error as { code?: unknown };
      const isRefused = typeof code === 'number' && code >= 400 && code < 600 && code !== codes.UNAVAILABLE;
      if (isRefused || i === tries) throw error;
      await pause(againMs);
    }
  }
}

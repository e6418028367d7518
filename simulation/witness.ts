import type { Event } from '../src/game/events.ts';
import { persons } from '../src/game/room.ts';
import type { Seat } from '../src/game/state.ts';
import {
  type Along,
  type Entry,
  JournalError,
  NoSuchRoom,
  type Person,
  type Snapshot,
} from '../src/journal/journal.ts';
import { RecallError } from '../src/protocol/errors.ts';
import { eventIn } from '../src/table/entries.ts';
import { People } from '../src/table/people.ts';
import { replayFrom } from '../src/table/replay.ts';
import { Commands } from './commands.ts';
import type { Connection } from './connection.ts';
import type { Counts } from './counts.ts';
import type { Asking, Frame } from './frames.ts';
import { Ledger } from './ledger.ts';
import type { StoredClaim, Watcher } from './modelStore.ts';
import { RoomClock } from './roomClock.ts';
import { objectionToDeal, objectionToTelling } from './rulesOfDeal.ts';
import { objectionToMove, objectionToRecovery, objectionToReplay } from './rulesOfRecovery.ts';
import { same } from './same.ts';

/** A claim as the room at its owner knows it. */
export interface Claim {
  readonly roomId: string;
  readonly token: number;
}

/** The same moment by the clock of a process: the time of day, and what it measures durations with. ms */
export interface Times {
  readonly now: number;
  readonly elapsed: number;
}

interface Watched {
  readonly ledger: Ledger;
  people: readonly Person[];
  readonly claims: StoredClaim[];
  readonly clock: RoomClock;
  /** Time that the holder of the last claim owes its players, ms; it stood still for so long. */
  owedMs: number;
  pausedAt: Times | null;
}

/** So much may be between standing still and the record of it: what the journal takes to answer, ms. */
const toleranceMs = 1_000;

/**
 * Sees everything that becomes durable and everything that anybody is told, and objects to the first thing that doesn't
 * fit: that is what a failed run reports.
 */
export class Witness implements Watcher {
  readonly #counts: Counts;
  /** In truth, ms. */
  readonly #now: () => number;
  readonly #trace: (line: () => string) => void;
  readonly #rooms = new Map<string, Watched>();
  readonly #commands: Commands;
  readonly #closed = new Set<string>();
  readonly #seen = new WeakSet<object>();
  #clocksJump = false;
  #objection: string | null = null;

  constructor(counts: Counts, now: () => number, trace: (line: () => string) => void) {
    this.#counts = counts;
    this.#now = now;
    this.#trace = trace;
    this.#commands = new Commands(counts, (what) => this.object(what));
  }

  /** What didn't fit first, or null. */
  get objection(): string | null {
    return this.#objection;
  }

  get roomIds(): string[] {
    return [...this.#rooms.keys()];
  }

  ledger(roomId: string): Ledger {
    return this.#room(roomId).ledger;
  }

  object(what: string): void {
    this.#objection ??= what;
  }

  /** Something was thrown that nobody foresaw. */
  fault(error: unknown): void {
    if (error instanceof JournalError || error instanceof RecallError) return;
    this.object(`an error that nobody foresaw: ${error instanceof Error ? error.stack : String(error)}`);
  }

  claimed(roomId: string, claim: StoredClaim): void {
    const room = this.#room(roomId);
    const last = room.claims.at(-1);
    if (last)
      this.#counts.add(last.owner === claim.owner ? 'a room was opened again by its process' : 'a room was taken over');
    this.#trace(() => `${claim.owner} claims ${roomId.slice(0, 9)} (claim ${claim.token})`);
    room.claims.push(claim);
    room.owedMs = 0;
    room.pausedAt = null;
  }

  /** A process wants a room, and has looked at its owner. */
  wanted(roomId: string, by: string, found: { owner: string; isAlive: boolean }): void {
    if (found.isAlive && found.owner !== by) this.object(`${by} claims ${roomId} from ${found.owner}, which lives`);
  }

  stored(roomId: string, { token }: StoredClaim, entries: readonly Entry[], along: Along): void {
    const room = this.#room(roomId);
    room.people = [...room.people, ...(along.people ?? [])];
    const people = new People(room.people);
    const { ledger } = room;
    const before = ledger.length;
    const astray = room.clock.stored(token, before, entries);
    if (astray) this.object(`event ${before + 1} of claim ${token}: ${astray}`);
    for (const entry of entries) {
      const event = eventIn(entry, ledger.length + 1, roomId, people);
      const last = ledger.lines.at(-1);
      if (last && last.token > token)
        this.object(`claim ${token} wrote event ${ledger.length + 1} after claim ${last.token}`);
      const isRecovery = last !== undefined && last.token < token;
      if (!isRecovery) this.#timeGivenBack(room, event, token);
      const line = ledger.add(event, token);
      if (isRecovery) {
        const objection = objectionToRecovery(line, this.#counts);
        if (objection) this.object(`event ${ledger.length} (${event.type}) of claim ${token}: ${objection}`);
      }
      if (event.type === 'clock_moved') {
        const objection = objectionToMove(line);
        if (objection) this.object(`event ${ledger.length} of claim ${token}: ${objection}`);
        const { event: last } = ledger.line(ledger.length - 1) ?? line;
        this.#counts.add('a room’s times were moved with its clock');
        if (last.type === 'time_lost') this.#counts.add('a room’s times were moved with its clock after a pause');
      }
      const unfair = objectionToDeal(ledger, line, this.#counts);
      if (unfair) this.object(`event ${ledger.length}: ${unfair}`);
      if (event.type === 'command_done') this.#commands.done(ledger.room, event);
      this.#trace(() => `claim ${token} stored event ${ledger.length}: ${event.type}`);
      this.#count(event);
    }
    if (token > 1 && ledger.line(before)?.token !== token && persons(ledger.room).some(isConnected))
      this.object(`claim ${token} took somebody for connected who was connected to another process`);
    const ended = ledger.lines.slice(before).find(({ event }) => event.type === 'match_ended');
    const { replay, snapshot } = along;
    const objection = objectionToReplay(ledger, ended, replay && replayFrom(replay.record, people));
    if (objection) this.object(objection);
    if (snapshot) this.#summedUp(ledger, snapshot, eventIn(snapshot.entry, snapshot.n, roomId, people));
  }

  /** What is dropped must not be missed: the room of the snapshot is the one of all that has happened. */
  #summedUp(ledger: Ledger, { n }: Snapshot, event: Event): void {
    const room = ledger.line(n)?.after;
    if (event.type !== 'snapshot' || !room || !same({ ...event.room, base: 0 }, { ...room, base: 0 }))
      this.object(`the snapshot of the first ${n} events is not what they make of the room`);
    this.#counts.add('a snapshot took the place of events');
  }

  /** A process has decided so, and asks the journal to store it, or asks again. */
  decided(roomId: string, token: number, from: number, entries: readonly Entry[]): void {
    this.#room(roomId).clock.decided(token, from, entries, this.#now());
  }

  /** A player asks for something, or asks again. */
  asked(userId: string, asking: Asking): void {
    this.#commands.asked(userId, asking);
  }

  /** A frame leaves for a player. */
  told(connection: Connection, frame: Frame, claim: Claim): void {
    const room = this.#room(claim.roomId);
    const { ledger } = room;
    const line = 'n' in frame ? ledger.line(frame.n) : undefined;
    const indiscretion = line && objectionToTelling(line, frame);
    if (indiscretion) this.object(indiscretion);
    switch (frame.is) {
      case 'welcome':
      case 'state':
        if (
          this.#isDurable(room, claim, frame.n, frame.is) &&
          this.#isFirst(frame.view) &&
          !same(frame.view, ledger.view(frame.n))
        )
          this.object(`the state after event ${frame.n} is not what the journal says`);
        if (frame.is === 'welcome') connection.matchEventsAtWelcome = ledger.line(frame.n)?.matchEvents ?? 0;
        break;
      case 'message': {
        if (!this.#isDurable(room, claim, frame.n, frame.type)) break;
        if (line?.token !== claim.token)
          this.object(`claim ${claim.token} told event ${frame.n} of claim ${line?.token}`);
        if (
          this.#isFirst(frame.payload) &&
          !ledger.announced(frame.n).some(({ type, payload }) => type === frame.type && same(payload, frame.payload))
        )
          this.object(`${frame.type} was told for event ${frame.n} (${line?.event.type}), and does not follow from it`);
        if (frame.type === 'match_event' && line) this.#inOrder(connection, line.matchEvents, frame.n);
        break;
      }
      case 'answer':
        if ('n' in frame.answer) this.#isDurable(room, claim, frame.answer.n, `the answer to ${frame.to.type}`);
        this.#commands.answered(frame.to, frame.answer, claim.token);
        break;
      case 'refusal':
        this.#trace(() => `claim ${claim.token} refuses ${frame.to.type} ${frame.to.commandId}: ${frame.message}`);
        this.#commands.refused(frame.to, frame.message);
        break;
    }
  }

  /** The room stands still, or goes on. */
  paused({ roomId, token }: Claim, paused: boolean, clock: Times): void {
    const room = this.#room(roomId);
    this.#trace(() => `the room at claim ${token} ${paused ? 'pauses' : 'goes on'}`);
    if (room.claims.at(-1)?.token !== token) return;
    if (paused) {
      this.#counts.add('a room paused');
      if (Math.abs(room.owedMs) <= toleranceMs) room.owedMs = 0;
      room.pausedAt = clock;
    } else if (room.pausedAt !== null) {
      room.owedMs += clock.elapsed - room.pausedAt.elapsed;
      room.pausedAt = null;
    }
  }

  /** A player was told that the room is no more. */
  toldGone(roomId: string, entries: readonly Entry[] | null): void {
    if (entries && !this.ledger(roomId).room.closed) this.object('a player was told that a living room is no more');
  }

  /** From now on what a clock says doesn't tell what came first. */
  clockJumped(): void {
    this.#clocksJump = true;
  }

  /** The hook was called. */
  closed(roomId: string): void {
    if (this.#closed.has(roomId)) this.object('room_closed was called twice for a room');
    if (!this.ledger(roomId).room.closed) this.object('room_closed was called for a living room');
    this.#closed.add(roomId);
  }

  lost({ roomId, token }: Claim, error: unknown): void {
    this.#trace(() => `claim ${token} is lost: ${error}`);
    if (error instanceof NoSuchRoom && !this.ledger(roomId).room.closed)
      this.object(`the journal has no ${roomId} any more`);
  }

  /** When the run is over. */
  final(): void {
    this.#commands.final();
  }

  /** What is told to many is looked at once. */
  #isFirst(told: object): boolean {
    if (this.#seen.has(told)) return false;
    this.#seen.add(told);
    return true;
  }

  #isDurable({ ledger, claims }: Watched, { token }: Claim, n: number, what: string): boolean {
    if (n > ledger.length) {
      this.object(`${what} was told of event ${n}, and ${ledger.length} are durable`);
      return false;
    }
    const next = claims.find((one) => one.token > token);
    if (!next) return true;
    this.#counts.add('an overtaken owner told what was durable before');
    if (n > next.length)
      this.object(`claim ${token} told event ${n} after claim ${next.token} was given at ${next.length}`);
    return n <= next.length;
  }

  /** A connection is told every match event from its welcome on; the first ones may be part of the state already. */
  #inOrder(connection: Connection, matchEvent: number, n: number): void {
    const { toldMatchEvent, matchEventsAtWelcome } = connection;
    const isNext = toldMatchEvent === null ? matchEvent <= matchEventsAtWelcome + 1 : matchEvent === toldMatchEvent + 1;
    if (!isNext) this.object(`match event ${matchEvent} (event ${n}) was told after match event ${toldMatchEvent}`);
    connection.toldMatchEvent = matchEvent;
  }

  /** What a room stood still for, its players get back before anything else happens. */
  #timeGivenBack(room: Watched, event: Event, token: number): void {
    if (room.claims.at(-1)?.token !== token) return;
    if (event.type === 'time_lost') {
      room.owedMs -= event.byMs;
      this.#counts.add('lost time was stored');
    } else if (room.pausedAt !== null) {
      // What was in doubt had been decided before.
      if (event.at > room.pausedAt.now && !this.#clocksJump)
        this.object(`${event.type} was decided while the room stood still`);
    } else if (Math.abs(room.owedMs) > toleranceMs) {
      this.object(`${event.type} was stored while the room owed its players ${room.owedMs} ms`);
    }
  }

  #count(event: Event): void {
    if (event.type === 'bot_took_over' && event.why === 'away')
      this.#counts.add('a grace ended, and a computer player took over');
    if (event.type === 'player_back') this.#counts.add('a player took their seat back');
    if (event.type === 'match_ended')
      this.#counts.add(event.how === 'abandoned' ? 'a match was abandoned' : 'a match ended by its rules');
    if (event.type === 'room_closed' && event.reason === 'empty') this.#counts.add('a room closed empty');
    if (event.type === 'room_closed' && event.reason === 'played_out')
      this.#counts.add('a room closed since its journal was full');
  }

  #room(roomId: string): Watched {
    const known = this.#rooms.get(roomId);
    if (known) return known;
    const room = { ledger: new Ledger(), people: [], claims: [], clock: new RoomClock(), owedMs: 0, pausedAt: null };
    this.#rooms.set(roomId, room);
    return room;
  }
}

const isConnected = ({ attendance }: Seat): boolean => attendance === 'connected';

import type { Event } from '../../src/game/events.ts';
import { type Entry, JournalError, NoSuchRoom, type Replay } from '../../src/journal/journal.ts';
import { RecallError } from '../../src/protocol/errors.ts';
import type { ReplayRecord } from '../../src/rooms/replay.ts';
import type { Connection } from './connection.ts';
import type { Counts } from './counts.ts';
import type { Asking, Frame } from './frames.ts';
import { Ledger } from './ledger.ts';
import type { StoredClaim, Watcher } from './modelStore.ts';
import { objectionToRecovery, objectionToReplay } from './rulesOfRecovery.ts';
import { same } from './same.ts';

/** A claim as the room at its owner knows it. */
export interface Claim {
  readonly roomId: string;
  readonly token: number;
}

/** The same moment by the clock of a process, and in truth, ms. */
export interface Times {
  readonly now: number;
  readonly time: number;
}

interface Watched {
  readonly ledger: Ledger;
  readonly claims: StoredClaim[];
  /** Time that the holder of the last claim owes its players, ms; it stood still for so long. */
  owedMs: number;
  pausedAt: Times | null;
}

/** So much may be between standing still and the record of it: what the journal takes to answer, ms. */
const toleranceMs = 1_000;

/** A command that was carried out, as the journal has it. */
interface Done {
  readonly n: number;
  readonly sessionId: string | undefined;
}

/**
 * Sees everything that becomes durable and everything that anybody is told, and objects to the first thing that doesn't
 * fit: that is what a failed run reports.
 */
export class Witness implements Watcher {
  readonly #counts: Counts;
  readonly #trace: (line: () => string) => void;
  readonly #rooms = new Map<string, Watched>();
  readonly #asked = new Map<string, { userId: string; asking: Asking }>();
  readonly #done = new Map<string, Done>();
  readonly #answered = new Map<string, { answer: unknown; token: number }>();
  /** Refused with the words that nothing has changed, and never asked again. */
  readonly #unchanged = new Set<string>();
  readonly #seen = new WeakSet<object>();
  #objection: string | null = null;

  constructor(counts: Counts, trace: (line: () => string) => void) {
    this.#counts = counts;
    this.#trace = trace;
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

  stored(roomId: string, { token }: StoredClaim, entries: readonly Entry[], replay: Replay | undefined): void {
    const room = this.#room(roomId);
    const { ledger } = room;
    const before = ledger.length;
    for (const entry of entries) {
      const event = JSON.parse(entry) as Event;
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
      if (event.type === 'command_done') this.#commandDone(ledger, event);
      this.#trace(() => `claim ${token} stored event ${ledger.length}: ${event.type}`);
      this.#count(event);
    }
    const ended = ledger.lines.slice(before).find(({ event }) => event.type === 'match_ended');
    const objection = objectionToReplay(ledger, ended, replay && (JSON.parse(replay.record) as ReplayRecord));
    if (objection) this.object(objection);
  }

  /** A player asks for something, or asks again. */
  asked(userId: string, asking: Asking): void {
    if (asking.commandId === undefined) return;
    this.#asked.set(asking.commandId, { userId, asking });
    this.#unchanged.delete(asking.commandId);
  }

  /** A frame leaves for a player. */
  told(connection: Connection, frame: Frame, claim: Claim): void {
    const room = this.#room(claim.roomId);
    const { ledger } = room;
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
        const line = ledger.line(frame.n);
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
        this.#answers(room, claim, frame.to, frame.answer);
        break;
      case 'refusal':
        if (!frame.message.includes('nothing has changed') || frame.to.commandId === undefined) break;
        this.#counts.add('a command was refused, and nothing had changed');
        this.#trace(() => `refused since nothing has changed: ${frame.to.type} ${frame.to.commandId}`);
        this.#unchanged.add(frame.to.commandId);
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
      if (!(Math.abs(room.owedMs) > toleranceMs)) room.owedMs = 0;
      room.pausedAt = clock;
    } else if (room.pausedAt !== null) {
      const byMs = clock.now - room.pausedAt.now;
      // Nobody can say how long it was by a clock that has jumped.
      room.owedMs += byMs === clock.time - room.pausedAt.time ? byMs : Number.NaN;
      room.pausedAt = null;
    }
  }

  /** A player was told that the room is no more. */
  toldGone(roomId: string, entries: readonly Entry[] | null): void {
    if (entries && !this.ledger(roomId).room.closed) this.object('a player was told that a living room is no more');
  }

  lost({ roomId, token }: Claim, error: unknown): void {
    this.#trace(() => `claim ${token} is lost: ${error}`);
    if (error instanceof NoSuchRoom && !this.ledger(roomId).room.closed)
      this.object(`the journal has no ${roomId} any more`);
  }

  /** When the run is over. */
  final(): void {
    for (const id of this.#unchanged) {
      if (this.#done.has(id)) this.object(`command ${id} was refused since nothing had changed, and was carried out`);
    }
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

  #answers(
    room: Watched,
    claim: Claim,
    { commandId, type }: Asking,
    answer: { n?: number; session_id?: string },
  ): void {
    if (answer.n !== undefined) this.#isDurable(room, claim, answer.n, `the answer to ${type}`);
    if (commandId === undefined) return;
    const done = this.#done.get(commandId);
    const isSame = type === 'add_bot' ? done?.sessionId === answer.session_id : done?.n === answer.n;
    if (!done || !isSame) this.object(`${type} ${commandId} was answered, and the journal has it otherwise`);
    const before = this.#answered.get(commandId);
    if (before) this.#counts.add('a repeat was answered from the journal');
    if (before && before.token !== claim.token) this.#counts.add('a repeat was answered by another owner');
    if (before && !same(before.answer, answer)) this.object(`${type} ${commandId} was answered in two ways`);
    this.#answered.set(commandId, { answer, token: claim.token });
  }

  #commandDone(ledger: Ledger, event: Extract<Event, { type: 'command_done' }>): void {
    const { commandId, seat, n, sessionId, request } = event;
    const asked = this.#asked.get(commandId);
    const { command_id, ...payload } = (asked?.asking.payload ?? {}) as { command_id?: string };
    if (!asked) {
      this.object(`command ${commandId} was carried out, and nobody has asked for it`);
      return;
    } else if (request !== JSON.stringify([asked.asking.type, payload]))
      this.object(`command ${commandId} was asked for otherwise`);
    else if (ledger.room.seats[seat]?.userId !== asked.userId)
      this.object(`command ${commandId} was carried out for another seat`);
    if (this.#done.has(commandId)) this.object(`command ${commandId} was carried out twice`);
    this.#done.set(commandId, { n, sessionId });
  }

  /** What a room stood still for, its players get back before anything else happens. */
  #timeGivenBack(room: Watched, event: Event, token: number): void {
    if (room.claims.at(-1)?.token !== token) return;
    if (event.type === 'time_lost') {
      room.owedMs -= event.byMs;
      this.#counts.add('lost time was stored');
    } else if (room.pausedAt === null && Math.abs(room.owedMs) > toleranceMs) {
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
  }

  #room(roomId: string): Watched {
    const known = this.#rooms.get(roomId);
    if (known) return known;
    const room = { ledger: new Ledger(), claims: [], owedMs: 0, pausedAt: null };
    this.#rooms.set(roomId, room);
    return room;
  }
}

import { expect } from 'vitest';
import type { Chance } from '../../src/game/chance.ts';
import type { Command, CommandId, Entrant, Move, RoomRequest } from '../../src/game/commands.ts';
import { decide } from '../../src/game/decide.ts';
import type { Event, EventOf } from '../../src/game/events.ts';
import { evolve, initial } from '../../src/game/evolve.ts';
import { isRefusal, type Refusal, type RefusalCode } from '../../src/game/refusal.ts';
import { nextDueAt, phaseOf } from '../../src/game/room.ts';
import type { LeaveReason, Match, Phase, Player, Room, RoomSettings, Seat } from '../../src/game/state.ts';
import { cardsOf, defaults, entering, entrant, freeze, people, plainChance, types } from './basics.ts';
import { card, cards, handText, namesOf } from './cards.ts';
import { draw, play } from './moves.ts';

export * from './basics.ts';
export * from './moves.ts';

/** A room with a clock of its own. Whatever is done to it goes through `decide`, and what must always hold is checked. */
export class TestTable {
  room: Room = freeze(initial);
  now = 1_700_000_000_000;
  readonly journal: Event[] = [];
  readonly chance: Chance;

  constructor(chance = plainChance()) {
    this.chance = chance;
  }

  /** Folds events that were made by hand. */
  fold(events: readonly Event[]): void {
    for (const event of events) {
      this.journal.push(freeze(event));
      this.room = freeze(evolve(this.room, event));
    }
  }

  /** What the command makes happen. Fails where it is refused. */
  send(command: Command): readonly Event[] {
    const before = this.room;
    const answer = decide(before, command, this.now, this.chance);
    if (isRefusal(answer)) throw new Error(`${command.type} was refused: ${answer.refused}: ${answer.message}`);
    for (const event of answer) expect(event.at, `time of ${event.type}`).toBe(this.now);
    this.fold(answer);
    expect(this.room.n).toBe(before.n + answer.length);
    const dealtAnew = answer.some((event) => event.type === 'match_started');
    if (before.match && this.room.match && !dealtAnew) expect(cardsOf(this.room.match)).toEqual(cardsOf(before.match));
    return answer;
  }

  /** The command is refused with one of the codes (any, where none is given), says what to do, and changes nothing. */
  sendRefused(command: Command, ...codes: RefusalCode[]): Refusal {
    const before = JSON.stringify(this.room);
    const answer = decide(this.room, command, this.now, this.chance);
    if (!isRefusal(answer)) throw new Error(`${command.type} was accepted: ${types(answer).join(', ')}`);
    if (codes.length) expect(codes).toContain(answer.refused);
    expect(answer.message.length).toBeGreaterThan(5);
    expect(JSON.stringify(this.room)).toBe(before);
    return answer;
  }

  /** Whether it is refused or not is all the same to the test. */
  sendOrRefuse(command: Command): readonly Event[] {
    const answer = decide(this.room, command, this.now, this.chance);
    if (isRefusal(answer)) return [];
    this.fold(answer);
    return answer;
  }

  does(seat: number, move: Move, id?: CommandId): readonly Event[] {
    return this.send({ type: 'move', seat, by: 'person', move, ...(id && { id }) });
  }

  botDoes(seat: number, move: Move): readonly Event[] {
    return this.send({ type: 'move', seat, by: 'bot', move });
  }

  refuses(seat: number, move: Move, ...codes: RefusalCode[]): Refusal {
    return this.sendRefused({ type: 'move', seat, by: 'person', move }, ...codes);
  }

  asks(seat: number, request: RoomRequest, id?: CommandId): readonly Event[] {
    return this.send({ type: 'request', seat, request, ...(id && { id }) });
  }

  refusesRequest(seat: number, request: RoomRequest, ...codes: RefusalCode[]): Refusal {
    return this.sendRefused({ type: 'request', seat, request }, ...codes);
  }

  /** Lets so much time pass, ms; everything due on the way happens at its moment. */
  wait(ms: number): Event[] {
    const until = this.now + ms;
    const events: Event[] = [];
    for (let steps = 0; ; steps++) {
      const due = nextDueAt(this.room);
      if (due === null || due > until) break;
      if (steps > 10_000) throw new Error('something is due again and again');
      this.now = Math.max(this.now, due);
      events.push(...this.send({ type: 'time_passed' }));
    }
    this.now = until;
    return events;
  }

  /** Lets time pass until such an event has happened; gives what happened on the way. */
  waitFor(type: Event['type']): Event[] {
    const events: Event[] = [];
    while (!events.some((event) => event.type === type)) {
      const due = nextDueAt(this.room);
      if (due === null) throw new Error(`nothing is due, and no ${type} has come`);
      events.push(...this.wait(Math.max(0, due - this.now)));
    }
    return events;
  }

  open(settings: Partial<RoomSettings> = {}, owner = entrant('ann'), bots = 0): readonly Event[] {
    return this.send({ type: 'open', roomId: 'room_1', settings: { ...defaults, ...settings }, owner, bots });
  }

  enter(who: Entrant, more: Partial<Extract<Command, { type: 'enter' }>> = {}): readonly Event[] {
    return this.send(entering(who, more));
  }

  connect(userId: string, token = `token of ${userId}`): readonly Event[] {
    return this.send({ type: 'connect', sessionId: this.seatOf(userId).sessionId, token });
  }

  drop(userId: string): readonly Event[] {
    return this.send({ type: 'drop', sessionId: this.seatOf(userId).sessionId });
  }

  leave(userId: string, reason: LeaveReason = 'left'): readonly Event[] {
    return this.send({ type: 'leave', sessionId: this.seatOf(userId).sessionId, reason });
  }

  /** Enters and connects. */
  sit(...userIds: string[]): void {
    for (const userId of userIds) {
      this.enter(entrant(userId), { password: this.room.settings.passwordHash ? 'right' : 'none' });
      this.connect(userId);
    }
  }

  seatOf(userId: string): Seat {
    const seat = this.room.seats.find((one) => one?.userId === userId);
    if (!seat) throw new Error(`${userId} has no seat`);
    return seat;
  }

  get match(): Match {
    if (!this.room.match) throw new Error('no match yet');
    return this.room.match;
  }

  get phase(): Phase {
    return phaseOf(this.room);
  }

  player(seat: number): Player {
    const player = this.match.players.find((one) => one.seat === seat);
    if (!player) throw new Error(`seat ${seat} does not play`);
    return player;
  }

  hand(seat: number): string {
    return handText(this.player(seat).hand);
  }

  /** The next card to be drawn comes first. */
  get drawPile(): string {
    return namesOf(this.match.drawPile.toReversed());
  }

  /** The top card comes first. */
  get discard(): string {
    return namesOf(this.match.discard.toReversed());
  }

  get drawn(): string | null {
    return this.match.drawn ? namesOf([this.match.drawn.card]) : null;
  }

  /** Ms until the present step of the match is over. */
  get left(): number {
    return this.match.deadlineAt - this.now;
  }

  last<T extends Event['type']>(type: T): EventOf<T> {
    const event = this.journal.findLast((one) => one.type === type);
    if (!event) throw new Error(`no ${type} so far`);
    return event as EventOf<T>;
  }
}

/** A match as a test wants it: hands by seat, the draw pile with the next card first. Persons sit in the first seats. */
export interface Rig extends Partial<RoomSettings> {
  hands: readonly string[];
  draw?: string;
  discard?: string;
  starter?: number;
  /** Of the match's random streams. */
  seed?: string;
  /** How many of the seats, the last ones, are computer players. */
  bots?: number;
}

/** A table in the initial peek, with these cards. */
export function dealt(rig: Rig, t = new TestTable()): TestTable {
  const { hands, draw = '9c 9d 9h 9s', discard = '5c', starter = 0, seed = 'rigged', bots = 0, ...settings } = rig;
  const seats = hands.map((_, seat) => seat);
  t.open({ gameType: 'clear', maxPlayers: Math.max(2, hands.length), ...settings });
  t.connect('ann');
  t.sit(...people.slice(1, hands.length - bots));
  for (let i = 0; i < bots; i++) t.asks(0, { type: 'add_bot' });
  t.fold([
    {
      type: 'match_started',
      matchNumber: 1,
      seats,
      nonces: seats.map((seat) => t.room.seats[seat]?.dealNonce ?? ''),
      seed,
      hands: hands.map((hand) => cards(hand)),
      discard: card(discard),
      drawPile: cards(draw).reverse(),
      starter,
      deadlineAt: t.now + t.room.settings.initialPeekMs,
      at: t.now,
    },
  ]);
  return t;
}

/** A table whose first turn begins, with these cards; those in brackets have been collected. */
export function begun(rig: Rig): TestTable {
  const t = dealt(rig);
  const collections = rig.hands.flatMap((hand, seat) =>
    hand.split(' ').flatMap((text, slot) => (text.startsWith('[') ? [{ seat, slot, card: card(text) }] : [])),
  );
  const starter = rig.starter ?? 0;
  const deadlineAt = t.now + t.room.settings.turnMs;
  const step = rig.draw === '' ? 'play' : 'draw';
  t.fold([
    { type: 'peek_over', collections, at: t.now },
    { type: 'turn_started', seat: starter, turn: 1, step, deadlineAt, at: t.now },
  ]);
  return t;
}

/** A table in the window after the first turn's player has drawn, and played that slot (-1: the drawn card). */
export function inWindow(rig: Rig, slot = 0): TestTable {
  const t = begun(rig);
  const starter = rig.starter ?? 0;
  t.does(starter, draw);
  t.does(starter, play(slot));
  return t;
}

/** A table where the first turn's player has drawn and played, and the window is over. */
export function afterWindow(rig: Rig, slot = 0): TestTable {
  const t = inWindow(rig, slot);
  t.wait(t.left);
  return t;
}

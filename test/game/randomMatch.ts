import { type Card, freshDeck } from '../../src/game/cards.ts';
import { shuffled } from '../../src/game/chance.ts';
import type { Command } from '../../src/game/commands.ts';
import { decide } from '../../src/game/decide.ts';
import type { Event } from '../../src/game/events.ts';
import { evolve, initial } from '../../src/game/evolve.ts';
import { isRefusal, type Refusal } from '../../src/game/refusal.ts';
import { isBetweenMatches, isDealing, isPerson, isRunning, nextDueAt, playedByBot } from '../../src/game/room.ts';
import type { Room } from '../../src/game/state.ts';
import { defaults, entering, entrant, freeze, people, plainChance } from './basics.ts';
import { nonsense, reasonable } from './randomMoves.ts';
import { asked, comingAndGoing, committing, revealing } from './randomPeople.ts';
import { type Plan, Random } from './randomPlan.ts';

/** One command of a room's life, as it was decided. */
export interface Moment {
  readonly before: Room;
  readonly command: Command;
  readonly now: number;
  readonly answer: readonly Event[] | Refusal;
  readonly after: Room;
}

/** Lives the plan's room from its opening to its close; `witness` sees each command. Gives the room at its end. */
export function playRoom(plan: Plan, witness: (moment: Moment) => void): Room {
  return new RandomRoom(plan, witness).play();
}

type MoveCommand = Extract<Command, { type: 'move' }>;

class RandomRoom {
  private room: Room = freeze(initial);
  private now = 1_700_000_000_000;
  private sent = 0;
  private repeatable: MoveCommand | null = null;
  private readonly plan: Plan;
  private readonly witness: (moment: Moment) => void;
  private readonly random: Random;
  private readonly chance;

  constructor(plan: Plan, witness: (moment: Moment) => void) {
    this.plan = plan;
    this.witness = witness;
    this.random = new Random(plan.seed);
    this.chance = plainChance(plan.seed);
  }

  play(): Room {
    this.open();
    for (let match = 1; match <= this.plan.matches && this.room.closed === null; match++) {
      if (match > 1 || (this.plan.fewCards === null && this.random.percent(50))) this.interlude();
      if (isBetweenMatches(this.room) && this.room.closed === null) this.start(match);
      while (this.sent < this.plan.commands && isDealing(this.room)) this.stepOfDeal();
      while (this.sent < this.plan.commands && isRunning(this.room)) this.step();
      this.waitUntil(() => isBetweenMatches(this.room));
    }
    this.everybodyLeaves();
    this.waitUntil(() => this.room.closed !== null);
    return this.room;
  }

  private open(): void {
    const { rules, seats, persons, fewCards } = this.plan;
    const startDelayMs = this.plan.autoStart && fewCards === null ? 5_000 : null;
    const free = fewCards === null && this.random.percent(50) ? 1 : 0;
    const settings = { ...defaults, ...rules, maxPlayers: seats, startDelayMs };
    this.send({
      type: 'open',
      roomId: 'room_1',
      settings,
      owner: entrant('ann'),
      bots: Math.max(0, seats - persons - free),
    });
    for (const userId of people.slice(0, persons)) {
      if (userId !== 'ann') this.send(entering(entrant(userId)));
      this.send({ type: 'connect', sessionId: `session of ${userId}`, token: `token of ${userId}` });
    }
  }

  private start(match: number): void {
    const { fewCards } = this.plan;
    const owner = this.room.seats.find((seat) => seat?.userId === this.room.ownerId && !seat.isBot);
    if (match === 1 && fewCards !== null) {
      this.dealByHand(fewCards);
      return;
    }
    for (const seat of this.room.seats) {
      const commits = isPerson(seat) && isBetweenMatches(this.room) && this.random.percent(this.plan.parts);
      if (commits) this.send(committing(this.room, seat));
    }
    this.send({ type: 'request', seat: owner?.seat ?? 0, request: { type: 'start_match' } });
  }

  /** Somebody reveals; or comes, drops and leaves; or time passes. */
  private stepOfDeal(): readonly Event[] {
    const { random } = this;
    const due = this.due();
    this.now = Math.min(due, this.now + random.below(600));
    if (this.now >= due) return this.pass();
    if (random.percent(30)) return this.unrest();
    return this.send(revealing(this.room, random.below(this.plan.seats), random.percent(5)));
  }

  /** Two to four cards each, and so many in the draw pile. */
  private dealByHand(drawPile: number): void {
    const { seats, seed } = this.plan;
    const { below } = this.random;
    const deck = shuffled(freshDeck(seats), below);
    const take = (count: number) => deck.splice(0, count);
    const event: Event = {
      type: 'match_started',
      matchNumber: 1,
      seats: Array.from({ length: seats }, (_, seat) => seat),
      nonces: Array.from({ length: seats }, () => ''),
      seed: `deal ${seed}`,
      hands: Array.from({ length: seats }, () => take(2 + below(3))),
      discard: take(1)[0] as Card,
      drawPile: take(drawPile),
      starter: below(seats),
      deadlineAt: this.now + defaults.initialPeekMs,
      at: this.now,
    };
    this.happened({ type: 'request', seat: 0, request: { type: 'start_match' } }, [freeze(event)]);
  }

  private step(): readonly Event[] {
    const { plan, random } = this;
    const due = this.due();
    this.now = Math.min(due, this.now + random.below(400));
    if (this.now >= due) return this.pass();
    if (random.below(1000) < plan.unrest) return this.unrest();
    if (random.percent(plan.idles)) return this.idle();
    if (this.repeatable && random.percent(3)) return this.repeat(this.repeatable);
    const { match } = this.room;
    if (plan.rules.shortWindows && match?.phase === 'same_rank_window' && random.percent(20)) return this.endWindow();
    const choice = random.percent(plan.nonsense) ? nonsense(plan, random) : match && reasonable(match, plan, random);
    return choice ? this.move(choice) : this.idle();
  }

  /** Before a match people come and go, and anybody asks for anything. */
  private interlude(): void {
    this.repeatable = null;
    const { restless } = this.plan;
    for (
      let i = this.random.below(restless ? 2_000 : 20);
      i > 0 && this.room.closed === null && isBetweenMatches(this.room);
      i--
    ) {
      this.now = Math.min(
        nextDueAt(this.room) ?? this.now,
        this.now + this.random.below(restless ? 40 : this.room.startsAt ? 800 : 10_000),
      );
      if (this.now >= this.due()) this.pass();
      else if (this.room.startsAt !== null && this.random.percent(5)) this.everybodyLeaves();
      else if (this.random.percent(50)) this.send(asked(this.room, this.random, !restless));
      else this.send(comingAndGoing(this.room, this.random, this.sent));
    }
  }

  private everybodyLeaves(): void {
    for (const seat of this.room.seats) {
      if (seat && !seat.isBot) this.send({ type: 'leave', sessionId: seat.sessionId, reason: 'left' });
    }
  }

  private unrest(): readonly Event[] {
    if (this.random.percent(10)) {
      const byMs = 1 + this.random.below(90_000);
      this.now += byMs;
      return this.send({ type: 'time_lost', byMs });
    }
    const request = this.random.percent(20);
    return this.send(request ? asked(this.room, this.random) : comingAndGoing(this.room, this.random, this.sent));
  }

  /** By who acts for the seat; at times by a person who takes it back, or by a computer player that may not. */
  private move({ seat, move }: Pick<MoveCommand, 'seat' | 'move'>): readonly Event[] {
    const taken = this.room.seats[seat];
    const odd = this.random.percent(2.5);
    const by = taken && playedByBot(taken) !== odd ? 'bot' : 'person';
    const id =
      by === 'person' && this.random.percent(50)
        ? { commandId: `id ${this.sent}`, request: JSON.stringify(move) }
        : null;
    const command = { type: 'move', seat, by, move, ...(id && { id }) } as const;
    const events = this.send(command);
    if (events.length > 0 && id) this.repeatable = command;
    return events;
  }

  /** Most have said that they have no card for the window; at times somebody has acted since. */
  private endWindow(): readonly Event[] {
    const { random, room } = this;
    const passed = new Set(room.seats.flatMap((seat) => (seat && random.percent(90) ? [seat.seat] : [])));
    return this.send({ type: 'end_window', passed, n: room.n - (random.percent(10) ? 1 : 0) });
  }

  private repeat(command: MoveCommand): readonly Event[] {
    const altered = command.id && this.random.percent(33) ? { ...command.id, request: 'another' } : null;
    const before = this.room;
    const events = this.send(altered ? { ...command, id: altered } : command);
    if (this.room !== before) throw new Error('a repeat was done again');
    return events;
  }

  private idle(): readonly Event[] {
    this.now = this.due();
    return this.pass();
  }

  /** What is due happens, perhaps a little late. */
  private pass(): readonly Event[] {
    if (this.random.percent(25)) this.now += this.random.below(200);
    const events = this.send({ type: 'time_passed' });
    if (events.length === 0) throw new Error('something was due, and nothing has happened');
    return events;
  }

  /** Nobody does anything any more: time alone has to bring it about. */
  private waitUntil(reached: () => boolean): void {
    for (let steps = 0; !reached(); steps++) {
      if (steps > 5 * this.room.settings.maxTurns + 300) throw new Error('time alone does not bring it to an end');
      this.now = Math.max(this.now, this.due());
      this.pass();
    }
  }

  private due(): number {
    const due = nextDueAt(this.room);
    if (due === null) throw new Error('the room is stuck: nothing is due');
    return due;
  }

  private send(command: Command): readonly Event[] {
    const answer = freeze(decide(this.room, command, this.now, this.chance));
    return this.happened(command, answer);
  }

  private happened(command: Command, answer: readonly Event[] | Refusal): readonly Event[] {
    const before = this.room;
    const events = isRefusal(answer) ? [] : answer;
    this.room = freeze(events.reduce(evolve, before));
    this.sent++;
    this.witness({ before, command, now: this.now, answer, after: this.room });
    return events;
  }
}

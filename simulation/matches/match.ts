import { type Choice, choose, type Memory, newMemory, opportunity, remember } from '../../src/bots/bot.ts';
import type { Chance, Stream } from '../../src/game/chance.ts';
import type { Command, Move } from '../../src/game/commands.ts';
import { decide } from '../../src/game/decide.ts';
import type { Event } from '../../src/game/events.ts';
import { evolve, initial } from '../../src/game/evolve.ts';
import { isRefusal } from '../../src/game/refusal.ts';
import { isRunning, nextDueAt } from '../../src/game/room.ts';
import { seen, shownBy } from '../../src/game/seen.ts';
import type { BotLevel, Room, RoomSettings } from '../../src/game/state.ts';
import { publicView } from '../../src/game/view.ts';

/** What a player was asked, and has answered: null is to do nothing. */
export interface Asked {
  readonly choice: Choice;
  readonly answer: Move | null;
  /** All events of the room so far. */
  readonly events: readonly Event[];
}

export interface Played {
  /** The room after the match. */
  readonly room: Room;
  readonly events: readonly Event[];
  /** Moves of players that were carried out. */
  readonly moves: number;
}

/**
 * A whole match among computer players, in virtual time: whoever has something to decide acts in an order by lot, a
 * millisecond after another, and when nobody has, the clock moves on to what is due next. `settings.maxPlayers` play; the
 * first of them is a person to the room, since a room without one ends its match.
 *
 * @param watch is told of every choice, before it is carried out
 * @param levels of the seats, in order; `settings.botLevel` where none is given
 * @throws Error when a move is refused
 */
export function playMatch(
  settings: RoomSettings,
  chance: Chance,
  watch?: (asked: Asked) => void,
  levels: readonly BotLevel[] = [],
): Played {
  const table = new MatchTable(settings, chance, levels);
  table.play(watch);
  return { room: table.room, events: table.events, moves: table.moves };
}

/**
 * One match after the other in the same room: what has happened since the one before, its opening included.
 * @param now when it begins, Unix ms
 */
export function* playMatches(
  settings: RoomSettings,
  chance: Chance,
  roomId: string,
  now: number,
): Generator<readonly Event[], never> {
  const table = new MatchTable(settings, chance, [], roomId, now);
  for (;;) {
    table.play();
    yield table.events.splice(0);
  }
}

/** How a seat is played. */
interface Hand {
  readonly seat: number;
  readonly level: BotLevel;
  readonly random: Stream;
  memory: Memory;
  /** What it has to decide now, and what it was asked last. */
  opportunity: string | null;
  asked: string | null;
}

class MatchTable {
  room = initial;
  moves = 0;
  readonly events: Event[] = [];
  #now: number;
  readonly #chance: Chance;
  readonly #hands: Hand[] = [];
  readonly #order: Stream;
  #view = publicView(initial);

  constructor(settings: RoomSettings, chance: Chance, levels: readonly BotLevel[], roomId = 'simulated', now = 0) {
    this.#chance = chance;
    this.#now = now;
    const owner = { userId: 'owner', name: 'Owner', dealNonce: '', sessionId: 'owner' };
    this.#carryOut({ type: 'open', roomId, settings, owner, bots: settings.maxPlayers - 1 });
    this.#carryOut({ type: 'connect', sessionId: owner.sessionId, token: '' });
    const { botSeed } = this.room;
    this.#order = chance.stream(botSeed, 'order');
    for (let seat = 0; seat < settings.maxPlayers; seat++) {
      const level = levels[seat] ?? settings.botLevel;
      const random = chance.stream(botSeed, `seat|${seat}`);
      this.#hands.push({ seat, level, random, memory: newMemory(random), opportunity: null, asked: null });
    }
  }

  /** The next match, from its start to its end. */
  play(watch?: (asked: Asked) => void): void {
    this.#carryOut({ type: 'request', seat: 0, request: { type: 'start_match' } });
    while (isRunning(this.room)) {
      const seat = this.#nextToAct();
      if (seat === null) this.#skipToDue();
      else this.#act(seat, watch);
    }
  }

  /** One of the seats that have something new to decide, by lot. */
  #nextToAct(): number | null {
    const ready = this.#hands.filter((hand) => hand.opportunity !== null && hand.opportunity !== hand.asked);
    return ready.length === 0 ? null : (ready[this.#order(ready.length)] as Hand).seat;
  }

  #act(seat: number, watch?: (asked: Asked) => void): void {
    const hand = this.#hands[seat] as Hand;
    const { level, memory, random } = hand;
    const { match, settings } = this.room;
    const drawn = match?.turn === seat ? match.drawn : null;
    const choice: Choice = {
      view: this.#view,
      seat,
      drawn: drawn?.card ?? null,
      drawnTaken: drawn?.taken ?? false,
      level,
      memory,
      settings,
      random,
    };
    hand.asked = hand.opportunity;
    const answer = choose(choice);
    watch?.({ choice, answer, events: this.events });
    if (answer === null) return;
    this.#now += 1;
    this.moves += 1;
    this.#carryOut({ type: 'move', seat, by: seat === 0 ? 'person' : 'bot', move: answer });
  }

  #skipToDue(): void {
    const due = nextDueAt(this.room);
    if (due === null) throw new Error('a match runs, and nothing is due');
    this.#now = due;
    this.#carryOut({ type: 'time_passed' });
  }

  #carryOut(command: Command): void {
    const events = decide(this.room, command, this.#now, this.#chance);
    if (isRefusal(events)) throw new Error(`${JSON.stringify(command)} was refused: ${events.message}`);
    for (const event of events) {
      this.events.push(event);
      this.room = evolve(this.room, event);
      this.#tellAll(event);
    }
    this.#view = publicView(this.room);
    for (const hand of this.#hands) hand.opportunity = opportunity(this.#view, hand.seat);
  }

  #tellAll(event: Event): void {
    const what = seen(event);
    if (what === null) return;
    const shown = shownBy(event);
    const turn = this.room.match?.turnNumber ?? 0;
    for (const hand of this.#hands) {
      hand.memory = remember(hand.memory, hand.seat, what, shown?.to === hand.seat ? shown : null, turn);
    }
  }
}

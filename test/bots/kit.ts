import { choose, lastTurns, type Memory, newMemory, remember } from '../../src/bots/bot.ts';
import type { Stream } from '../../src/game/chance.ts';
import type { Move } from '../../src/game/commands.ts';
import type { Event } from '../../src/game/events.ts';
import { evolve, initial } from '../../src/game/evolve.ts';
import type { PlaceOf } from '../../src/game/hand.ts';
import { seen, shownBy } from '../../src/game/seen.ts';
import type { BotLevel } from '../../src/game/state.ts';
import { publicView } from '../../src/game/view.ts';
import { nameOf } from '../game/cards.ts';
import { numbers, type TestTable } from '../game/kit.ts';

export function streamFrom(seed: string): Stream {
  const next = numbers(seed);
  return (below) => Math.floor(next() * below);
}

/** What a seat remembers of what has happened so far. */
export function memoryOf(journal: readonly Event[], seat: number, seed = 'memory'): Memory {
  let memory = newMemory(streamFrom(seed));
  let room = initial;
  for (const event of journal) {
    room = evolve(room, event);
    const what = seen(event);
    if (what) memory = remember(memory, seat, what, shownBy(event), room.match?.turnNumber ?? 0);
  }
  return memory;
}

/** The cards that a seat knows, as `seat.slot card`, in order. */
export function knownBy(t: TestTable, seat: number, turns = Number.POSITIVE_INFINITY): string[] {
  const memory = lastTurns(memoryOf(t.journal, seat), t.match.turnNumber, turns);
  return memory.known.map((one) => `${one.seat}.${one.slot} ${nameOf(one.card)}`).sort();
}

export interface Mind {
  level?: BotLevel;
  /** What it has been shown besides; all of its own hand, where nothing is said. */
  knows?: readonly PlaceOf[];
  /** How many rounds ago that was. */
  ago?: number;
  seed?: string;
}

/** What the computer player of that seat would do now. */
export function choiceOf(
  t: TestTable,
  seat: number,
  { level = 'medium', knows, ago = 0, seed = 'choice' }: Mind = {},
): Move | null {
  const { match, room } = t;
  const own = t.player(seat).hand.map((_, slot) => ({ seat, slot }));
  let memory = memoryOf(t.journal, seat, seed);
  const turn = match.turnNumber - ago * match.players.length;
  for (const target of knows ?? own) {
    const held = t.player(target.seat).hand[target.slot];
    if (!held || held.faceUp) continue;
    const look = { type: 'queen_peeked', seat, target, until: t.now } as const;
    const shown = { to: seat, cards: [{ ...target, card: held.card }], reason: 'queen_peek', until: t.now } as const;
    memory = remember(memory, seat, look, shown, turn);
  }
  return choose({
    view: publicView(room),
    seat,
    drawn: match.turn === seat ? (match.drawn?.card ?? null) : null,
    drawnTaken: match.turn === seat && match.drawn?.taken === true,
    level,
    memory,
    settings: room.settings,
    random: streamFrom(seed),
  });
}

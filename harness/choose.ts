import type { Place } from '../src/protocol/cards.ts';
import type { ClientMessage, MessageType, Payload } from '../src/protocol/fromClient.ts';
import type { SyncedPlayer, SyncedState } from '../src/protocol/state.ts';
import type { Memory } from './memory.ts';
import type { Random } from './random.ts';
import { faceDown, slotsOf } from './table.ts';

/** How somebody plays. The shares are probabilities, from 0 to 1. */
export interface Style {
  /** Takes the discard pile's top instead of drawing, where the room allows it. */
  takes: number;
  /** Plays the drawn card rather than the worst one it knows of. */
  playsDrawn: number;
  /** Plays a card of the same rank that it remembers. */
  sameRank: number;
  /** Plays any card in a same-rank window, hoping. */
  guesses: number;
  usesPowers: number;
  collects: number;
  /** Calls Recall when it thinks that it holds no more points. */
  callsAt: number;
  /** Calls Recall in any turn, whatever it holds. */
  callsAnyway: number;
}

export const plain: Style = {
  takes: 0,
  playsDrawn: 0.15,
  sameRank: 0.95,
  guesses: 0.04,
  usesPowers: 0.85,
  collects: 0.8,
  callsAt: 6,
  callsAnyway: 0.01,
};

/** What the player feels like doing in the present moment; drawn once for it, not again with each change on the table. */
export type Whim = { [Share in Exclude<keyof Style, 'callsAt'>]: boolean };

export function whimOf(style: Style, random: Random): Whim {
  return {
    takes: random.chance(style.takes),
    playsDrawn: random.chance(style.playsDrawn),
    sameRank: random.chance(style.sameRank),
    guesses: random.chance(style.guesses),
    usesPowers: random.chance(style.usesPowers),
    collects: random.chance(style.collects),
    callsAnyway: random.chance(style.callsAnyway),
  };
}

/** A message to the room. */
export type Move = ClientMessage;

export interface Situation {
  table: SyncedState;
  me: SyncedPlayer;
  memory: Memory;
  style: Style;
  whim: Whim;
  random: Random;
}

/** What an unknown card counts on average, nearly. */
const unknownPoints = 6;

/** The move that the player makes now, or null: it waits. */
export function choose(situation: Situation): Move | null {
  const { table, me, random } = situation;
  switch (me.status) {
    case 'peeking': {
      const slots = slotsOf(me).map(({ slot }) => slot);
      const first = random.oneOf(slots);
      const second = random.oneOf(slots.filter((slot) => slot !== first));
      if (first === undefined || second === undefined) return null;
      return move('completed_initial_peek', { slots: [first, second] });
    }
    case 'drawing_card':
      // A card that was taken can't be played in the same turn: another one is needed for that.
      if (situation.whim.takes && table.discardCount > 0 && slotsOf(me, faceDown).length > 0) {
        return move('take_from_discard', {});
      }
      return collect(situation) ?? move('draw_card', {});
    case 'playing_card':
      return play(situation);
    case 'same_rank_window':
      return sameRank(situation);
    case 'queen_peek':
      return peek(situation);
    case 'jack_swap':
      return swap(situation);
    default:
      return collect(situation);
  }
}

const move = <T extends MessageType>(type: T, payload: Payload<T>) => ({ type, payload });

function play(situation: Situation): Move | null {
  const { table, me, memory, whim, style } = situation;
  if (whim.collects && memory.drawn && memory.drawn.rank === me.collectionRank) return move('collect_drawn', {});
  const calls = whim.callsAnyway || estimate(situation) <= style.callsAt;
  if (calls && table.recallCalledBy === '') return move('call_recall', {});

  const slots = slotsOf(me, faceDown);
  const pointsAt = (place: Place) => memory.at(place)?.points ?? unknownPoints;
  const worst = slots.toSorted((a, b) => pointsAt(b) - pointsAt(a))[0];
  const canPlayDrawn = memory.drawn !== null && !memory.taken;
  const drawnIsWorse = memory.drawn !== null && (!worst || memory.drawn.points >= pointsAt(worst));
  if (canPlayDrawn && (whim.playsDrawn || drawnIsWorse)) return move('play_card', { slot: -1 });
  return worst ? move('play_card', { slot: worst.slot }) : collect(situation);
}

/** The points that the player thinks it holds. */
function estimate({ me, memory }: Situation): number {
  return slotsOf(me).reduce((sum, place) => sum + (memory.at(place)?.points ?? unknownPoints), 0);
}

function sameRank({ table, me, memory, whim, random }: Situation): Move | null {
  const slots = slotsOf(me, faceDown);
  const known = slots.find((place) => memory.at(place)?.rank === table.discardTop.rank);
  if (known && whim.sameRank) return move('same_rank_play', { slot: known.slot });
  const any = whim.guesses && random.oneOf(slots);
  return any ? move('same_rank_play', { slot: any.slot }) : null;
}

function peek({ table, memory, whim, random }: Situation): Move {
  const slots = [...table.players.values()].flatMap((player) => slotsOf(player, faceDown));
  const unknown = slots.filter((place) => !memory.at(place));
  const target = random.oneOf(unknown.length > 0 ? unknown : slots);
  return target && whim.usesPowers ? move('queen_peek', target) : move('skip_power', {});
}

function swap({ table, whim, random }: Situation): Move {
  const slots = [...table.players.values()].flatMap((player) => slotsOf(player));
  const first = random.oneOf(slots);
  const second = random.oneOf(slots.filter((place) => place !== first));
  return first && second && whim.usesPowers ? move('jack_swap', { first, second }) : move('skip_power', {});
}

function collect({ table, me, whim }: Situation): Move | null {
  const allowed = table.phase === 'player_turn' || table.phase === 'special_play_window';
  const matches = me.collectionRank !== '' && table.discardTop.rank === me.collectionRank;
  return allowed && matches && whim.collects ? move('collect_from_discard', {}) : null;
}

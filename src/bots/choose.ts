import type { Card } from '../game/cards.ts';
import type { Stream } from '../game/chance.ts';
import type { Move } from '../game/commands.ts';
import type { BotLevel, RoomSettings } from '../game/state.ts';
import type { PublicView } from '../game/view.ts';
import { Belief, cardsOf, handOf, type Recognised } from './belief.ts';
import { paysToCollect } from './collect.ts';
import { levels } from './levels.ts';
import type { Memory } from './memory.ts';
import { mayCollect, playerAt } from './opportunity.ts';
import { draw, play } from './turn.ts';
import { sameRankPlay } from './window.ts';

/** All that a choice is made from. */
export interface Choice {
  readonly view: PublicView;
  readonly seat: number;
  /** The card that the seat has drawn and not played yet. */
  readonly drawn: Card | null;
  /** It came from the discard pile. */
  readonly drawnTaken: boolean;
  readonly level: BotLevel;
  readonly memory: Memory;
  readonly settings: RoomSettings;
  readonly random: Stream;
}

/** What a computer player does in the seat's present opportunity; null: nothing. */
export function choose(choice: Choice): Move | null {
  const { view, seat, drawn, settings, random } = choice;
  const player = playerAt(view, seat);
  if (!player) return null;
  const level = levels[choice.level];
  const belief = new Belief(seat, view, choice.memory, drawn, level.keeps, settings);

  if (mayCollect(view, player) && paysToCollect(belief, player)) return { type: 'collect_from_discard' };
  switch (player.status) {
    case 'peeking':
      return peek(cardsOf(belief, player), random);
    case 'drawing_card':
      return draw(belief, player, settings.allowDiscardTake);
    case 'playing_card':
      return play(belief, player, drawn, choice.drawnTaken, level);
    case 'same_rank_window':
      return sameRankPlay(view.discardTop, cardsOf(belief, player), level, random);
    case 'queen_peek':
      return level.queen(belief, handOf(belief, player), random);
    case 'jack_swap':
      return level.jack(belief, handOf(belief, player), random);
    case 'waiting':
    case 'revealing':
    case 'finished':
      return null;
  }
}

/** Any two cards: they are all alike. */
function peek(hand: readonly Recognised[], random: Stream): Move | null {
  if (hand.length < 2) return null;
  const first = random(hand.length);
  const second = (first + 1 + random(hand.length - 1)) % hand.length;
  return { type: 'completed_initial_peek', slots: [slotOf(hand, first), slotOf(hand, second)] };
}

const slotOf = (hand: readonly Recognised[], at: number): number => (hand[at] as Recognised).slot;

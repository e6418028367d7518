import { type Card, sameRank } from '../game/cards.ts';
import type { Stream } from '../game/chance.ts';
import type { Move } from '../game/commands.ts';
import type { Recognised } from './belief.ts';
import type { Level } from './levels.ts';

/** A card of the top's rank that it knows of, or, when it errs, one that it would not have meant. */
export function sameRankPlay(top: Card | null, hand: readonly Recognised[], level: Level, random: Stream): Move | null {
  const faceDown = hand.filter((held) => !held.faceUp);
  const fitting = faceDown.find(({ card }) => card !== null && top !== null && sameRank(card, top));
  if (!fitting || !happens(level.tries, random)) return null;
  const slot = happens(level.errs, random) ? mistakenFor(fitting, faceDown, random) : fitting.slot;
  return { type: 'same_rank_play', slot };
}

/** Another slot: an unknown card is more easily mistaken for the one that is meant. */
function mistakenFor(fitting: Recognised, faceDown: readonly Recognised[], random: Stream): number {
  const others = faceDown.filter((held) => held !== fitting);
  const unknown = others.filter((held) => held.card === null);
  const pool = unknown.length > 0 ? unknown : others;
  return pool.length > 0 ? (pool[random(pool.length)] as Recognised).slot : fitting.slot;
}

const happens = (share: number, random: Stream): boolean => random(1000) < share * 1000;

import { shuffled } from './chance.ts';
import type { Decision } from './decision.ts';

/** rules.md 6: a card is needed from an empty draw pile. Does nothing where there is nothing to refill it with. */
export function refill(decision: Decision): void {
  const { drawPile, discard, reshuffles } = decision.match;
  if (drawPile.length > 0 || discard.length < 2) return;
  decision.emit({
    type: 'reshuffled',
    drawPile: shuffled(discard.slice(0, -1), decision.stream(`refill|${reshuffles + 1}`)),
  });
}

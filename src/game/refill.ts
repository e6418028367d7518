import { shuffled } from './chance.ts';
import type { Step } from './step.ts';

/** rules.md 6: a card is needed from an empty draw pile. Does nothing where there is nothing to refill it with. */
export function refill(step: Step): void {
  const { drawPile, discard, reshuffles } = step.match;
  if (drawPile.length > 0 || discard.length < 2) return;
  step.emit({
    type: 'reshuffled',
    drawPile: shuffled(discard.slice(0, -1), step.stream(`refill|${reshuffles + 1}`)),
  });
}

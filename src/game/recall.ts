import type { Decision } from './decision.ts';
import { type Refusal, refuse } from './refusal.ts';
import { refuseUnlessTurn } from './turn.ts';

/** rules.md 10, calling Recall. What follows from it is in `endTurn`. */
export function callRecall(decision: Decision, seat: number): Refusal | null {
  const refusal = refuseUnlessTurn(decision.match, seat, 'play');
  if (refusal) return refusal;
  if (decision.match.calledBy !== null)
    return refuse('ALREADY_CALLED', 'Recall has been called: these are the last turns.');
  decision.emit({ type: 'recall_called', seat });
  return null;
}

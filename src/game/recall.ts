import { type Refusal, refuse } from './refusal.ts';
import type { Step } from './step.ts';
import { refuseUnlessTurn } from './turn.ts';

/** rules.md 10, calling Recall. What follows from it is in `endTurn`. */
export function callRecall(step: Step, seat: number): Refusal | null {
  const refusal = refuseUnlessTurn(step.match, seat, 'play');
  if (refusal) return refusal;
  if (step.match.calledBy !== null)
    return refuse('ALREADY_CALLED', 'Recall has been called: these are the last turns.');
  step.emit({ type: 'recall_called', seat });
  return null;
}

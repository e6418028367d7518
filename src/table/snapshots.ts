import { isBetweenMatches } from '../game/room.ts';
import type { Room } from '../game/state.ts';
import type { Step } from './steps.ts';

/**
 * So many entries may a waiting room have in its journal before they go: somebody who comes and goes all day makes no more
 * of it. What comes of a match is dropped when the next one begins.
 */
const mostWaiting = 2_000;

/** Whether a match begins in that step: its parts are closed, or its cards are dealt at once. */
export const begins = ({ before, after }: Step): boolean => isBetweenMatches(before) && !isBetweenMatches(after);

/**
 * The room that may take the place of all that was before it in the journal, where it is time for that. Nothing of a match
 * goes while it runs, nor until the next one begins: its replay is made of it, and who was away is told of it.
 */
export function snapshotIn(steps: readonly Step[]): Room | undefined {
  const beginning = steps.find(begins);
  if (beginning) return beginning.before;
  const before = steps[0]?.before;
  return before && isBetweenMatches(before) && before.n - before.base > mostWaiting ? before : undefined;
}

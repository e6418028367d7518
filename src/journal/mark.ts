import { GivenUp, Suspect } from './journal.ts';

/**
 * What the head of a room says of claims that have neither appended nor released it yet: how many there were, and of which
 * build the last one was. The first may have had others beside it, which are innocent if it was one of them that ended its
 * process; those that follow are alone. Another build begins anew: it may be able to.
 */
export type Mark = string | null;

/** One in company, and two alone. */
const mostTries = 3;

/**
 * The mark that a claim leaves.
 * @param isOurs the last claim was of this very process, which has lost it otherwise than by its end
 * @throws Suspect, GivenUp as `Journal.open` does
 */
export function markOf(
  roomId: string,
  mark: Mark,
  { build, alone, isOurs }: { build: string; alone: boolean; isOurs: boolean },
): string {
  const [count = '0', of] = mark?.split(' ') ?? [];
  const tries = of === build ? Math.max(Number(count) - Number(isOurs), 0) : 0;
  if (tries >= mostTries) throw new GivenUp(roomId);
  if (tries > 0 && !alone) throw new Suspect(roomId);
  return `${tries + 1} ${build}`;
}

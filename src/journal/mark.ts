import { GivenUp, Suspect } from './journal.ts';

/**
 * What the head of a room says of claims that have neither appended nor released it: the token of each, and the build of its
 * process. A process that lives says that it has not ended by the room, whatever became of its claim (`release`); so these
 * are of processes that have ended. The first of them may have had others beside it, which are innocent if it was one of
 * them that ended its process; those that follow are alone. Another build begins anew: it may be able to.
 */
export type Mark = string | null;

/** One in company, and two alone. */
const mostTries = 3;

const triesIn = (mark: Mark): string[] => mark?.split(' ').filter((one) => one.includes(':')) ?? [];
const tokenOf = (one: string): string => one.slice(0, one.indexOf(':'));
const buildOf = (one: string): string => one.slice(one.indexOf(':') + 1);

interface Claiming {
  /** Of the claim that was found, which is lost where it was this very process'. */
  readonly found: number;
  readonly isOurs: boolean;
  /** Of the new claim. */
  readonly token: number;
  readonly build: string;
  readonly alone: boolean;
}

/**
 * The mark that a claim leaves.
 * @throws Suspect, GivenUp as `Journal.open` does
 */
export function markOf(roomId: string, mark: Mark, { found, isOurs, token, build, alone }: Claiming): string {
  const others = triesIn(isOurs ? withoutClaim(mark, found) : mark).filter((one) => buildOf(one) === build);
  if (others.length >= mostTries) throw new GivenUp(roomId);
  if (others.length > 0 && !alone) throw new Suspect(roomId);
  return [...others, `${token}:${build}`].join(' ');
}

/** The process of that claim has not ended by it. In Redis, the script RELEASE does the same. */
export function withoutClaim(mark: Mark, token: number): Mark {
  const others = triesIn(mark).filter((one) => tokenOf(one) !== `${token}`);
  return others.length > 0 ? others.join(' ') : null;
}

/** For people: how many claims were not brought to an end, and of which build the last one was. */
export const markInWords = (mark: string): string =>
  `not brought back by ${triesIn(mark).length} processes, the last one of build ${buildOf(triesIn(mark).at(-1) ?? ':?')}`;

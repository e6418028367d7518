import { type Code, codes } from '../../../src/protocol/errors.ts';

/**
 * Why a call failed: the server's code; `AWAY` where it did not answer; `NO_GUESTS` where it wants an account; `FAULT`
 * where something else is wrong, be it in this program.
 */
export type Trouble = Code | 'AWAY' | 'NO_GUESTS' | 'FAULT';

/** After a while, or a restart of the server, the same call may well succeed. */
export const mayPass = (trouble: Trouble): boolean => passing.includes(trouble);
const passing: readonly Trouble[] = ['AWAY', 'FAULT', 'UNAVAILABLE', 'INTERNAL', 'TOO_MANY_REQUESTS'];

/** What an error says, in each of its three forms (protocol.md, 6): a refused request, a route's answer, a matchmaking call. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof GuestsRefused) return 'NO_GUESTS';
  const { reason, data, message = '' } = error as { reason?: Coded; data?: Coded; message?: string };
  const code = reason?.code ?? data?.code ?? /^([A-Z_]+):/.exec(message)?.[1];
  if (code !== undefined && Object.hasOwn(codes, code)) return code as Code;
  return wasAnswered(error) ? 'FAULT' : 'AWAY';
}

export class GuestsRefused extends Error {}

interface Coded {
  readonly code?: string;
}

/** Whether the server, and not a proxy in its place, has said something; or nobody was asked. */
function wasAnswered(error: unknown): boolean {
  const { name, code } = error as { name?: string; code?: unknown };
  // Of ours, and the SDK's of a request that was not answered.
  if (name === 'Error') return false;
  const isCall = name === 'ServerError' || name === 'MatchMakeError';
  return !isCall || (typeof code === 'number' && !noAnswers.has(code));
}
/** A gateway's statuses, and the codes that a connection is closed with which broke, or whose server goes. */
const noAnswers: ReadonlySet<number> = new Set([502, 503, 504, 1001, 1005, 1006, 1012, 1013, 4010]);

import { RecallError } from '../protocol/errors.ts';
import type { Log } from './log.ts';

/**
 * Looks something up for somebody who asks.
 * @param what it is, for the log and for who asks: `the rooms`
 * @throws RecallError our own refusals as they are; UNAVAILABLE for whatever else fails: what it is kept in
 */
export async function lookUp<T>(log: Log, what: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof RecallError) throw error;
    log.warn({ err: error, what }, 'a look-up failed');
    throw new RecallError('UNAVAILABLE', `${what} can not be looked up just now: try again`);
  }
}

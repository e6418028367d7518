import type { Code } from '../protocol/errors.ts';

/** Why nothing was done. */
export interface Refused {
  readonly refused: Code;
  /** Says what to do, to the one who asked. */
  readonly message: string;
  /** How long to wait before another try, ms; only where waiting helps. */
  readonly retryAfterMs?: number;
}

/** The journal could not be reached. */
export const unavailable: Refused = {
  refused: 'UNAVAILABLE',
  message: 'The move could not be stored, and nothing has changed: try again.',
};
/** Another process has the room, or it is over. */
export const gone: Refused = { refused: 'UNAVAILABLE', message: 'This room is no longer here: reconnect.' };

/** Whether it is refused for now only: the same may be done in a moment. */
export const isForNow = ({ refused }: Refused): boolean => refused === 'UNAVAILABLE' || refused === 'TOO_MANY_REQUESTS';

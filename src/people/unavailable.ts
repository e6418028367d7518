import { RecallError } from '../protocol/errors.ts';

/** What somebody is told who may try again. @param cause for the log */
export const unavailable = (message: string, cause: unknown): RecallError =>
  Object.assign(new RecallError('UNAVAILABLE', message), { cause });

/** The same where `done` fails. @throws RecallError */
export const orUnavailable = <T>(done: Promise<T>, message: string): Promise<T> =>
  done.catch((cause) => {
    throw unavailable(message, cause);
  });

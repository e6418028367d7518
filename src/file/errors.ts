import * as journal from '../journal/journal.ts';
import { RecallError } from '../protocol/errors.ts';

/** An error on its way to another thread, where it is of the same class again. */
export interface Packed {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: Packed | undefined;
  readonly fields: object;
}

const { Fenced, GivenUp, JournalUnavailable, LeaseHeld, NewerFormat, NoSuchRoom, RoomExists, Suspect } = journal;
const classes: Readonly<Record<string, { readonly prototype: Error }>> = {
  ...{ Fenced, GivenUp, JournalUnavailable, LeaseHeld, NewerFormat, NoSuchRoom, RoomExists, Suspect },
  RecallError,
};

export function pack(error: unknown): Packed {
  if (!(error instanceof Error)) return pack(new Error(String(error)));
  const { name, message, stack, cause } = error;
  const { cause: _, ...fields } = error as Error & Record<string, unknown>;
  return { name, message, stack, cause: cause === undefined ? undefined : pack(cause), fields };
}

export function unpack({ name, message, stack, cause, fields }: Packed): Error {
  const error = new Error(message, cause && { cause: unpack(cause) });
  Object.setPrototypeOf(error, (classes[name] ?? Error).prototype);
  error.stack = stack ?? '';
  return Object.assign(error, fields);
}

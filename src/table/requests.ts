import { createHash } from 'node:crypto';

/**
 * A client's command, as it is kept to tell a repeat by: its type, and a hash of it and its payload, which may name people.
 * @param payload without the command's id
 */
export const requestOf = (type: string, payload: object): string => hashed(type, JSON.stringify([type, payload]));

/** The same of an older journal, which has the text itself. */
export function requestIn(kept: string): string {
  const [, type] = /^\["(\w+)",/.exec(kept) ?? [];
  return type ? hashed(type, kept) : kept;
}

const hashed = (type: string, text: string): string =>
  `${type} ${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;

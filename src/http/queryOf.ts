import type { Request } from 'express';

const numbers = ['limit', 'min_free'];

/** The query with its numbers as numbers; what is none stays text, and is refused. */
export function queryOf({ query }: Request): object {
  const read = ([field, value]: [string, unknown]) =>
    numbers.includes(field) && /^\d{1,9}$/.test(String(value)) ? [field, Number(value)] : [field, value];
  return Object.fromEntries(Object.entries(query).map(read));
}

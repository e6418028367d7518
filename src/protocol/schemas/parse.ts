import type { z } from 'zod';
import { RecallError } from '../errors.ts';

/**
 * Options that a client sent, checked.
 * @throws RecallError INVALID_OPTIONS, which names each field and what is allowed.
 */
export function parse<T>(schema: z.ZodType<T>, options: unknown): T {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new RecallError('INVALID_OPTIONS', parsed.error.issues.map(describe).join('; '));
}

/** No more of a name is repeated to who sent it. */
const maxName = 64;

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    return `unknown option ${issue.keys.map((key) => JSON.stringify(key.slice(0, maxName))).join(', ')}`;
  }
  const allowed = issue.code === 'invalid_union' ? issue.errors.flat().map(({ message }) => message) : [issue.message];
  const field = issue.path.join('.') || 'options';
  return `${field}: ${allowed.join(' or ')}`;
}

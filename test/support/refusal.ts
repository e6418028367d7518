import { expect } from 'vitest';
import type { Code } from '../../src/protocol/errors.ts';
import { codes } from '../../src/protocol/errors.ts';

/** What a matchmaking call was refused with. @throws when it was not refused. */
async function refusalOf(call: Promise<unknown>): Promise<{ code: number; message: string }> {
  const error = await call.then(
    () => expect.fail('this call was not refused'),
    (error: { code: number; message: string }) => error,
  );
  return { code: error.code, message: error.message };
}

/** Expects a refusal with this code, its status, and a message that begins with it. */
export async function expectRefusal(call: Promise<unknown>, code: Code, message: RegExp | string = ''): Promise<void> {
  const refusal = await refusalOf(call);
  expect(refusal.message).toMatch(new RegExp(`^${code}: .`));
  expect(refusal.message).toMatch(message);
  expect(refusal.code).toBe(codes[code]);
}

import { createHash, randomUUID } from 'node:crypto';

/** Who someone is, as their token says it. */
export interface User {
  readonly id: string;
  /** As shown to others, at most 32 characters; undefined when the token names nobody. */
  readonly name: string | undefined;
  /** Always empty for a guest. */
  readonly roles: readonly string[];
  readonly guest: boolean;
  /** Which sign-out was their last one when they came (revocations.ts); a later one ends what they do. 0: none. */
  readonly generation: number;
  /** Names their token, so that a sign-out refuses this one. Empty for a guest, whose generation says it all. */
  readonly tokenHash: string;
  /** When the token is not good any more, Unix ms; undefined when it never expires. */
  readonly expiresAt: number | undefined;
}

/** Whether the token is good no more. @param now Unix ms */
export function hasExpired(user: User, now: number): boolean {
  return user.expiresAt !== undefined && user.expiresAt <= now;
}

/** Whether the user may see the monitor, and every room in the lists. */
export function isOperator(user: User): boolean {
  return user.roles.includes('operator');
}

/**
 * Stands for a user where their id may not: in logs, and in what outlives their erasing. Nobody can turn it back; whoever
 * guesses an id can tell that it was theirs.
 */
export const hashOfUser = (userId: string): string => hashOf(userId).slice(0, 22);

/** What a limit is kept under: a key of one names a user, or an address. */
export const hashOfKey = (key: string): string => hashOf(key).slice(0, 22);

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** The id of a new guest: nobody ever has it again. */
export const freshGuestId = (): string => `guest_${randomUUID()}`;

/** Whether it is the id of a guest, who does not come back under it once their tokens are over. */
export const isGuestId = (userId: string): boolean => /^guest_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(userId);

const printableId = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,128}$/u;

/** Whether `id` can name a user: 1 to 128 printable characters, and no property that every object has. */
export function isUserId(id: unknown): id is string {
  return typeof id === 'string' && printableId.test(id) && !(id in Object.prototype);
}

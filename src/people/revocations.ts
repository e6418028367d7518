import type { DatabaseSync } from 'node:sqlite';
import type { GroupCommit } from '../journal/groupCommit.ts';
import { RecallError } from '../protocol/errors.ts';
import type { User } from './user.ts';

/** Who has signed out: the tokens that they had until then are refused everywhere. */
export interface Revocations {
  /**
   * Signs a user out: every token issued to them at or before `atMs` is refused from now on.
   * @param user as the token says that they signed out with
   * @param atMs Unix ms
   * @throws RecallError UNAVAILABLE when it can't be kept.
   */
  revoke(user: User, atMs: number): Promise<void>;
  /**
   * Whether the user's token was issued before they signed out.
   * @throws RecallError UNAVAILABLE where nobody can tell: then the token is not to be trusted.
   */
  refuses(user: Pick<User, 'id' | 'tokenIssuedAt'>): Promise<boolean>;
  /**
   * Calls `subscriber`, once this has resolved, with the id of each user that signs out, in whichever process they do.
   * @param onGap called when this process may not have been told of some
   */
  onSignOut(subscriber: (userId: string) => void, onGap?: () => void): Promise<void>;
}

/** The last moment that a date can have, in Unix ms. */
const forever = 8.64e15;

/** One sign-out removes so many that are over: more than it adds, and few enough that nobody waits. */
const prunedAtOnce = 10;

/**
 * Sign-outs in a table of their own, one row a user, kept until the last token that they refuse has expired.
 * @param database as a rule the journal's, so that one file holds all that has to last
 * @param commits of the same database, for all that is written
 * @param sessionTtlMs how long a sign-out is kept at least
 */
export function sqliteRevocations(database: DatabaseSync, commits: GroupCommit, sessionTtlMs: number): Revocations {
  database.exec(`CREATE TABLE IF NOT EXISTS sign_outs (
    user_id TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS sign_outs_by_expiry ON sign_outs (expires_at_ms)`);
  const prune = database.prepare(`DELETE FROM sign_outs
    WHERE user_id IN (SELECT user_id FROM sign_outs WHERE expires_at_ms <= ? LIMIT ${prunedAtOnce})`);
  const put = database.prepare(`INSERT INTO sign_outs VALUES (?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET
    at_ms = max(at_ms, excluded.at_ms), expires_at_ms = max(expires_at_ms, excluded.expires_at_ms)`);
  const find = database.prepare('SELECT 1 FROM sign_outs WHERE user_id = ? AND at_ms >= ?');
  const subscribers = new Set<(userId: string) => void>();

  return {
    async revoke(user, atMs) {
      try {
        await commits.write(user.id.length, () => {
          prune.run(atMs);
          put.run(user.id, atMs, keptUntil(user, atMs, sessionTtlMs));
        });
      } catch (cause) {
        throw unavailable('signing out failed: try again', cause);
      }
      for (const subscriber of subscribers) subscriber(user.id);
    },
    async refuses(user) {
      try {
        return find.get(user.id, user.tokenIssuedAt) !== undefined;
      } catch (cause) {
        throw unavailable(doubt, cause);
      }
    },
    async onSignOut(subscriber) {
      subscribers.add(subscriber);
    },
  };
}

/** What who comes with a token is told while nobody knows whether it is still good. */
export const doubt = 'the token can not be looked up just now, nothing has changed: try again';

export function unavailable(message: string, cause: unknown): RecallError {
  return Object.assign(new RecallError('UNAVAILABLE', message), { cause });
}

/**
 * An issuer gives all its tokens one lifetime, so that one issued just before the sign-out ends a lifetime after it.
 * @returns Unix ms, whole
 */
export function keptUntil(user: User, atMs: number, sessionTtlMs: number): number {
  if (user.expiresAt === undefined) return forever;
  const lifetimeMs = user.expiresAt - user.tokenIssuedAt;
  return Math.min(atMs + Math.ceil(Math.max(lifetimeMs, sessionTtlMs)), forever);
}

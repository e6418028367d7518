import type { DatabaseSync } from 'node:sqlite';
import { RecallError } from '../protocol/errors.ts';
import type { User } from './user.ts';

/** Who has signed out: the tokens that they had until then are refused everywhere. */
export interface Revocations {
  /**
   * Signs a user out: every token issued to them at or before `atMs` is refused from now on.
   * @param user as the token says that they signed out with
   * @param atMs Unix ms
   * @throws RecallError UNAVAILABLE when it can't be kept; nothing has changed then.
   */
  revoke(user: User, atMs: number): void;
  /** Whether the user's token was issued before they signed out. */
  refuses(user: Pick<User, 'id' | 'tokenIssuedAt'>): boolean;
  /**
   * Calls `subscriber` with the id of each user that signs out.
   * @returns a function that ends this.
   */
  onSignOut(subscriber: (userId: string) => void): () => void;
}

/** The last moment that a date can have, in Unix ms. */
const forever = 8.64e15;

/**
 * Sign-outs in a table of their own, one row a user, kept until the last token that they refuse has expired.
 * @param database as a rule the journal's, so that one file holds all that has to last
 * @param sessionTtlMs how long a sign-out is kept at least
 */
export function sqliteRevocations(database: DatabaseSync, sessionTtlMs: number): Revocations {
  database.exec(`CREATE TABLE IF NOT EXISTS sign_outs (
    user_id TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`);
  const prune = database.prepare('DELETE FROM sign_outs WHERE expires_at_ms <= ?');
  const put = database.prepare(`INSERT INTO sign_outs VALUES (?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET
    at_ms = max(at_ms, excluded.at_ms), expires_at_ms = max(expires_at_ms, excluded.expires_at_ms)`);
  const find = database.prepare('SELECT 1 FROM sign_outs WHERE user_id = ? AND at_ms >= ?');
  const subscribers = new Set<(userId: string) => void>();

  return {
    revoke(user, atMs) {
      try {
        prune.run(atMs);
        put.run(user.id, atMs, keptUntil(user, atMs, sessionTtlMs));
      } catch (cause) {
        throw Object.assign(new RecallError('UNAVAILABLE', 'signing out failed, nothing has changed: try again'), {
          cause,
        });
      }
      for (const subscriber of subscribers) subscriber(user.id);
    },
    refuses(user) {
      return find.get(user.id, user.tokenIssuedAt) !== undefined;
    },
    onSignOut(subscriber) {
      subscribers.add(subscriber);
      return () => subscribers.delete(subscriber);
    },
  };
}

/** An issuer gives all its tokens one lifetime, so that one issued just before the sign-out ends a lifetime after it. */
function keptUntil(user: User, atMs: number, sessionTtlMs: number): number {
  if (user.expiresAt === undefined) return forever;
  const lifetimeMs = Math.ceil(user.expiresAt - user.tokenIssuedAt);
  return Math.min(atMs + Math.max(lifetimeMs, sessionTtlMs), forever);
}

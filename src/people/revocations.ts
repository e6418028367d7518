import type { DatabaseSync } from 'node:sqlite';
import type { GroupCommit } from '../journal/groupCommit.ts';
import { type Bans, banTable } from './bans.ts';
import { orUnavailable, unavailable } from './unavailable.ts';
import { hashOfUser, type User } from './user.ts';

/**
 * Who may not be here: who has signed out, and who is banned. A sign-out refuses what was signed out, and no span of time:
 * clocks differ, and one that was an hour ahead would lock its users out for an hour. Each begins a new generation of its
 * user. What they had by then is of an older one and over: a guest's tokens, which say their generation, and everybody's seats and connections. A token of
 * another issuer says none: the one that they signed out with is refused by its hash, and they may come back with another.
 * A ban goes the same way, and refuses all that its user comes with until it is over, or taken back.
 *
 * Who is erased is signed out as well, and of their tokens all are refused that were issued before. What is kept of that
 * names them by a hash alone.
 */
export interface Revocations extends Bans {
  /**
   * Signs a user out.
   * @param user as the token says that they signed out with; with no `tokenHash`, whichever it was is good again
   * @throws RecallError UNAVAILABLE when it can't be kept.
   */
  revoke(user: Pick<User, 'id' | 'tokenHash'> & Partial<Pick<User, 'expiresAt'>>): Promise<void>;
  /**
   * What there is to know of who comes with a token.
   * @param tokenHash of the token, or '' for a guest's
   * @throws RecallError UNAVAILABLE where nobody can tell: then the token is not to be trusted.
   */
  look(userId: string, tokenHash: string): Promise<Standing>;
  /**
   * Whether a user who has come may not be here any more, and why.
   * @throws RecallError UNAVAILABLE as above.
   */
  refuses(user: Pick<User, 'id' | 'generation'>): Promise<'signed out' | 'banned' | null>;
  /**
   * Calls `subscriber`, once this has resolved, with the id of each user that signs out or is banned, in whichever process.
   * @param onGap called when this process may not have been told of some
   */
  onSignOut(subscriber: (userId: string) => void, onGap?: () => void): Promise<void>;

  /**
   * Begins to erase a user: nothing that they had by now is good any more. Until `erased` says so, they are among those who
   * are still to be erased, whatever becomes of this process.
   * @param by who has asked for it, for the log
   * @throws RecallError UNAVAILABLE when it can't be kept: nothing has changed.
   */
  erase(user: Leaving, by: string): Promise<void>;
  /** Those who are still to be erased. */
  erasing(): Promise<readonly ErasingUser[]>;
  /**
   * Nothing is left of them. A ban stays until it is over where they may come back, which a guest may not.
   * @returns whether that is said for the first time.
   */
  erased(userId: string): Promise<boolean>;
}

/** Of a guest no token outlives its time; of anybody else that is not known. */
export type Leaving = Pick<User, 'id' | 'guest' | 'expiresAt'>;

export interface ErasingUser {
  readonly userId: string;
  readonly by: string;
}

export interface Standing {
  /**
   * Which sign-out was the user's last one: its moment (ms), but a number that counts up and no more, whatever a clock
   * says. 0: none that matters still.
   */
  readonly generation: number;
  /** That very token was signed out. */
  readonly isRevoked: boolean;
  /** When they were erased, ms: tokens of before are not good. 0: never. */
  readonly erasedAt: number;
  /** Until when they are banned, Unix ms; null where they are not. */
  readonly bannedUntil: number | null;
}

/** As `Revocations.refuses`, of what is known of a user. */
export const refusalOf = (
  { generation, bannedUntil }: Standing,
  user: Pick<User, 'generation'>,
): 'signed out' | 'banned' | null =>
  bannedUntil !== null ? 'banned' : generation > user.generation ? 'signed out' : null;

/** The last moment that a date can have, in Unix ms. */
export const forever = 8.64e15;

/**
 * So much longer than it should matter a sign-out is kept, ms: a clock may be wrong for a while, and a token that was over
 * must not come back to life when it is put right.
 */
export const sparedMs = 86_400_000;

/** One sign-out removes so many that are over: more than it adds, and few enough that nobody waits. */
const prunedAtOnce = 10;

/**
 * Sign-outs in tables of their own: one row a user with their generation, and one a token of another issuer, kept until
 * no token that they refuse is good any more.
 * @param database as a rule the journal's, so that one file holds all that has to last
 * @param commits of the same database, for all that is written
 * @param sessionTtlMs how long a guest's token is good: a sign-out is kept longer
 * @param now Unix ms
 */
export function sqliteRevocations(
  database: DatabaseSync,
  commits: GroupCommit,
  sessionTtlMs: number,
  now: () => number,
): Revocations {
  database.exec(`CREATE TABLE IF NOT EXISTS sign_outs (
    user_id TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS sign_outs_by_expiry ON sign_outs (expires_at_ms);
  CREATE TABLE IF NOT EXISTS signed_out_tokens (
    hash TEXT PRIMARY KEY,
    expires_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS signed_out_tokens_by_expiry ON signed_out_tokens (expires_at_ms);
  CREATE TABLE IF NOT EXISTS erasures (
    hash TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    -- Both until it is done.
    user_id TEXT,
    asked_by TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS erasures_by_expiry ON erasures (expires_at_ms);
  CREATE INDEX IF NOT EXISTS erasures_under_way ON erasures (user_id) WHERE user_id IS NOT NULL`);
  const prunes = Object.entries({ sign_outs: 'user_id', signed_out_tokens: 'hash', erasures: 'hash' }).map(
    ([table, id]) =>
      database.prepare(`DELETE FROM ${table}
      WHERE ${id} IN (SELECT ${id} FROM ${table} WHERE expires_at_ms <= ? LIMIT ${prunedAtOnce})`),
  );
  const put = database.prepare(`INSERT INTO sign_outs VALUES (?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET
    at_ms = max(at_ms + 1, excluded.at_ms), expires_at_ms = max(expires_at_ms, excluded.expires_at_ms)`);
  const putToken = database.prepare('INSERT OR REPLACE INTO signed_out_tokens VALUES (?, ?)');
  const find = database.prepare(`SELECT (SELECT at_ms FROM sign_outs WHERE user_id = ?) AS signedOut,
    EXISTS (SELECT 1 FROM signed_out_tokens WHERE hash = ?) AS revoked,
    (SELECT at_ms FROM erasures WHERE hash = ?) AS erased`);
  const putErasure = database.prepare(`INSERT INTO erasures VALUES (?, ?, ?, ?, ?) ON CONFLICT (hash) DO UPDATE SET
    at_ms = max(at_ms + 1, excluded.at_ms), expires_at_ms = max(expires_at_ms, excluded.expires_at_ms),
    user_id = excluded.user_id, asked_by = excluded.asked_by`);
  const dropSignOut = database.prepare('DELETE FROM sign_outs WHERE user_id = ?');
  const underWay = database.prepare('SELECT user_id, asked_by FROM erasures WHERE user_id IS NOT NULL');
  const done = database.prepare('UPDATE erasures SET user_id = NULL, asked_by = NULL WHERE user_id = ?');
  const subscribers = new Set<(userId: string) => void>();
  const tell = (userId: string) => {
    for (const subscriber of subscribers) subscriber(userId);
  };
  const { until: bannedUntil, prune: pruneBans, ...bans } = banTable(database, commits, now, tell);

  async function look(userId: string, tokenHash: string): Promise<Standing> {
    try {
      const found = find.get(userId, tokenHash, hashOfUser(userId));
      const erasedAt = Number(found?.erased ?? 0);
      const generation = Math.max(Number(found?.signedOut ?? 0), erasedAt);
      return { generation, isRevoked: found?.revoked === 1, erasedAt, bannedUntil: bannedUntil(userId) };
    } catch (cause) {
      throw unavailable(doubt, cause);
    }
  }

  const untilOf = (expiresAt: number, at: number) =>
    Math.min(Math.ceil(Math.max(expiresAt, at + sessionTtlMs) + sparedMs), forever);

  return {
    ...bans,
    async revoke({ id, tokenHash, expiresAt = forever }) {
      const { erasedAt } = await look(id, '');
      const storing = commits.write(id.length + tokenHash.length, () => {
        const at = Math.max(Math.ceil(now()), erasedAt + 1);
        const until = untilOf(expiresAt, at);
        for (const prune of prunes) prune.run(at);
        pruneBans();
        put.run(id, at, until);
        if (tokenHash !== '') putToken.run(tokenHash, until);
      });
      await orUnavailable(storing, signOutFailed);
      tell(id);
    },
    look,
    refuses: async (user) => refusalOf(await look(user.id, ''), user),
    async onSignOut(subscriber) {
      subscribers.add(subscriber);
    },
    async erase({ id, guest, expiresAt = forever }, by) {
      const { generation } = await look(id, '');
      const storing = commits.write(2 * id.length, () => {
        const at = Math.max(Math.ceil(now()), generation + 1);
        putErasure.run(hashOfUser(id), at, guest ? untilOf(expiresAt, at) : forever, id, by);
        dropSignOut.run(id);
      });
      await orUnavailable(storing, 'it can not be done just now, nothing has changed: try again');
      tell(id);
    },
    erasing: async () =>
      underWay.all().map(({ user_id, asked_by }) => ({ userId: user_id as string, by: asked_by as string })),
    erased: (userId) =>
      commits.write(0, () => {
        pruneBans(userId);
        return Number(done.run(userId).changes) > 0;
      }),
  };
}

/** What who comes with a token is told while nobody knows whether it is still good. */
export const doubt = 'the token can not be looked up just now, nothing has changed: try again';

/** And who wants to sign out while that can't be stored. */
export const signOutFailed = 'signing out failed: try again';

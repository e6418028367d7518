import type { DatabaseSync } from 'node:sqlite';
import type { GroupCommit } from '../journal/groupCommit.ts';
import type { CreateOptions } from '../protocol/options.ts';

/** Whether a session keeps that option of `create`: never a password, nor who may enter, nor what is for one room alone. */
const isKept = {
  permission: true,
  password: false,
  allowed_users: false,
  allowed_roles: false,
  max_players: true,
  min_players: true,
  game_type: true,
  turn_time_limit: true,
  red_king_points: true,
  allow_discard_take: true,
  short_windows: true,
  auto_start: true,
  bots: true,
  bot_level: true,
  name: false,
  deal_nonce: false,
  deal_part: false,
  events: false,
  random: false,
} as const satisfies Record<keyof CreateOptions, boolean>;
type Kept = { [O in keyof typeof isKept]: (typeof isKept)[O] extends true ? O : never }[keyof typeof isKept];
const kept = Object.entries(isKept).flatMap(([option, keeps]) => (keeps ? [option as Kept] : []));

/** How a user wanted a room of theirs to be. */
export type ChosenSettings = Pick<CreateOptions, Kept>;

export function chosenSettings(options: CreateOptions): ChosenSettings {
  return Object.fromEntries(kept.map((option) => [option, options[option]])) as unknown as ChosenSettings;
}

/** What is remembered of a user between two visits. */
export interface Session {
  /** As they wanted to be shown last. */
  readonly name: string | undefined;
  /** Of the last room that they opened. */
  readonly settings: ChosenSettings | undefined;
  /** Unix ms. */
  readonly lastSeenAt: number | undefined;
}

/** The sessions of users. One ends when it has not been renewed for `SESSION_TTL_S`. Each call rejects while they can't be reached. */
export interface Sessions {
  of(userId: string): Promise<Session | undefined>;
  /** Remembers what is given and leaves the rest; renews the session. With nothing to remember none is begun. */
  remember(userId: string, chosen: { name?: string | undefined; settings?: ChosenSettings | undefined }): Promise<void>;
  /**
   * The user was there, and renews their session; begins one where there is none.
   * @param atMs Unix ms; an earlier moment than is known already changes nothing
   */
  seen(userId: string, atMs: number): Promise<void>;
  /**
   * When users were seen last, Unix ms; who has no session is missing. One trip, however many they are.
   * @param userIds at most 100
   */
  lastSeen(userIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  end(userId: string): Promise<void>;
  /** Removes what is over, where that doesn't happen by itself. */
  sweep(): Promise<void>;
}

/** A sweep removes so many in one transaction, so that players don't wait for it. */
const sweepBatch = 1000;

/**
 * A table of its own, one row a user.
 * @param database as a rule the journal's, so that one file holds all that has to last
 * @param commits of the same database, for all that is written
 * @param now Unix ms
 */
export function sqliteSessions(
  database: DatabaseSync,
  commits: GroupCommit,
  ttlMs: number,
  now: () => number,
): Sessions {
  database.exec(`CREATE TABLE IF NOT EXISTS sessions (
    user_id TEXT PRIMARY KEY,
    name TEXT,
    settings TEXT,
    last_seen_at_ms INTEGER,
    expires_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS sessions_by_expiry ON sessions (expires_at_ms)`);
  // max() of a number and NULL is NULL.
  const put = database.prepare(`INSERT INTO sessions VALUES (?, ?, ?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET
    name = coalesce(excluded.name, name),
    settings = coalesce(excluded.settings, settings),
    last_seen_at_ms = max(
      coalesce(last_seen_at_ms, excluded.last_seen_at_ms), coalesce(excluded.last_seen_at_ms, last_seen_at_ms)
    ),
    expires_at_ms = excluded.expires_at_ms`);
  const renew = database.prepare('UPDATE sessions SET expires_at_ms = ? WHERE user_id = ? AND expires_at_ms > ?');
  const find = database.prepare('SELECT * FROM sessions WHERE user_id = ? AND expires_at_ms > ?');
  const findSeen = database.prepare(`SELECT user_id, last_seen_at_ms FROM sessions
    WHERE user_id IN (SELECT value FROM json_each(?)) AND expires_at_ms > ? AND last_seen_at_ms IS NOT NULL`);
  const remove = database.prepare('DELETE FROM sessions WHERE user_id = ?');
  const removeOver = database.prepare('DELETE FROM sessions WHERE user_id = ? AND expires_at_ms <= ?');
  const sweep = database.prepare(`DELETE FROM sessions
    WHERE user_id IN (SELECT user_id FROM sessions WHERE expires_at_ms <= ? LIMIT ${sweepBatch})`);

  const store = (userId: string, name: string | null, settings: string | null, seenAt: number | null) =>
    commits.write(userId.length + (name?.length ?? 0) + (settings?.length ?? 0), () => {
      removeOver.run(userId, now());
      put.run(userId, name, settings, seenAt, Math.ceil(now() + ttlMs));
    });

  return {
    async of(userId) {
      const row = find.get(userId, now()) as Record<string, never> | undefined;
      return row && sessionOf(row.name, row.settings, row.last_seen_at_ms);
    },
    async remember(userId, { name, settings }) {
      if (name !== undefined || settings)
        await store(userId, name ?? null, settings ? JSON.stringify(settings) : null, null);
      else await commits.write(0, () => renew.run(Math.ceil(now() + ttlMs), userId, now()));
    },
    async seen(userId, atMs) {
      await store(userId, null, null, Math.round(atMs));
    },
    async lastSeen(userIds) {
      const rows = findSeen.all(JSON.stringify(userIds), now());
      return new Map(rows.map((row) => [row.user_id as string, row.last_seen_at_ms as number]));
    },
    async end(userId) {
      await commits.write(0, () => remove.run(userId));
    },
    async sweep() {
      let removed = sweepBatch;
      while (removed === sweepBatch) removed = await commits.write(0, () => Number(sweep.run(now()).changes));
    },
  };
}

/** A session as both stores keep it. @param settings JSON */
export function sessionOf(
  name: string | null | undefined,
  settings: string | null | undefined,
  lastSeenAt: number | string | null | undefined,
): Session {
  return {
    name: name ?? undefined,
    settings: settings ? (JSON.parse(settings) as ChosenSettings) : undefined,
    lastSeenAt: lastSeenAt == null ? undefined : Number(lastSeenAt),
  };
}

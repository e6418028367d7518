import type { DatabaseSync } from 'node:sqlite';

/** What there is to know here of the clock of a process. */
export interface SettableClock {
  /** Unix ms. */
  now(): number;
  /** ms, by a clock that nobody can set. */
  elapsed(): number;
  /** Calls `told` whenever `now()` says `byMs` more than it would have said. */
  onJump(told: (byMs: number) => void): void;
}

/** How long what is kept is kept at most, ms. */
interface Lifetimes {
  readonly replayTtlMs: number;
  readonly sessionTtlMs: number;
}

/**
 * The time that a database goes by. Its rows say until when they are good, by the wall clock, since they outlive the
 * process. When that clock is set, they are moved in one transaction: what had an hour left has an hour left. Until that
 * is done, time goes on here as it did.
 * @returns Unix ms
 */
export function databaseTime(
  database: DatabaseSync,
  { replayTtlMs, sessionTtlMs }: Lifetimes,
  clock: SettableClock,
  log: { warn(about: object, text: string): void },
): () => number {
  let owedMs = 0;
  clock.onJump((byMs) => {
    if (!database.isOpen) return;
    owedMs += byMs;
    try {
      move(database, owedMs, clock.now(), { replayTtlMs, sessionTtlMs });
      owedMs = 0;
    } catch (err) {
      if (database.isTransaction) database.exec('ROLLBACK');
      log.warn({ err, byMs }, 'the clock was set, and what is stored goes by the one of before');
    }
  });
  return () => clock.now() - owedMs;
}

/**
 * Nothing has more left than it can have: what was written before a machine had its right clock would stay for years.
 * Sign-outs are kept the longer of the two, since a token that was signed out must not come back to life.
 */
function move(database: DatabaseSync, byMs: number, now: number, { replayTtlMs, sessionTtlMs }: Lifetimes): void {
  const by = Math.round(byMs);
  const inMs = (ms: number) => Math.ceil(now + ms);
  database.exec(`BEGIN IMMEDIATE;
    UPDATE rooms SET expires_at = min(expires_at + ${by}, ${inMs(0)} + ttl_ms);
    UPDATE replays SET expires_at = min(expires_at + ${by}, ${inMs(replayTtlMs)});
    UPDATE sessions SET expires_at_ms = min(expires_at_ms + ${by}, ${inMs(sessionTtlMs)});
    UPDATE sign_outs SET expires_at_ms = expires_at_ms + ${Math.max(0, by)};
    UPDATE bans SET at_ms = at_ms + ${by}, until_ms = until_ms + ${by};
    UPDATE erasures SET expires_at_ms = expires_at_ms + ${Math.max(0, by)};
    UPDATE signed_out_tokens SET expires_at_ms = expires_at_ms + ${Math.max(0, by)};
    COMMIT`);
}

import type { DatabaseSync } from 'node:sqlite';

/** `room` tells apart what `room_id` can't: AUTOINCREMENT never gives a number out twice. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS rooms (
    room INTEGER PRIMARY KEY AUTOINCREMENT,
    room_id TEXT NOT NULL UNIQUE,
    owner TEXT,
    token INTEGER NOT NULL,
    length INTEGER NOT NULL,
    ttl_ms INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    format INTEGER NOT NULL DEFAULT 1,
    mark TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS entries (
    room INTEGER NOT NULL REFERENCES rooms ON DELETE CASCADE,
    n INTEGER NOT NULL,
    entry TEXT NOT NULL,
    PRIMARY KEY (room, n)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS replays (
    room_id TEXT NOT NULL,
    match_number INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (room_id, match_number)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS replays_by_expiry ON replays (expires_at);
  CREATE TABLE IF NOT EXISTS people (
    room_id TEXT NOT NULL,
    person TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (room_id, person)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS people_by_user ON people (user_id);
`;

/** Files of before there were these columns don't have them. Older versions of this server pass over them. */
const LATER_COLUMNS = { format: 'INTEGER NOT NULL DEFAULT 1', mark: 'TEXT' };

/** The tables of the journal, where they are missing. */
export function makeTables(database: DatabaseSync): void {
  database.exec(TABLES);
  const columns = new Set(
    database
      .prepare("SELECT name FROM pragma_table_info('rooms')")
      .all()
      .map(({ name }) => name),
  );
  for (const [name, kind] of Object.entries(LATER_COLUMNS))
    if (!columns.has(name)) database.exec(`ALTER TABLE rooms ADD COLUMN ${name} ${kind}`);
}

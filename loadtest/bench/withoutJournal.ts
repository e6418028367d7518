// A server that keeps nothing, for the bench alone: what a move costs beside the journal.
import { createApp } from '../../src/app.config.ts';
import { readConfig } from '../../src/config.ts';
import type { Journal, OpenJournal } from '../../src/journal/journal.ts';
import { createLog } from '../../src/ops/log.ts';

function claimOf(roomId: string): OpenJournal {
  return {
    roomId,
    token: 1,
    read: async () => [],
    people: async () => [],
    append: async () => {},
    release: async () => {},
    forget: async () => {},
  };
}

const journal: Journal = {
  create: async (roomId) => claimOf(roomId),
  open: async (roomId) => claimOf(roomId),
  list: async () => [],
  expiriesOf: async () => new Map(),
  sweep: async () => [],
  replay: async () => null,
  people: async () => [],
  erase: async () => 0,
  close: async () => {},
};

const config = readConfig(process.env);
const app = createApp(config, { journal, log: createLog(config.logLevel) });
console.log(`Recall serves on http://127.0.0.1:${await app.listen()}`);

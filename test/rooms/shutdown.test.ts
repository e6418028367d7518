import { expect, test } from 'vitest';
import { openDatabase } from '../../src/journal/database.ts';
import { SqliteJournal } from '../../src/journal/sqlite.ts';
import { closeCodes } from '../../src/protocol/errors.ts';
import { startServer } from '../support/server.ts';
import { Player } from './player.ts';

test('a server that stops tells players to reconnect, and its rooms are there to be opened', async () => {
  const server = await startServer();
  const ann = new Player(await (await server.client('ann')).create('recall', { bots: 1 }));
  await ann.ask('start_match');
  const closed = ann.closed;
  await server.stop();
  expect(await closed).toBe(closeCodes.mayReconnect);
  expect(ann.types()).not.toContain('player_left');

  const database = openDatabase(server.config.dataDir);
  const journal = new SqliteJournal(database);
  expect(await journal.list()).toMatchObject([{ roomId: ann.roomId, owner: null }]);
  const entries = await (await journal.open(ann.roomId)).read();
  expect(entries.map((entry) => JSON.parse(entry).type)).toEqual([
    'room_opened',
    'seat_reserved',
    'bot_seated',
    'seat_connected',
    'match_started',
  ]);
  database.close();
});

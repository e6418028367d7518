import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { matchMaker, Room } from '@colyseus/core';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { openDatabase } from '../../src/journal/database.ts';
import { SqliteJournal } from '../../src/journal/sqlite.ts';
import { createLog } from '../../src/ops/log.ts';
import { closeCodes } from '../../src/protocol/errors.ts';
import type { RecallRoom } from '../../src/rooms/recallRoom.ts';
import { temporaryFolder } from '../people/folder.ts';
import { startServer } from '../support/server.ts';
import { TestPlayer } from './player.ts';

test('a server that stops tells players to reconnect, and its rooms are there to be opened', async () => {
  const server = await startServer();
  const ann = new TestPlayer(await (await server.client('ann')).create('recall', { bots: 1 }));
  await ann.ask('start_match');
  const closed = ann.closed;
  await server.stop();
  expect(await closed).toBe(closeCodes.mayReconnect);
  expect(ann.types()).not.toContain('player_left');

  const database = openDatabase(server.config.dataDir);
  const journal = new SqliteJournal(database);
  expect(await journal.list()).toMatchObject([{ roomId: ann.roomId, owner: null }]);
  const entries = await (await journal.open(ann.roomId)).read();
  expect(entries.map((entry) => JSON.parse(entry).type)).toEqual(['snapshot', 'match_started']);
  database.close();
});

test('a server that starts again goes on with its rooms, and has nothing to say of it', async () => {
  const first = await startServer();
  const ann = new TestPlayer(await (await first.client('ann')).create('recall', { bots: 1 }));
  await ann.ask('start_match');
  await first.stop();
  const lines: unknown[] = [];
  const log = createLog('warn', { write: (line) => void lines.push(JSON.parse(line)) });
  const second = await startServer({ DATA_DIR: first.config.dataDir }, { log });
  const room = () => second.colyseus.getRoomById(ann.roomId) as RecallRoom | undefined;
  await expect.poll(() => room()?.metadata?.phase).toBe('initial_peek');
  await second.stop();
  expect(lines).toEqual([]);
});

test('a server that is stopping says so by a status, a code and a sentence, and what it is asked changes nothing (never again 53)', async () => {
  const { promise: mayRelease, resolve: release } = Promise.withResolvers<void>();
  const journal = new SqliteJournal(openDatabase(temporaryFolder()));
  const create = journal.create.bind(journal);
  journal.create = async (...args) => {
    const opened = await create(...args);
    return { ...opened, release: () => mayRelease.then(() => opened.release()) };
  };
  const server = await startServer({}, { journal });
  const ann = new TestPlayer(await (await server.client('ann')).create('recall'));
  const room = server.colyseus.getRoomById(ann.roomId) as RecallRoom;

  const ready = async () => (await fetch(`${server.url}/readyz`)).json();
  expect(await ready()).toEqual({ ready: true, process: 'ok', journal: 'ok' });
  const stopped = server.stop();
  // From the first moment on, whatever was answered just before.
  expect(await ready()).toEqual({ ready: false, process: 'is ending', journal: 'ok' });
  await expect.poll(() => room.closing !== undefined).toBe(true);
  for (const call of [`reconnect/${ann.roomId}`, `joinById/${ann.roomId}`, 'create/recall']) {
    const response = await fetch(`${server.url}/matchmake/${call}`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ code: 503, error: expect.stringMatching(/^UNAVAILABLE: \w/) });
  }
  const address = `${server.url.replace('http', 'ws')}/some/${ann.roomId}?sessionId=${ann.id}&reconnectionToken=any`;
  const [, refusal] = (await once(
    new WebSocket(address).on('error', () => {}),
    'unexpected-response',
  )) as [unknown, IncomingMessage];
  expect(refusal.statusCode).toBe(503);
  const body = (await refusal.setEncoding('utf8').toArray()).join('');
  expect(JSON.parse(body)).toEqual({ code: 'UNAVAILABLE', message: expect.any(String) });

  const health = await fetch(`${server.url}/health/ready`);
  expect(health.status).toBe(503);
  expect(await health.json()).toEqual({ ready: false, process: 'is ending', journal: 'ok' });
  expect((await fetch(`${server.url}/livez`)).status).toBe(200);

  // A room that another process asks for now. What the text is goes by matchmaking.ts, which asks elsewhere then.
  matchMaker.defineRoomType('plain', Room);
  await expect(matchMaker.handleCreateRoom('plain', {})).rejects.toThrow(/not created: shutting down$/);

  release();
  await stopped;
  expect(await ann.closed).toBe(closeCodes.mayReconnect);
});

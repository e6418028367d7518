import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Fenced } from '../../src/journal/journal.ts';
import { gameRow } from '../cluster/rows.ts';
import { temporaryFolder } from '../people/folder.ts';
import { startServer } from '../support/server.ts';

function unhandledRejections(): readonly unknown[] {
  const unhandled: unknown[] = [];
  const keep = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', keep);
  onTestFinished(() => void process.off('unhandledRejection', keep));
  return unhandled;
}

test('a process that brings a room back too late says so, and nothing of it goes unhandled', async () => {
  const unhandled = unhandledRejections();

  const dataDir = temporaryFolder();
  const first = await startServer({ DATA_DIR: dataDir });
  const { roomId } = await (await first.guest()).create('recall', {});
  await first.stop();
  const server = await startServer({ DATA_DIR: dataDir });
  onTestFinished(() => server.stop());
  await expect.poll(() => server.colyseus.getRoomById(roomId)).toBeDefined();
  await server.colyseus.getRoomById(roomId).disconnect(4010);

  // Another process lists the room as its own in the moment before this one does.
  const { index, recovery } = server.services;
  const list = index.insert;
  index.insert = async (room) => {
    await list.call(index, gameRow(roomId, {}, { processId: 'another' }));
    return list.call(index, room);
  };
  await expect(recovery.bring(roomId)).rejects.toThrow('the room has moved on');
  await new Promise(setImmediate);
  expect(server.colyseus.getRoomById(roomId)).toBeUndefined();
  expect(unhandled).toEqual([]);
});

test('a room that is another’s again before it could say that it is back is no error that nobody handles', async () => {
  const unhandled = unhandledRejections();
  const server = await startServer();
  onTestFinished(() => server.stop());
  const { roomId } = await (await server.guest()).create('recall', {});
  await server.colyseus.getRoomById(roomId).disconnect(4010);
  const { journal, recovery } = server.services;
  const open = journal.open.bind(journal);
  journal.open = async (id) => ({ ...(await open(id)), append: () => Promise.reject(new Fenced(id)) });
  await expect(recovery.bring(roomId)).rejects.toThrow();
  await new Promise(setImmediate);
  journal.open = open;
  expect(await recovery.bring(roomId)).toBe('here');
  expect(unhandled).toEqual([]);
});

test('a room that is over before it is wholly back is gone, and not left behind closed', async () => {
  const server = await startServer({ EMPTY_ROOM_S: '0.3' });
  onTestFinished(() => server.stop());
  const room = await (await server.guest()).create('recall', {});
  const { roomId } = room;
  await room.leave();
  await server.colyseus.getRoomById(roomId).disconnect(4010);
  const { index, recovery, journal } = server.services;
  // Listing it takes longer than the room has left.
  const list = index.update.bind(index);
  index.update = async (...args) => {
    await delay(600);
    return list(...args);
  };
  await recovery.bring(roomId).catch(() => {});
  await expect.poll(() => server.colyseus.getRoomById(roomId)).toBeUndefined();
  await expect.poll(() => journal.list()).toEqual([]);
});

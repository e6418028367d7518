import { matchMaker } from '@colyseus/core';
import { afterEach, expect, test } from 'vitest';
import { killAll, Process } from '../../harness/process.ts';
import { startServer } from '../support/server.ts';
import { redisForFile } from './redisForFile.ts';

const redis = await redisForFile();
afterEach(killAll);

test('a room that fell between two processes comes back, and keeps nobody from noticing a death while it comes', async () => {
  const server = await startServer({ REDIS_URL: redis.url, LEASE_S: '1' });
  const isHere = (roomId: string) => matchMaker.getLocalRoomById(roomId) !== undefined;
  const { index, config } = server.services;
  const ours = await (await server.guest('Ann')).create('recall');
  // With a long lease that one doesn't look for rooms itself.
  const settings = { REDIS_URL: redis.url, LEASE_S: '60', JWT_SECRET: config.jwtSecret as string };
  const other = await Process.start(settings);
  // The next room goes to who has fewer, as far as each has written down, which Colyseus does once a second.
  const written = async () => Object.values(await matchMaker.presence.hgetall('roomcount')).map(Number.parseFloat);
  await expect.poll(written).toContain(1);
  const theirs = await (await other.guest('Ben')).create('recall');
  expect([ours, theirs].map(({ roomId }) => isHere(roomId))).toEqual([true, false]);

  const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const takeOver = index.takeOver.bind(index);
  index.takeOver = async (roomId, processId) => {
    if (roomId === ours.roomId) {
      begun.resolve();
      await goOn.promise;
    }
    await takeOver(roomId, processId);
  };
  // As after a handover of which nobody has heard: released, and listed nowhere.
  for (const room of [ours, theirs]) room.reconnection.enabled = false;
  await matchMaker.getLocalRoomById(ours.roomId).disconnect(4010);
  expect([isHere(ours.roomId), await index.has(ours.roomId)]).toEqual([false, false]);
  await begun.promise;

  await other.end('SIGKILL');
  await expect.poll(() => isHere(theirs.roomId)).toBe(true);
  expect(isHere(ours.roomId)).toBe(false);
  goOn.resolve();
  await expect.poll(() => isHere(ours.roomId)).toBe(true);
  await server.stop();
});

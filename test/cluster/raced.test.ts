import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as later } from 'node:timers/promises';
import { matchMaker } from '@colyseus/core';
import { Client, type Room } from '@colyseus/sdk';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Cluster } from '../../harness/cluster.ts';
import { monitor } from '../../harness/monitor.ts';
import { guestOf, killAll, type Process } from '../../harness/process.ts';
import { RedisServer } from '../../harness/redis.ts';
import type { RedisRoomIndex } from '../../src/cluster/driver.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { gameRow, indexOn, ready } from './rows.ts';

/** Rooms close, move and die while somebody is on the way to them. */

vi.setConfig({ testTimeout: 30_000 });

/** A room that doesn't answer at all is given up after 5 s. */
const soonMs = 2500;

const freshId = () => `room_${randomUUID()}`;

interface Entered {
  readonly status: number;
  readonly roomId: string;
  readonly tookMs: number;
}

async function joinAtRandom(server: TestServer, userId: string): Promise<Entered> {
  const headers = {
    Authorization: `Bearer ${await server.token({ sub: userId })}`,
    'Content-Type': 'application/json',
  };
  const since = performance.now();
  const body = JSON.stringify({ random: true });
  const answer = await fetch(`${server.url}/matchmake/joinOrCreate/recall`, { method: 'POST', headers, body });
  const { roomId } = (await answer.json()) as { roomId: string };
  return { status: answer.status, roomId, tookMs: performance.now() - since };
}

describe('random join, on Redis', () => {
  let redis: RedisServer;
  let server: TestServer;
  let index: RedisRoomIndex;
  let other: Redis;
  let listed: string;

  beforeAll(async () => {
    redis = await RedisServer.start({ appendfsync: 'no' });
    server = await startServer({ REDIS_URL: redis.url });
    index = indexOn(redis);
    await ready(index);
  });
  /** Another process, of which nothing is there but what the test makes of it, and the one room that it has listed. */
  beforeEach(async () => {
    other = redis.client();
    await other.subscribe('p:other');
    listed = freshId();
    await index.insert(gameRow(listed, { current_size: 3 }, { processId: 'other' }));
  });
  afterEach(async () => {
    other.disconnect();
    await index.remove(listed, '');
  });
  afterAll(async () => {
    await server.stop();
    await index.shutdown();
    await redis.dispose();
  });

  /** The other process listens where its room is called. @returns the first call. */
  async function called(): Promise<{ requestId: string }> {
    await other.subscribe(`$${listed}`);
    const [, message] = await once(other, 'message');
    return { requestId: JSON.parse(message)[1] };
  }

  async function admit({ requestId }: { requestId: string }): Promise<void> {
    const admitted = { sessionId: 'a session', pass: 'apass' };
    await redis.client().publish(`ipc:${requestId}`, JSON.stringify([0, { admitted }]));
  }

  test('goes on at once where the process of a room is dead', async () => {
    await other.unsubscribe('p:other');
    const { status, roomId, tookMs } = await joinAtRandom(server, 'ann');
    expect({ status, isListed: roomId === listed }).toEqual({ status: 200, isListed: false });
    expect(tookMs).toBeLessThan(soonMs);
  });

  test('goes on where a room closes while it is asked', async () => {
    const closing = called().then(() => index.remove(listed, ''));
    const { status, roomId, tookMs } = await joinAtRandom(server, 'ben');
    expect(await closing).toBe(true);
    expect({ status, isListed: roomId === listed }).toEqual({ status: 200, isListed: false });
    expect(tookMs).toBeLessThan(soonMs);
  });

  test('goes on where the process of a room dies while that is asked', async () => {
    const dying = called().then(() => other.disconnect());
    const { status, roomId, tookMs } = await joinAtRandom(server, 'cid');
    await dying;
    expect({ status, isListed: roomId === listed }).toEqual({ status: 200, isListed: false });
    expect(tookMs).toBeLessThan(soonMs);
  });

  test('enters a room that is listed a moment before it listens', async () => {
    const asked = Promise.withResolvers<void>();
    const end = await monitor(redis.port, ({ words: [name, channel] }) => {
      if (name?.toLowerCase() === 'publish' && channel === `$${listed}`) asked.resolve();
    });
    const joining = joinAtRandom(server, 'dee');
    await asked.promise;
    await end();
    await called().then(admit);
    const { roomId, tookMs } = await joining;
    expect(roomId).toBe(listed);
    expect(tookMs).toBeLessThan(soonMs);
  });

  test('opens a room at once where a process with fewer is dead', async () => {
    const asked: string[] = [];
    const listener = redis.client();
    await listener.psubscribe('p:*');
    listener.on('pmessage', (_pattern, channel) => asked.push(channel));
    await redis.client().hset('roomcount', 'dead', '-1,0');
    await (await server.client('fay')).create('recall', {});
    expect(asked).not.toContain('p:dead');
  });

  test('waits for a room that only takes its time', async () => {
    const slow = called().then(async (call) => {
      await later(1000);
      await admit(call);
    });
    const { roomId } = await joinAtRandom(server, 'eve');
    await slow;
    expect(roomId).toBe(listed);
  });
});

test('random join goes on where a room is listed and not there, in the embedded default', async () => {
  const server = await startServer();
  const [elsewhere, here] = [freshId(), freshId()];
  const { index } = server.services;
  const { processId } = matchMaker;
  await index.insert(gameRow(elsewhere, { current_size: 3 }, { processId: 'other' }));
  await index.insert(gameRow(here, { current_size: 2 }, { processId }));
  const { status, roomId, tookMs } = await joinAtRandom(server, 'ann');
  expect(status).toBe(200);
  expect([elsewhere, here]).not.toContain(roomId);
  expect(tookMs).toBeLessThan(soonMs);
  await index.remove(elsewhere, '');
  await index.remove(here, '');
  await server.stop();
});

describe('a call for one room', () => {
  let cluster: Cluster;
  let home: Process;
  let entrance: Process;
  let roomId: string;
  let ann: Room;
  /** A room on one process, and a way in by the other. */
  beforeEach(async () => {
    cluster = await Cluster.start(2);
    const client = await guestOf(cluster.front.url, 'Ann');
    ann = await client.create('recall');
    ({ roomId } = ann);
    home = await cluster.homeOf(roomId);
    entrance = cluster.processes.find((one) => one !== home) as Process;
  });
  afterEach(async () => {
    await killAll();
    await cluster.stop();
  });

  test('finds a room whose process stalls where it goes on', async () => {
    const ben = await entrance.guest('Ben');
    home.signal('SIGSTOP');
    expect((await ben.joinById(roomId)).roomId).toBe(roomId);
    expect(await cluster.homeOf(roomId)).toBe(entrance);
  });

  test('finds a room whose process is killed where it goes on', async () => {
    const ben = await entrance.guest('Ben');
    await home.end('SIGKILL');
    expect((await ben.joinById(roomId)).roomId).toBe(roomId);
    expect(await cluster.homeOf(roomId)).toBe(entrance);
  });

  /** Calls while the room is not listed, which is over as soon as it has been looked for. */
  async function whileUnlisted(call: () => Promise<Room>): Promise<Room> {
    const index = indexOn(cluster.redis);
    await ready(index);
    const row = await index.findOne({ roomId });
    const sought = Promise.withResolvers<void>();
    const end = await monitor(cluster.redis.port, ({ words }) => {
      if (words[0]?.toLowerCase() === 'hmget' && words.includes(roomId)) sought.resolve();
    });
    await index.remove(roomId, '');
    const calling = call();
    await Promise.race([sought.promise, calling]);
    await index.insert(row);
    const room = await calling;
    await end();
    await index.shutdown();
    return room;
  }

  test('finds a room that is on its way from one process to another, and not listed meanwhile', async () => {
    const ben = await entrance.guest('Ben');
    expect((await whileUnlisted(() => ben.joinById(roomId))).roomId).toBe(roomId);
  });

  test('gives a player back to such a room', async () => {
    ann.reconnection.enabled = false;
    ann.connection.close();
    const client = new Client(entrance.url);
    const back = await whileUnlisted(() => client.reconnect(ann.reconnectionToken));
    expect(back.sessionId).toBe(ann.sessionId);
  });
});

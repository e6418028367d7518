import { Client } from '@colyseus/sdk';
import { expect, test, vi } from 'vitest';
import { Process } from '../../harness/process.ts';
import { Visitor } from '../rooms/visitor.ts';
import { redisForFile } from './redisForFile.ts';

const redis = await redisForFile();

async function two(settings: Record<string, string> = {}) {
  const all = {
    ...{ REDIS_URL: redis.url, JWT_SECRET: 'a secret of more than thirty-two characters' },
    ...{ LEASE_S: '1', LOBBY_REFRESH_S: '0.05', ...settings },
  };
  return [await Process.start(all), await Process.start(all)] as const;
}

test('a lobby shows the rooms of every process, keeps one that is taken over, and loses one that expires', async () => {
  const [first, second] = await two({ ROOM_TTL_S: '6', RECONNECT_GRACE_S: '60' });
  const visitor = await Visitor.enter(await second.guest('Vera'));
  const there = await (await second.guest()).create('recall');
  const room = await (await first.guest()).create('recall');
  room.reconnection.enabled = false;
  await vi.waitFor(() => expect(visitor.ids).toEqual([room.roomId, there.roomId].sort()));

  await first.end('SIGKILL');
  const told = visitor.told.length;
  // It is somebody's again when a seat of it can be had here.
  await vi.waitFor(() => second.guest('Carl').then((carl) => carl.joinById(room.roomId)), { timeout: 5000 });
  await vi.waitFor(() => expect(visitor.rooms.get(room.roomId)?.current_size).toBe(2));
  expect(visitor.told.slice(told)).not.toContain('-');

  await vi.waitFor(() => expect(visitor.ids).toEqual([]), { timeout: 15_000, interval: 100 });
});

test('a visitor whose connection reaches another process is led to the lobby that let them in', async () => {
  const [first, second] = await two();
  const room = await (await first.guest()).create('recall');
  const client = await first.guest('Vera');
  // As behind a load balancer: the call goes to one process, the connection to the other.
  const urlBuilder = (url: URL) =>
    url.protocol === 'ws:' ? `${url}`.replace(`:${first.port}`, `:${second.port}`) : `${url}`;
  const split = new Client(first.url, { urlBuilder });
  split.auth.token = client.auth.token ?? '';
  const visitor = await Visitor.enter(split);
  await vi.waitFor(() => expect(visitor.ids).toEqual([room.roomId]));
});

test('a lobby whose process has died lets its visitors go, and another lets them in', async () => {
  const [first, second] = await two();
  const client = await first.guest('Vera');
  const visitor = await Visitor.enter(client);
  await first.end('SIGKILL');
  await visitor.closed;
  const elsewhere = new Client(second.url);
  elsewhere.auth.token = client.auth.token ?? '';
  const again = await Visitor.enter(elsewhere);
  await vi.waitFor(() => expect(again.told).toEqual(['rooms']));
});

import { Client } from '@colyseus/sdk';
import { expect, test, vi } from 'vitest';
import { guestOf, Process } from '../../harness/process.ts';
import { TcpProxy } from '../../harness/proxy.ts';
import { redisUserRooms } from '../../src/people/redisUserRooms.ts';
import type { OwnUser } from '../../src/protocol/http.ts';
import type { UsersRooms } from '../../src/protocol/toClient.ts';
import { redisForFile } from './redisForFile.ts';

const redis = await redisForFile();

async function idsOf({ url }: Process, token: string): Promise<string[]> {
  const answer = await fetch(`${url}/users/me/rooms`, { headers: { Authorization: `Bearer ${token}` } });
  const { rooms } = (await answer.json()) as UsersRooms;
  return rooms.map(({ room_id }) => room_id).sort();
}

test('one’s rooms are found from every process, after the one that had them was killed, and not once they expired', async () => {
  const settings = {
    ...{ REDIS_URL: redis.url, JWT_SECRET: 'a secret of more than thirty-two characters' },
    ...{ LEASE_S: '1', ROOM_TTL_S: '6' },
  };
  const [first, second] = [await Process.start(settings), await Process.start(settings)];
  const client = await guestOf(first.url, 'Ann');
  const token = client.auth.token ?? '';
  const { user } = await client.auth.getUserData<OwnUser>();
  const room = await client.create('recall');
  room.reconnection.enabled = false;
  for (const one of [first, second])
    await vi.waitFor(async () => expect(await idsOf(one, token)).toEqual([room.roomId]));

  // As if the process had died when somebody had just left, before that was written.
  const kept = redisUserRooms(redis.client());
  await kept.seat(
    room.roomId,
    new Map([
      [user.id, room.sessionId],
      ['gone', 'x'],
    ]),
    60_000,
  );
  expect((await kept.of('gone')).size).toBe(1);
  await first.end('SIGKILL');
  await vi.waitFor(async () => expect((await kept.of('gone')).size).toBe(0), { timeout: 5000 });
  expect(await idsOf(second, token)).toEqual([room.roomId]);

  await vi.waitFor(async () => expect(await idsOf(second, token)).toEqual([]), { timeout: 15_000, interval: 100 });
  const left = async () => (await Promise.all(['*:rooms', '*:users'].map((keys) => redis.client().keys(keys)))).flat();
  await vi.waitFor(async () => expect(await left()).toEqual([]), { timeout: 5000 });
});

test('a change of one’s rooms that a process missed while Redis was away from it is told when it is back', async () => {
  const link = await TcpProxy.start(redis.port);
  // With a long lease nobody is taken for dead meanwhile.
  const settings = { JWT_SECRET: 'a secret of more than thirty-two characters', LEASE_S: '60' };
  const apart = await Process.start({ ...settings, REDIS_URL: link.url });
  const other = await Process.start({ ...settings, REDIS_URL: redis.url });
  const client = await guestOf(apart.url, 'Ann');
  const there = new Client(other.url);
  const token = client.auth.token ?? '';
  there.auth.token = token;
  const lobby = await client.joinOrCreate('lobby');
  const told: string[][] = [];
  lobby.onMessage('user_joined_rooms', ({ rooms }: UsersRooms) => told.push(rooms.map(({ room_id }) => room_id)));

  link.cut();
  const { roomId } = await vi.waitFor(() => there.create('recall'), { timeout: 10_000 });
  await vi.waitFor(async () => expect(await idsOf(other, token)).toEqual([roomId]));
  expect(told).toEqual([]);
  link.restore();
  await vi.waitFor(() => expect(told.at(-1)).toEqual([roomId]), { timeout: 10_000 });
  await link.dispose();
});

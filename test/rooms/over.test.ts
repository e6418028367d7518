import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { closeCodes } from '../../src/protocol/errors.ts';
import type { RoomPage } from '../../src/protocol/queries.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TestPlayer } from './player.ts';

/** Rooms that nobody can play in any more, or not yet: no list offers them (never again 56). */

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ AUTO_START_DELAY_S: '0.1', RANDOM_JOIN_DELAY_S: '0.1', MESSAGES_PER_S: '1000' });
});
afterAll(() => server.stop());

const listed = async () => {
  const page = (await (await fetch(`${server.url}/rooms/public?min_free=0`)).json()) as RoomPage;
  return page.rooms.map(({ room_id, people }) => [room_id, people]);
};

test.each(['auto_start', 'random'])(
  'a match against computer players (%s) that its only person leaves is over, and its room in no list',
  async (how) => {
    const ann = await server.client('ann');
    const joined =
      how === 'random' ? ann.joinOrCreate('recall', { random: true }) : ann.create('recall', { auto_start: true });
    const player = new TestPlayer(await joined);
    const closed = new Promise((resolve) => server.services.hooks.on('room_closed', resolve));
    await player.event('match_started');
    await player.connection.leave();
    expect(await closed).toEqual({ room_id: player.roomId, reason: 'empty' });
    expect(await player.closed).toBe(closeCodes.left);
    expect(player.types().at(-1)).toBe('leave_room_success');
    await vi.waitFor(async () => expect(await listed()).toEqual([]));
    await expect((await server.client('ben')).joinById(player.roomId)).rejects.toThrow(/^ROOM_NOT_FOUND: /);
    expect(await server.services.journal.replay(player.roomId, 1)).toBeNull();
  },
);

test('a room is listed from when its owner is there, not when the seat is only reserved, until the last person has left', async () => {
  const ann = await server.client('ann');
  const reservation = await ann.http.post('/matchmake/create/recall', { body: {} });
  expect(server.colyseus.getRoomById(reservation.data.roomId)).toBeDefined();
  expect(await listed()).toEqual([]);
  const player = new TestPlayer(await ann.consumeSeatReservation(reservation.data));
  await vi.waitFor(async () => expect(await listed()).toEqual([[player.roomId, 1]]));
  await player.ask('add_bot');
  await player.connection.leave();
  await vi.waitFor(async () => expect(await listed()).toEqual([]));
  const ben = new TestPlayer(await (await server.client('ben')).joinById(player.roomId));
  await vi.waitFor(async () => expect(await listed()).toEqual([[player.roomId, 1]]));
  await ben.connection.leave();
});

test('an owner who adds and removes computer players without end is told to wait, and for how long (never again 48)', async () => {
  const ann = new TestPlayer(await (await server.client('ann')).create('recall'));
  for (let i = 0; i < 30; i++) {
    const { session_id } = await ann.ask('add_bot');
    await ann.ask('remove_bot', { session_id });
  }
  const refusal = await ann.refused('add_bot');
  expect(refusal).toMatchObject({ code: 'TOO_MANY_REQUESTS', retry_after_ms: expect.any(Number) });
  expect(refusal.message).toMatch(/try again in \d+ s/);
  await ann.connection.leave();
});

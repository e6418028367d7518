import type { Room } from '@colyseus/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { killAll } from '../../harness/process.ts';
import { kinds, Site, tokenOf } from '../../harness/site.ts';
import { unlimited } from '../../harness/unlimited.ts';
import type { PersonPresence, UsersRooms } from '../../src/protocol/toClient.ts';

afterAll(killAll);

/** What no answer may hold. */
const secrets = /sesame|scrypt|password|hash|reconnection|token|allowed/i;

describe.each(kinds)('%s', (kind) => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.open(kind, { EMPTY_ROOM_S: '0', ROOM_TTL_S: '1000', ...unlimited });
  });
  afterEach(() => site.empty());
  afterAll(() => site.close());

  describe('GET /users/me/rooms', () => {
    const roomsOf = async (userId: string, fits: (list: UsersRooms) => void = () => {}) =>
      site.agreed<UsersRooms>('/users/me/rooms', await tokenOf(userId), fits);
    const seats = (rooms: readonly Room[]) => (list: UsersRooms) => {
      const expected = rooms.map(({ roomId, sessionId }) => ({ room_id: roomId, session_id: sessionId }));
      expect(list.rooms.map(({ room_id, session_id }) => ({ room_id, session_id }))).toEqual(expected);
    };

    test('shows a user every room in which they hold a seat, the newest first, on whichever process', async () => {
      const own = await site.create('ann', { permission: 'private', password: 'sesame' });
      const bobs = await site.create('bob', { game_type: 'clear' }, 1);
      const running = await site.create('ann', { max_players: 2, bots: 1 }, 1);
      await running.request('start_match', {});
      const seat = await site.join('ann', bobs.roomId);
      const list = await roomsOf('ann', (found) => {
        seats([running, seat, own])(found);
        expect(found.rooms[0]?.phase).toBe('initial_peek');
      });
      expect(list.total).toBe(3);
      expect(list.rooms[1]).toMatchObject({ owner_id: 'bob', game_type: 'clear', current_size: 2, max_size: 4 });
      expect(JSON.stringify(list)).not.toMatch(secrets);
      expect(await roomsOf('carl')).toEqual({ rooms: [], total: 0 });
    });

    test('keeps a room while the user is disconnected, from where they get their seat on another device', async () => {
      const room = await site.create('ann', {}, 1);
      await site.create('bob');
      await site.join('bob', room.roomId);
      room.connection.close();
      await roomsOf('ann', seats([room]));
      const again = await site.join('ann', room.roomId, {}, 1);
      expect(again.sessionId).toBe(room.sessionId);
      await roomsOf('ann', seats([again]));
      await again.leave();
      await roomsOf('ann', seats([]));
    });

    test('is one’s own: whatever else is named in the question, another’s rooms are not to be had', async () => {
      const room = await site.create('ann', { permission: 'private', password: 'sesame' });
      await roomsOf('ann', seats([room]));
      const bob = await tokenOf('bob');
      for (const path of [
        '/users/me/rooms?user_id=ann',
        '/users/ann/rooms',
        '/users/me/../ann/rooms',
        '/users/rooms?id=ann',
      ]) {
        const { status, body } = await site.get(path, bob);
        expect([path, JSON.stringify(body).includes(room.roomId), status < 500]).toEqual([path, false, true]);
      }
    });
  });

  describe('GET /users/presence', () => {
    interface Presence {
      readonly presence: readonly PersonPresence[];
    }

    test('tells a signed-in user how others are, in the order of the question, at every process', async () => {
      const before = Date.now();
      await site.create('ann', {}, 0);
      await site.create('bob', {}, 1);
      const carl = await tokenOf('carl');
      const answer = await site.agreed<Presence>('/users/presence?ids=bob,nobody,ann', carl, ({ presence }) =>
        expect(presence.map(({ user_id, status }) => [user_id, status])).toEqual([
          ['bob', 'online'],
          ['nobody', 'offline'],
          ['ann', 'online'],
        ]),
      );
      for (const one of answer.presence) expect(Object.keys(one).sort()).toEqual(['last_seen_at', 'status', 'user_id']);
      expect(answer.presence[1]?.last_seen_at).toBeNull();
      for (const { last_seen_at } of [answer.presence[0], answer.presence[2]] as Presence['presence'])
        if (last_seen_at !== null) expect(last_seen_at).toBeGreaterThanOrEqual(before - 1);
    });

    test('refuses a question without ids, one with too many, and one that it does not know', async () => {
      const carl = await tokenOf('carl');
      const many = Array.from({ length: 1000 }, (_, i) => `user${i}`).join(',');
      const invalid = { status: 400, code: 'INVALID_OPTIONS' };
      for (const query of ['', '?ids=', '?id=a', '?ids=a&status=online', `?ids=${many}`, `?ids=${'x'.repeat(5000)}`]) {
        const answer = await site.refused(`/users/presence${query}`, carl);
        expect([query.slice(0, 30), answer]).toMatchObject([query.slice(0, 30), invalid]);
        expect(answer.message.length).toBeLessThan(500);
      }
    });

    test('knows no user by a name that every object has', async () => {
      const { status, body } = await site.get<Presence>(
        '/users/presence?ids=__proto__,constructor',
        await tokenOf('carl'),
      );
      if (status === 200) expect(body.presence.every((one) => one.status === 'offline')).toBe(true);
      else expect(status).toBe(400);
    });
  });
});

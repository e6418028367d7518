import type { Room } from '@colyseus/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { killAll } from '../../harness/process.ts';
import { kinds, operator, Site, tokenOf } from '../../harness/site.ts';
import { unlimited } from '../../harness/unlimited.ts';
import type { ErrorBody } from '../../src/protocol/errors.ts';
import type { OperatorsRoom, RoomPage } from '../../src/protocol/queries.ts';

afterAll(killAll);

const idsIn = ({ rooms }: RoomPage) => rooms.map(({ room_id }) => room_id);

describe.each(kinds)('%s', (kind) => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.open(kind, { EMPTY_ROOM_S: '0', ROOM_TTL_S: '1000', ...unlimited });
  });
  afterEach(() => site.empty());
  afterAll(() => site.close());

  const listed = (query: string, ...expected: readonly Room[][]) =>
    site.agreed<RoomPage>(`/rooms/public${query}`, undefined, (page) =>
      expect(idsIn(page)).toEqual(expected.flat().map(({ roomId }) => roomId)),
    );

  describe('GET /rooms/public', () => {
    test('shows anyone the public rooms of every process, the newest first, with their facts and no more', async () => {
      const older = await site.create('ann', { max_players: 3, turn_time_limit: 20 });
      const newer = await site.create('bob', { game_type: 'clear', auto_start: true, min_players: 3 }, 1);
      const page = await listed('', [newer, older]);
      const facts = { permission: 'public', phase: 'waiting_for_players', created_at: expect.any(Number) };
      const [first, second] = [newer, older].map(({ roomId }) => ({
        room_id: roomId,
        current_size: 1,
        people: 1,
        ...facts,
      }));
      expect(page).toEqual({
        rooms: [
          {
            ...first,
            owner_id: 'bob',
            game_type: 'clear',
            max_size: 4,
            min_players: 3,
            turn_time_limit: 30,
            auto_start: true,
          },
          {
            ...second,
            owner_id: 'ann',
            game_type: 'classic',
            max_size: 3,
            min_players: 2,
            turn_time_limit: 20,
            auto_start: false,
          },
        ],
        total: 2,
        next_cursor: null,
      });
      const { headers } = await site.get('/rooms/public');
      expect(headers.get('Cache-Control')).toBe('no-store');
    });

    test('shows no private room, and none that can not be entered, unless its phase is asked for', async () => {
      const waiting = await site.create('ann', {}, 1);
      const full = await site.create('bob', { max_players: 2, bots: 1 });
      const running = await site.create('carl', { max_players: 4, bots: 1 }, 1);
      await running.request('start_match', {});
      await site.create('dora', { permission: 'private', password: 'sesame street' });
      await listed('', [waiting]);
      await listed('?phase=waiting_for_players', [waiting]);
      await listed('?phase=initial_peek', [running]);
      // Who asks for no free seat wants to see them, too.
      await listed('?min_free=0', [full, waiting]);
      for (const phase of ['player_turn', 'same_rank_window', 'special_play_window', 'finished'])
        await listed(`?phase=${phase}`);
    });

    test('filters by game type, phase and free seats, and counts what fits in all', async () => {
      const small = await site.create('ann', { max_players: 2 });
      const clear = await site.create('bob', { max_players: 4, game_type: 'clear' }, 1);
      const big = await site.create('carl', { max_players: 8 });
      await site.join('dora', big.roomId, {}, 1);
      await listed('?game_type=classic', [big, small]);
      await listed('?game_type=clear', [clear]);
      await listed('?min_free=3', [big, clear]);
      await listed('?min_free=6', [big]);
      await listed('?min_free=8');
      await listed('?game_type=classic&min_free=2&phase=waiting_for_players', [big]);
      const { total, next_cursor } = await listed('?min_free=1&limit=1', [big]);
      expect([total, typeof next_cursor]).toEqual([3, 'string']);
    });

    test('has pages that follow each other without a gap or a repeat, while rooms come and go', async () => {
      const rooms: Room[] = [];
      for (let i = 0; i < 6; i++) rooms.unshift(await site.create('ann', {}, i));
      await listed('', rooms);
      const page = (cursor: string | null, via: number) =>
        site.get<RoomPage>(`/rooms/public?limit=2${cursor ? `&cursor=${cursor}` : ''}`, undefined, via);
      const { body: first } = await page(null, 0);
      expect([idsIn(first), first.total]).toEqual([rooms.slice(0, 2).map(({ roomId }) => roomId), 6]);
      // One is new, one has been seen, one has not, and goes before its page is asked for.
      const newcomer = await site.create('bob', {}, 1);
      await rooms[1]?.leave();
      await rooms[3]?.leave();
      const left = [newcomer, ...rooms.filter((_, i) => i !== 1 && i !== 3)];
      await listed('', left);
      const { body: second } = await page(first.next_cursor, 1);
      const { body: third } = await page(second.next_cursor, 0);
      const seen = [second, third].flatMap(idsIn);
      expect(seen).toEqual([rooms[2], rooms[4], rooms[5]].map((room) => room?.roomId));
      expect([second.total, third.total, third.next_cursor]).toEqual([5, 5, null]);
    });

    test('refuses what it can not be asked, by name', async () => {
      const mistakes: Record<string, RegExp> = {
        'limit=0': /^limit: /,
        'limit=101': /^limit: /,
        'limit=1e1': /^limit: /,
        'limit=-1': /^limit: /,
        'limit=1&limit=2': /^limit: /,
        'min_free=9': /^min_free: /,
        'min_free=x': /^min_free: /,
        'phase=over': /^phase: /,
        'phase[]=finished': /^(phase: |unknown option "phase\[\]")/,
        'game_type=chess': /^game_type: /,
        'cursor=': /^cursor: /,
        'cursor=%00%ff': /^cursor must be the next_cursor/,
        'cursor=-inf': /^cursor must be the next_cursor/,
        'cursor=(000000000000000-x': /^cursor must be the next_cursor/,
        'cursor=000000000000000-x%0a': /^cursor must be the next_cursor/,
        [`cursor=${'9'.repeat(5000)}`]: /^cursor: /,
        'permission=private': /^unknown option "permission"$/,
        'owner_id=ann': /^unknown option "owner_id"$/,
        '__proto__=x': /^unknown option "__proto__"$/,
        'constructor=x': /^unknown option "constructor"$/,
        [`${'x'.repeat(5000)}=1`]: /^unknown option "x{64}"$/,
      };
      for (const [query, message] of Object.entries(mistakes)) {
        const answer = await site.refused(`/rooms/public?${query}`);
        expect([query, answer]).toEqual([
          query,
          { status: 400, code: 'INVALID_OPTIONS', message: expect.stringMatching(message) },
        ]);
      }
    });

    test('answers a long list of unknown options in a few words', async () => {
      const query = Array.from({ length: 500 }, (_, i) => `option${i}=1`).join('&');
      const { status, body } = await site.get<ErrorBody>(`/rooms/public?${query}`);
      expect([status, body.code]).toEqual([400, 'INVALID_OPTIONS']);
      expect(JSON.stringify(body).length).toBeLessThan(10_000);
    });
  });

  describe('GET /rooms', () => {
    test('shows an operator every room with its process and its time, and nobody’s secret', async () => {
      const before = Date.now();
      const rooms = [
        await site.create('ann', { permission: 'private', password: 'sesame street', allowed_users: ['carl'] }, 0),
        await site.create('bob', { max_players: 2, bots: 1 }, 1),
        await site.create('carl', {}, 1),
        await site.create('dora', { permission: 'private', allowed_roles: ['guild of sesame'] }, 0),
      ];
      await rooms[1]?.request('start_match', {});
      const page = await site.agreed<RoomPage<OperatorsRoom>>('/rooms', await operator, ({ rooms: [, , running] }) =>
        expect(running?.phase).toBe('initial_peek'),
      );
      expect(idsIn(page)).toEqual(rooms.map(({ roomId }) => roomId).reverse());
      expect(page.rooms.map(({ permission }) => permission)).toEqual(['private', 'public', 'public', 'private']);
      expect(JSON.stringify(page)).not.toMatch(/sesame|carl"\]|scrypt|hash/);
      for (const { process_id, expires_at } of page.rooms) {
        expect(process_id).toMatch(/^[\w-]+$/);
        expect(expires_at).toBeGreaterThanOrEqual(before + 1_000_000);
        expect(expires_at).toBeLessThanOrEqual(Date.now() + 1_000_000);
      }
      // Which process opens a room is the cluster's affair: the journal knows which one has it.
      const keys = site.redis?.client();
      for (const { room_id, process_id } of page.rooms)
        if (keys) expect(await keys.hget(`recall:{${room_id}}:head`, 'owner')).toBe(process_id);
    });

    test('filters by game type and phase', async () => {
      const clear = await site.create('ann', { game_type: 'clear', permission: 'private', password: 'sesame' });
      const running = await site.create('bob', { game_type: 'clear', max_players: 2, bots: 1 }, 1);
      await running.request('start_match', {});
      await site.create('carl');
      const found = async (query: string, ...expected: Room[]) =>
        site.agreed<RoomPage>(`/rooms?${query}`, await operator, (page) =>
          expect([idsIn(page), page.total]).toEqual([expected.map(({ roomId }) => roomId), expected.length]),
        );
      await found('game_type=clear', running, clear);
      await found('game_type=clear&phase=waiting_for_players', clear);
      await found('phase=initial_peek', running);
      await found('phase=finished');
    });

    test('has pages, each good at every process', async () => {
      const rooms: Room[] = [];
      for (let i = 0; i < 3; i++)
        rooms.unshift(await site.create('ann', i === 1 ? { permission: 'private', password: 'sesame' } : {}, i));
      await site.agreed<RoomPage>('/rooms', await operator, ({ total }) => expect(total).toBe(3));
      const { next_cursor } = await site.agreed<RoomPage>('/rooms?limit=2', await operator);
      const last = await site.agreed<RoomPage>(`/rooms?limit=2&cursor=${next_cursor}`, await operator);
      expect([idsIn(last), last.total, last.next_cursor]).toEqual([[rooms[2]?.roomId], 3, null]);
    });

    test('is refused to everyone else, and a filter that does not exist to operators, too', async () => {
      await site.create('ann', { permission: 'private', password: 'sesame' });
      expect(await site.refused('/rooms')).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
      const player = await tokenOf('ann', { roles: ['player', 'Operator'] });
      expect(await site.refused('/rooms', player)).toMatchObject({ status: 403, code: 'NOT_ALLOWED' });
      const invalid = { status: 400, code: 'INVALID_OPTIONS' };
      for (const query of ['cursor=x', 'phase=over', 'game_type=chess', 'limit=1000', 'user_id=ann', 'min_free=1'])
        expect([query, await site.refused(`/rooms?${query}`, await operator)]).toMatchObject([query, invalid]);
    });
  });
});

import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { killAll, Process } from '../../harness/process.ts';
import { RedisServer } from '../../harness/redis.ts';
import type { ErrorBody } from '../../src/protocol/errors.ts';
import type { RouteAnswers } from '../../src/protocol/http.ts';
import type { OperatorsRoom, RoomPage } from '../../src/protocol/queries.ts';
import type { RoomFacts } from '../../src/protocol/toClient.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** Answers with the body of the type that the test expects, and the headers. */
async function get<Body>(url: string, token?: string) {
  const response = await fetch(url, { headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

const idsIn = ({ rooms }: RoomPage) => rooms.map(({ room_id }) => room_id);

describe('one process', () => {
  let server: TestServer;
  let stop = async () => {};
  const serve = async (settings: Record<string, string> = {}) => {
    server = await startServer({ EMPTY_ROOM_S: '0', ...settings });
    stop = server.stop;
  };
  afterEach(() => stop());

  const listed = (query = '') => get<RoomPage>(`${server.url}/rooms/public${query}`);
  const refused = async (path: string, token?: string) => {
    const { status, body } = await get<ErrorBody>(server.url + path, token);
    return { status, ...body };
  };

  test('public rooms are listed for anyone, the newest first, with their facts and no more', async () => {
    await serve();
    const ann = await server.client('ann');
    const older = await ann.create('recall', { max_players: 3, turn_time_limit: 20 });
    const newer = await (await server.client('bob')).create('recall', { game_type: 'clear', auto_start: true });
    await vi.waitFor(async () => expect((await listed()).body.total).toBe(2));
    const { status, headers, body } = await listed();
    expect([status, headers.get('Cache-Control'), body.next_cursor]).toEqual([200, 'no-store', null]);
    const facts: RoomFacts = {
      room_id: older.roomId,
      owner_id: 'ann',
      permission: 'public',
      game_type: 'classic',
      current_size: 1,
      people: 1,
      max_size: 3,
      min_players: 2,
      turn_time_limit: 20,
      auto_start: false,
      phase: 'waiting_for_players',
      created_at: expect.any(Number),
    };
    await vi.waitFor(async () => expect((await listed()).body.rooms[1]).toEqual(facts));
    expect(idsIn(body)).toEqual([newer.roomId, older.roomId]);
    expect(idsIn((await listed('?game_type=clear')).body)).toEqual([newer.roomId]);
    expect(idsIn((await listed('?min_free=3')).body)).toEqual([newer.roomId]);
    await newer.leave();
    await vi.waitFor(async () => expect(idsIn((await listed()).body)).toEqual([older.roomId]));
  });

  test('a private room and its password are shown to operators alone, the room without the password', async () => {
    await serve({ ROOM_TTL_S: '1000' });
    const before = Date.now();
    const options = { permission: 'private', password: 'sesame street', allowed_users: ['carl'] };
    const room = await (await server.client('ann')).create('recall', options);
    for (const query of ['', '?min_free=0', '?phase=player_turn', '?phase=waiting_for_players&min_free=0']) {
      expect((await listed(query)).body).toEqual({ rooms: [], total: 0, next_cursor: null });
    }
    const operator = await server.token({ sub: 'olga', roles: ['operator'] });
    const { body } = await get<RoomPage<OperatorsRoom>>(`${server.url}/rooms`, operator);
    expect(body).toMatchObject({ total: 1, rooms: [{ room_id: room.roomId, permission: 'private' }] });
    expect(JSON.stringify(body)).not.toMatch(/sesame|carl|hash|scrypt/);
    expect(body.rooms[0]?.process_id).toMatch(/./);
    expect(body.rooms[0]?.expires_at).toBeGreaterThanOrEqual(before + 1_000_000);
    expect(body.rooms[0]?.expires_at).toBeLessThanOrEqual(Date.now() + 1_000_000);
  });

  test('a running match is listed for who asks for its phase, also where no seat is free', async () => {
    await serve();
    const room = await (await server.client('ann')).create('recall', { max_players: 2, bots: 1 });
    await room.request('start_match', {});
    await vi.waitFor(async () => expect(idsIn((await listed('?phase=initial_peek')).body)).toEqual([room.roomId]));
    expect((await listed()).body.total).toBe(0);
  });

  test('pages follow each other without a gap or a repeat, whatever opens meanwhile', async () => {
    await serve();
    const ann = await server.client('ann');
    const opened: string[] = [];
    for (let i = 0; i < 5; i++) opened.unshift((await ann.create('recall')).roomId);
    const first = (await listed('?limit=2')).body;
    await ann.create('recall');
    const second = (await listed(`?limit=2&cursor=${first.next_cursor}`)).body;
    const third = (await listed(`?limit=2&cursor=${second.next_cursor}`)).body;
    // Rooms that were opened in the same millisecond have no order of their own.
    expect([first, second, third].flatMap(idsIn).sort()).toEqual([...opened].sort());
    expect(third.next_cursor).toBeNull();
  });

  test('what the lists can not be asked is refused by name', async () => {
    await serve();
    const invalid = { status: 400, code: 'INVALID_OPTIONS' };
    const mistakes: Record<string, RegExp> = {
      'limit=0': /^limit: /,
      'limit=101': /^limit: /,
      'limit=ten': /^limit: /,
      'limit=1&limit=2': /^limit: /,
      'min_free=9': /^min_free: /,
      'phase=over': /^phase: /,
      'game_type=chess': /^game_type: /,
      'cursor=': /^cursor: /,
      'cursor=%00': /^cursor must be the next_cursor/,
      'cursor=(000000000000000-x': /^cursor must be the next_cursor/,
      'permission=private': /^unknown option "permission"$/,
      '__proto__=x': /^unknown option "__proto__"$/,
      [`${'x'.repeat(500)}=1`]: /^unknown option "x{64}"$/,
    };
    for (const [query, message] of Object.entries(mistakes)) {
      const answer = await refused(`/rooms/public?${query}`);
      expect([query, answer]).toEqual([query, { ...invalid, message: expect.stringMatching(message) }]);
    }
    const operator = await server.token({ sub: 'olga', roles: ['operator'] });
    expect(await refused('/rooms?cursor=x', operator)).toMatchObject(invalid);
    expect(await refused('/rooms?phase=over', operator)).toMatchObject(invalid);
    expect(await refused('/rooms?min_free=1', operator)).toMatchObject(invalid);
  });

  test('all rooms are for the role `operator`', async () => {
    await serve();
    expect(await refused('/rooms')).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(await refused('/rooms', 'x.y.z')).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    const player = await server.token({ sub: 'ann', roles: ['player'] });
    expect(await refused('/rooms', player)).toMatchObject({ status: 403, code: 'NOT_ALLOWED' });
  });

  test('who asks too often has to wait: each user, and each address for all of its users', async () => {
    await serve({ RATE_LIMIT_REQUESTS_USER: '2', RATE_LIMIT_REQUESTS_ADDRESS: '4', RATE_LIMIT_WINDOW_S: '100' });
    const path = '/rooms/public';
    const ann = await server.token({ sub: 'ann' });
    for (let i = 0; i < 2; i++) expect((await get(server.url + path, ann)).status).toBe(200);
    const { status, headers, body } = await get<ErrorBody>(server.url + path, ann);
    expect([status, body.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(body.retry_after_ms).toBeGreaterThan(90_000);
    expect(Number(headers.get('Retry-After'))).toBe(Math.ceil((body.retry_after_ms ?? 0) / 1000));

    const bob = await server.token({ sub: 'bob' });
    expect((await get(server.url + path, bob)).status).toBe(200);
    expect(await refused(path, bob)).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS' });
  });

  test('at one address guests, accounts and who has no token keep none of the others from asking', async () => {
    await serve({ RATE_LIMIT_REQUESTS_ADDRESS: '2' });
    const path = '/rooms/public';
    const guest = (await (
      await fetch(`${server.url}/auth/anonymous`, { method: 'POST' })
    ).json()) as RouteAnswers['POST /auth/anonymous'];
    for (const token of [undefined, guest.token, await server.token({ sub: 'ann' })]) {
      for (let i = 0; i < 2; i++) expect((await get(server.url + path, token)).status).toBe(200);
      expect(await refused(path, token)).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS' });
    }
  });
});

describe('two processes on one Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterEach(killAll);
  afterAll(() => redis.dispose());

  test('each lists the rooms of both, and while Redis is away says so', async () => {
    const secret = 'a secret of more than thirty-two characters';
    const settings = { REDIS_URL: redis.url, JWT_SECRET: secret, LOG_LEVEL: 'silent' };
    const [first, second] = [await Process.start(settings), await Process.start(settings)];
    const rooms = [
      await (await first.guest()).create('recall'),
      await (await second.guest()).create('recall'),
      await (await second.guest()).create('recall', { permission: 'private', password: 'sesame' }),
    ];
    const ids = rooms.map(({ roomId }) => roomId).sort();
    const operator = await new SignJWT({ sub: 'olga', roles: ['operator'] })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .sign(new TextEncoder().encode(secret));
    for (const { url } of [first, second]) {
      const seen = await get<RoomPage>(`${url}/rooms/public`);
      expect(idsIn(seen.body).sort()).toEqual(ids.filter((id) => id !== rooms[2]?.roomId));
      const { body } = await get<RoomPage<OperatorsRoom>>(`${url}/rooms`, operator);
      expect(idsIn(body).sort()).toEqual(ids);
      expect(body.rooms.every(({ expires_at }) => (expires_at ?? 0) > Date.now())).toBe(true);
    }
    await redis.stop();
    const { status, body } = await get<ErrorBody>(`${first.url}/rooms/public`);
    expect([status, body.code]).toEqual([503, 'UNAVAILABLE']);
    await redis.start();
  });
});

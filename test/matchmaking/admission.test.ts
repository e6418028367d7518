import { matchMaker } from '@colyseus/core';
import { Client, type Room } from '@colyseus/sdk';
import { type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../src/ops/log.ts';
import { expectRefusal } from '../support/refusal.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
const logged: string[] = [];
beforeAll(async () => {
  const log = createLog('trace', { write: (line) => logged.push(line) });
  // All tests come from one address.
  server = await startServer({ RATE_LIMIT_PASSWORDS_ADDRESS: '100000' }, { log });
});
afterAll(() => server.stop());

const withPassword = { permission: 'private', password: 'open sesame' };

/** A room of a fresh owner's, with these options. */
async function roomWith(options: object, owner = 'olaf'): Promise<Room> {
  const client = await server.client(owner);
  return client.create('recall', options);
}

async function join(room: Room, userId: string, options: object = {}, claims: JWTPayload = {}): Promise<Room> {
  return (await server.client(userId, claims)).joinById(room.roomId, options);
}

describe('a room with a password', () => {
  test('lets in who knows it, and nobody else', async () => {
    const room = await roomWith(withPassword);
    await expectRefusal(join(room, 'ann'), 'PASSWORD_REQUIRED');
    await expectRefusal(join(room, 'ann', { password: '' }), 'WRONG_PASSWORD');
    await expectRefusal(join(room, 'ann', { password: 'open sesame ' }), 'WRONG_PASSWORD');
    await join(room, 'ann', { password: 'open sesame' });
  });

  test('lets its owner in without it', async () => {
    const room = await roomWith(withPassword);
    const left = new Promise((resolve) => room.onLeave(resolve));
    await room.leave();
    await left;
    await join(room, 'olaf');
  });

  test('refuses the right one too after five wrong ones, for this user in this room', async () => {
    const room = await roomWith(withPassword);
    const wrong = () => join(room, 'eve', { password: 'let me in' });
    for (let i = 0; i < 5; i++) await expectRefusal(wrong(), 'WRONG_PASSWORD');
    await expectRefusal(wrong(), 'TOO_MANY_ATTEMPTS', /try again in \d+ s/);
    await expectRefusal(join(room, 'eve', { password: 'open sesame' }), 'TOO_MANY_ATTEMPTS');
    await join(room, 'ann', { password: 'open sesame' });
    await join(await roomWith(withPassword), 'eve', { password: 'open sesame' });
  });

  test('looks at five of a hundred guesses that come at once', async () => {
    const room = await roomWith(withPassword);
    const guesses = Array.from({ length: 100 }, (_, i) => join(room, 'mallory', { password: `guess ${i}` }));
    const results = await Promise.allSettled(guesses);
    const answers = results.map((result) => (result.status === 'rejected' ? result.reason.code : 'in'));
    expect(answers.filter((answer) => answer === 403)).toHaveLength(5);
    expect(answers.filter((answer) => answer === 429)).toHaveLength(95);
  });

  test('shows it in no list, in no log and to nobody in the room (never again 6, 9)', async () => {
    const room = await roomWith(withPassword);
    const ann = await join(room, 'ann', { password: 'open sesame' });
    const listed = JSON.stringify(await matchMaker.query({ roomId: room.roomId }));
    // By its code the log tells of a refusal.
    const lines = logged.map((line) => line.replaceAll(/PASSWORD_REQUIRED|WRONG_PASSWORD/g, ''));
    for (const seen of [listed, JSON.stringify(ann.state), ...lines]) {
      expect(seen).not.toMatch(/sesame|scrypt|password/i);
    }
  });
});

describe('a room with a list', () => {
  const lists = { permission: 'private', allowed_users: ['ann'], allowed_roles: ['friend', 'family'] };

  test('lets in who is on it or has a role on it, and nobody else (never again 16)', async () => {
    const room = await roomWith(lists);
    await join(room, 'ann');
    await join(room, 'ben', {}, { roles: ['colleague', 'family'] });
    await expectRefusal(join(room, 'cid'), 'NOT_ALLOWED');
    await expectRefusal(join(room, 'cid', {}, { roles: ['colleague'] }), 'NOT_ALLOWED');
    await expectRefusal(join(room, 'cid', { name: 'ann' }, { name: 'ann' }), 'NOT_ALLOWED');
  });

  test('and a password asks for both', async () => {
    const room = await roomWith({ ...lists, password: 'open sesame' });
    await expectRefusal(join(room, 'ann'), 'PASSWORD_REQUIRED');
    await expectRefusal(join(room, 'ann', { password: 'close sesame' }), 'WRONG_PASSWORD');
    await expectRefusal(join(room, 'cid', { password: 'open sesame' }), 'NOT_ALLOWED');
    await join(room, 'ann', { password: 'open sesame' });
  });

  test('does not take the roles that a guest says to have (never again 40)', async () => {
    const room = await roomWith(lists);
    const guest = await server.guest('ann');
    await expectRefusal(guest.joinById(room.roomId), 'NOT_ALLOWED');
    guest.auth.token = await server.token({ iss: 'recall-guest', sub: 'guest_1', roles: ['friend'] });
    await expectRefusal(guest.joinById(room.roomId), 'NOT_ALLOWED');
  });
});

describe('nobody enters', () => {
  test('a room that is full', async () => {
    const room = await roomWith({ max_players: 2 });
    await join(room, 'ann');
    await expectRefusal(join(room, 'ben'), 'ROOM_FULL');
  });

  test('a room with a seat for one, as two at once', async () => {
    const room = await roomWith({ max_players: 2 });
    const both = await Promise.allSettled([join(room, 'ann'), join(room, 'ben')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('a room while a match runs there (never again 14)', async () => {
    const room = await roomWith({});
    await room.request('start_match', {});
    await expectRefusal(join(room, 'ann'), 'MATCH_RUNNING');
  });

  test('a room that there is not', async () => {
    const ann = await server.client('ann');
    for (const id of ['room_6c6a2c3e-8f5a-4d6e-9d59-0d4b6d1c7e11', 'recall', '__proto__', 'constructor', '%00']) {
      await expectRefusal(ann.joinById(id), 'ROOM_NOT_FOUND');
    }
    await expectRefusal(ann.reconnect('room_unknown:token'), 'ROOM_NOT_FOUND');
  });
});

describe('nobody is anybody', () => {
  const forged = (key: string, claims: object = {}) =>
    new SignJWT({ sub: 'olaf', ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(key));
  const none = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"olaf"}')}.`.replaceAll('=', '');

  test('without a good token, whatever the call', async () => {
    const room = await roomWith({});
    const expired = await server.token({ sub: 'olaf', exp: Math.floor(Date.now() / 1000) - 120 });
    const tokens = [undefined, 'junk', none, expired, await forged('another secret of enough characters, really')];
    for (const token of tokens) {
      const client = new Client(server.url);
      client.auth.token = token as string;
      await expectRefusal(client.joinById(room.roomId), 'UNAUTHENTICATED');
      await expectRefusal(client.joinById('room_unknown'), 'UNAUTHENTICATED');
      await expectRefusal(client.create('recall'), 'UNAUTHENTICATED');
      await expectRefusal(client.joinOrCreate('recall', { random: true }), 'UNAUTHENTICATED');
      await expectRefusal(client.join('recall'), 'UNAUTHENTICATED');
    }
  });

  test('by what the options say (never again 12)', async () => {
    const ann = await server.client('ann');
    for (const field of ['user_id', 'userId', 'sessionId', 'session_id', 'opening', 'services', 'roles', 'token']) {
      await expectRefusal(ann.create('recall', { [field]: 'olaf' }), 'INVALID_OPTIONS', field);
    }
  });
});

describe('options', () => {
  let ann: Client;
  beforeAll(async () => {
    ann = await server.client('ann');
  });

  test('that there are not are refused by name, so that a typo can not open a room to the world', async () => {
    await expectRefusal(ann.create('recall', { permision: 'private' }), 'INVALID_OPTIONS', /"permision"/);
    await expectRefusal(ann.joinOrCreate('recall', { random: true, password: 'x' }), 'INVALID_OPTIONS', /"password"/);
    const room = await roomWith({});
    await expectRefusal(ann.joinById(room.roomId, { pasword: 'x' }), 'INVALID_OPTIONS', /"pasword"/);
  });

  test('that are wrong are refused with what is allowed', async () => {
    const wrong: [object, RegExp][] = [
      [{ max_players: 9 }, /max_players.*8/],
      [{ max_players: '4' }, /max_players.*number/],
      [{ max_players: 2, min_players: 3 }, /min_players: must be 2 to max_players/],
      [{ bots: 4 }, /bots: must be 0 to max_players - 1/],
      [{ permission: 'secret' }, /permission.*"public"\|"private"/],
      [{ permission: 'private' }, /permission.*password, allowed_users or allowed_roles/],
      [{ password: 'abcdef' }, /password: is for private rooms only/],
      [{ red_king_points: 5 }, /red_king_points.*0.*10/],
      [{ turn_time_limit: 1e9 }, /turn_time_limit.*300/],
      [{ name: 'x'.repeat(33) }, /name.*32/],
      [{ deal_nonce: 'a\nb' }, /deal_nonce.*printable/],
    ];
    for (const [options, message] of wrong) {
      await expectRefusal(ann.create('recall', options), 'INVALID_OPTIONS', message);
    }
  });

  test('can not name the room: an existing one is not entered by creating it (never again 17)', async () => {
    const room = await roomWith(withPassword);
    for (const field of ['roomId', 'room_id', 'id', 'restoringRoomId', 'presetRoomId']) {
      await expectRefusal(ann.create('recall', { [field]: room.roomId }), 'INVALID_OPTIONS', field);
    }
    const rooms = await matchMaker.query({ roomId: room.roomId });
    expect(rooms).toHaveLength(1);
  });

  test('are asked for by calls that are not offered', async () => {
    await expectRefusal(ann.join('recall', { random: true }), 'INVALID_OPTIONS', /joinById/);
    await expectRefusal(ann.joinOrCreate('recall', {}), 'INVALID_OPTIONS', /random/);
    await expectRefusal(ann.joinOrCreate('recall', { random: false }), 'INVALID_OPTIONS', /random/);
    await expectRefusal(ann.create('__proto__', {}), 'INVALID_OPTIONS', /"recall"/);
    await expectRefusal(ann.joinOrCreate('poker', { random: true }), 'INVALID_OPTIONS', /"recall"/);
  });

  /** As it is, past everything that an SDK would do to it. */
  const post = async (path: string, body: string, type = 'application/json') => {
    const headers = { 'Content-Type': type, Authorization: `Bearer ${ann.auth.token}` };
    const response = await fetch(`${server.url}/matchmake/${path}`, { method: 'POST', headers, body });
    return { status: response.status, ...((await response.json()) as { error?: string; roomId?: string }) };
  };

  test('with prototype keys are unknown ones', async () => {
    for (const body of ['{"__proto__":{"random":true}}', '{"constructor":{"prototype":{}}}', '{"toString":1}']) {
      const answer = await post('create/recall', body);
      expect(answer.status).toBe(400);
      expect(answer.error).toMatch(/^INVALID_OPTIONS: unknown option "(__proto__|constructor|toString)"/);
    }
    expect(({} as { random?: boolean }).random).toBeUndefined();
  });

  test('that are no object, no JSON or too long are refused', async () => {
    const bodies = [
      '[]',
      'null',
      '"recall"',
      '1',
      '{"max_players":',
      'max_players=2',
      `{"name":"${'x'.repeat(20_000)}"}`,
    ];
    for (const body of bodies) {
      const answer = await post('create/recall', body);
      expect([body.slice(0, 20), answer.status]).toEqual([body.slice(0, 20), 400]);
      expect(answer.error).toMatch(/^INVALID_OPTIONS: ./);
    }
  });

  test('of a reconnection are its token, and it has to be good', async () => {
    const room = await roomWith({});
    expect(await post(`reconnect/${room.roomId}`, '{}')).toMatchObject({ status: 400 });
    for (const token of ['wrong', '__proto__', 'constructor']) {
      await expectRefusal(ann.reconnect(`${room.roomId}:${token}`), 'UNAUTHENTICATED');
    }
    await room.request('ping', {});
  });

  test('count whatever type the body says to be', async () => {
    for (const type of ['text/plain', 'application/octet-stream', 'application/x-www-form-urlencoded']) {
      const answer = await post('create/recall', JSON.stringify(withPassword), type);
      expect(answer.status).toBe(200);
      const [room] = await matchMaker.query({ roomId: answer.roomId ?? '' });
      expect(room?.metadata).toMatchObject({ permission: 'private' });
    }
  });
});

test('who goes around the matchmaking of the game gets no seat', async () => {
  const room = await roomWith({});
  const context = { token: await server.token({ sub: 'eve' }), headers: new Headers(), ip: '127.0.0.1' };
  await expectRefusal(matchMaker.joinById(room.roomId, {}, context), 'UNAUTHENTICATED');
  await expectRefusal(matchMaker.joinOrCreate('recall', {}, context), 'UNAUTHENTICATED');
  const seat = await matchMaker.joinById(room.roomId, {});
  await expect((await server.client('eve')).consumeSeatReservation(seat)).rejects.toThrow();
  expect(room.state.players.size).toBe(1);
});

test('after a thousand refused attempts the list shows only who sits there (never again 38)', async () => {
  const lists = { allowed_users: Array.from({ length: 50 }, (_, i) => `user ${i}`) };
  const room = await roomWith({ ...withPassword, ...lists, max_players: 2 });
  const clients = await Promise.all(Array.from({ length: 100 }, (_, i) => server.client(`user ${i}`)));
  for (let round = 0; round < 10; round++) {
    const password = round === 0 ? { password: 'close sesame' } : {};
    const tries = clients.map((client) => client.joinById(room.roomId, password));
    for (const attempt of await Promise.allSettled(tries)) expect(attempt.status).toBe('rejected');
  }
  const [listed] = await matchMaker.query({ roomId: room.roomId });
  expect(listed).toMatchObject({ clients: 1, locked: false, metadata: { current_size: 1, max_size: 2 } });
  expect(room.state.players.size).toBe(1);
  await join(room, 'user 7', { password: 'open sesame' });
});

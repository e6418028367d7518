import { request } from 'node:http';
import { Room } from '@colyseus/core';
import { schema, t } from '@colyseus/schema';
import { Client } from '@colyseus/sdk';
import { SignJWT } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';
import { monitorAccess } from '../../src/http/monitor.ts';
import { basic, depsFor, secret, startServer } from './server.ts';

const TableState = schema({ phase: t.string().default('player_turn') }, 'TableState');

/** A room as ours are: public knowledge in the state, the rest out of reach. */
class TableRoom extends Room {
  override state = new TableState();
  readonly #hidden = { drawPile: ['queen of hearts'] };
  calls: string[] = [];

  override onCreate() {
    this.roomId = 'room_1';
    this.metadata = { room_id: 'room_1' };
  }
  override onJoin() {
    this.calls.push(`joined, ${this.#hidden.drawPile.length} hidden`);
  }
}

const env = { MONITOR_USER: 'olga', MONITOR_PASSWORD: 'hunter2' };
const olga = { Authorization: basic('olga', 'hunter2') };
const production = { NODE_ENV: 'production' };

let stop = async () => {};
afterEach(() => stop());

async function serve(settings: Record<string, string> = env) {
  const deps = depsFor(settings);
  const server = await startServer(deps, (colyseus) => void colyseus.define('table', TableRoom));
  stop = server.stop;
  const get = (path: string, headers: Record<string, string> = olga) =>
    fetch(`${server.url}/monitor${path}`, { headers, redirect: 'manual' });
  const call = (method: string, args: unknown = [], headers = olga as Record<string, string>) =>
    get(`/api/room/call?${new URLSearchParams({ roomId: 'room_1', method, args: JSON.stringify(args) })}`, headers);
  const join = () => new Client(server.url).joinOrCreate<TableRoom>('table');
  return { ...deps, url: server.url, get, call, join };
}

const bearer = async (claims: object) => {
  const token = await new SignJWT({ sub: 'olga', ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(secret));
  return { Authorization: `Bearer ${token}` };
};

describe('the monitor opens', () => {
  test('by name and password', async () => {
    const { get } = await serve();
    expect((await get('', olga)).headers.get('Location')).toBe('/monitor/');
    const page = await get('/');
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain('<html');
    const script = /assets\/[\w.-]+\.js/.exec(html)?.[0];
    expect((await get(`/${script}`)).status).toBe(200);
    expect(await (await get('/api')).json()).toMatchObject({ rooms: [], connections: 0 });
  });

  test('by a token with the role operator', async () => {
    const { get } = await serve();
    expect((await get('/api', await bearer({ roles: ['operator'] }))).status).toBe(200);
  });

  test.each([
    ['without a password', undefined, 401],
    ['by a wrong password', basic('olga', 'hunter3'), 401],
    ['by another name', basic('ann', 'hunter2'), 401],
    ['by a part of the password', basic('olga', 'hunter'), 401],
    ['by junk', 'Basic %%%', 401],
    ['by a token that is none', 'Bearer junk', 401],
  ])('not %s', async (_, header, status) => {
    const { get } = await serve();
    for (const path of ['/', '/api', '/api/room?roomId=room_1', '/api/room/call']) {
      const answer = await get(path, header ? { Authorization: header } : {});
      expect(answer.status, path).toBe(status);
      expect(await answer.json()).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });

  test('not by the token of a player, or of a guest who calls themselves operator (never again 40)', async () => {
    const { get } = await serve();
    for (const claims of [{}, { roles: ['player'] }, { iss: 'recall-guest', roles: ['operator'] }]) {
      const answer = await get('/api', await bearer(claims));
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ code: 'NOT_ALLOWED' });
    }
  });

  test('to a browser, which is asked for the password', async () => {
    const { get } = await serve();
    expect((await get('/', {})).headers.get('WWW-Authenticate')).toBe('Basic realm="Recall monitor", charset="UTF-8"');
  });

  test('no more after too many wrong passwords, for the right one either', async () => {
    const { get } = await serve({ ...env, RATE_LIMIT_MONITOR: '3' });
    const wrong = { Authorization: basic('olga', 'hunter3') };
    const answers = await Promise.all(Array.from({ length: 20 }, () => get('/api', wrong)));
    expect(answers.map(({ status }) => status).filter((status) => status === 401)).toHaveLength(3);
    const answer = await get('/api');
    expect(answer.status).toBe(429);
    expect(await answer.json()).toMatchObject({ code: 'TOO_MANY_ATTEMPTS', retry_after_ms: expect.any(Number) });
  });

  test('for as long as one likes with the right one', async () => {
    const { get } = await serve({ ...env, RATE_LIMIT_MONITOR: '3' });
    for (let i = 0; i < 10; i++) expect((await get('/')).status).toBe(200);
  });
});

describe('without MONITOR_USER', () => {
  test('development makes a password, the same after a restart, and says that it did', async () => {
    const { config, get } = await serve({});
    const access = monitorAccess(config);
    expect(access).toEqual({ user: 'operator', password: expect.stringMatching(/^[\w-]{24}$/), made: true });
    expect(monitorAccess(config)).toEqual(access);
    expect((await get('/api', { Authorization: basic('operator', access?.password ?? '') })).status).toBe(200);
    expect((await get('/api', {})).status).toBe(401);
  });

  test('production has no monitor, but for a token with the role operator', async () => {
    const { config, get } = await serve(production);
    expect(monitorAccess(config)).toBeUndefined();
    for (const headers of [{}, { Authorization: basic('operator', '') }, await bearer({ roles: ['player'] })]) {
      for (const path of ['', '/', '/api', '/api/room?roomId=room_1'])
        expect((await get(path, headers)).status).toBe(404);
    }
    expect((await get('/api', await bearer({ roles: ['operator'] }))).status).toBe(200);
  });
});

describe('an operator', () => {
  test('sees what everybody at the table sees, and nothing else', async () => {
    const { get, join } = await serve();
    const room = await join();
    const list = await (await get('/api')).text();
    const details = await (await get('/api/room?roomId=room_1')).text();
    expect(JSON.parse(details)).toMatchObject({
      state: { phase: 'player_turn' },
      clients: [{ sessionId: room.sessionId }],
    });
    for (const text of [list, details]) {
      expect(text).not.toContain('queen');
      expect(text).not.toContain(room.reconnectionToken.split(/[:.]/)[1]);
    }
  });

  test('may close a room, and the log has who did it', async () => {
    const { call, join, get, lines } = await serve();
    const room = await join();
    const left = new Promise((resolve) => room.onLeave(resolve));
    expect((await call('disconnect')).status).toBe(200);
    await left;
    expect(await (await get('/api')).json()).toMatchObject({ rooms: [] });
    const logged = lines.map((line) => JSON.parse(line)).filter(({ operator }) => operator !== undefined);
    expect(logged).toMatchObject([{ operator: 'olga', roomId: 'room_1', msg: 'an operator closes a room' }]);
  });

  test('may disconnect a client', async () => {
    const { call, join } = await serve();
    const [ann, bob] = [await join(), await join()];
    const left = new Promise((resolve) => ann.onLeave(resolve));
    expect((await call('_forceClientDisconnect', [ann.sessionId])).status).toBe(200);
    await left;
    expect(bob.connection.isOpen).toBe(true);
  });

  test('may change, send or read nothing else in a room (never again 43)', async () => {
    const { call, join, get } = await serve();
    const room = await join();
    room.onMessage('*', () => expect.fail('nothing is sent'));
    const calls: [string, unknown][] = [
      ['_editStateProperty', [['phase'], 'finished']],
      ['_deleteStateProperty', [['phase']]],
      ['_sendMessageToClient', [room.sessionId, 'error', {}]],
      ['broadcast', ['error', {}]],
      ['getInspectorView', []],
      ['getInspectData', []],
      ['checkReconnectionToken', ['x']],
      ['_reserveSeat', ['x', {}, {}]],
      ['lock', []],
      ['calls', undefined],
      ['constructor', []],
      ['__proto__', []],
      ['disconnect', [4010]],
      ['disconnect', {}],
      ['_forceClientDisconnect', []],
      ['_forceClientDisconnect', [{ sessionId: room.sessionId }]],
      ['kickClient', [room.sessionId]],
    ];
    for (const [method, args] of calls) {
      const answer = await call(method, args);
      expect(answer.status, method).toBe(403);
      expect(await answer.json()).toMatchObject({ code: 'NOT_ALLOWED' });
    }
    const state = await (await get('/api/room?roomId=room_1')).json();
    expect(state).toMatchObject({ state: { phase: 'player_turn' }, locked: false, clients: [{}] });
    expect(room.connection.isOpen).toBe(true);
  });

  test('can’t get another call past the guard by spelling it in another way (never again 43)', async () => {
    const { url, join, get } = await serve();
    const room = await join();
    const edit = `roomId=room_1&args=${encodeURIComponent('[["phase"],"finished"]')}`;
    const close = 'roomId=room_1&args=[]';
    const spellings = [
      `/monitor/api/room/call?${edit}&method=disconnect&method=_editStateProperty`,
      `/monitor/api/room/call?${edit}&method=_editStateProperty&method=disconnect`,
      `/monitor/api/room/call?${edit}&method[]=_editStateProperty`,
      `/monitor/api/room/call?${close}&method=disconnect&args=[["phase"],"x"]`,
      `/monitor/api/room/call/?${edit}&method=_editStateProperty`,
      `/monitor//api/room/call?${edit}&method=_editStateProperty`,
      `/monitor/api//room/call?${edit}&method=_editStateProperty`,
      `/monitor/api/room/../room/call?${edit}&method=_editStateProperty`,
      `/monitor/assets/../api/room/call?${edit}&method=_editStateProperty`,
      `/monitor/%61pi/room/call?${edit}&method=_editStateProperty`,
      `/monitor/api/room%2fcall?${edit}&method=_editStateProperty`,
      `/monitor/API/room/call?${edit}&method=_editStateProperty`,
      `/MONITOR/api/room/call?${edit}&method=_editStateProperty`,
      `//monitor/api/room/call?${edit}&method=_editStateProperty`,
      `/monitor/api/room/call?${edit}&method=_editStateProperty#?method=disconnect`,
    ];
    for (const path of spellings) expect([400, 403, 404], path).toContain(await raw(url, path));
    expect(await (await get('/api/room?roomId=room_1')).json()).toMatchObject({ state: { phase: 'player_turn' } });
    expect(room.connection.isOpen).toBe(true);
  });
});

describe('a page of another site', () => {
  const page = { ...olga, 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64)' };

  test.each([
    ['as the browser says', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a sibling of ours too', { 'Sec-Fetch-Site': 'same-site' }],
    ['where the browser says nothing, on plain HTTP', {}],
    ['by where it comes from', { Referer: 'http://evil.example/monitor/' }],
  ])('gets nothing done with the password that the browser remembers (never again 43), %s', async (_, headers) => {
    const { call, get, join } = await serve();
    const room = await join();
    for (const answer of [
      await call('disconnect', [], { ...page, ...headers }),
      await get('/api', { ...page, ...headers }),
    ]) {
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ code: 'NOT_ALLOWED' });
    }
    expect(room.connection.isOpen).toBe(true);
  });

  test('is not what the dashboard is, nor who types its address', async () => {
    const { get, url } = await serve();
    expect((await get('/', { ...page, 'Sec-Fetch-Site': 'none' })).status).toBe(200);
    expect((await get('/', page)).status).toBe(200);
    expect((await get('/api', { ...page, 'Sec-Fetch-Site': 'same-origin' })).status).toBe(200);
    expect((await get('/api', { ...page, Referer: `${url}/monitor/` })).status).toBe(200);
  });

  test('can’t read an answer, or frame the dashboard', async () => {
    const { get } = await serve();
    for (const path of ['/', '/api']) {
      const { headers } = await get(path, { ...olga, Origin: 'https://evil.example' });
      expect(headers.get('Access-Control-Allow-Origin')).toBeNull();
      expect(headers.get('X-Frame-Options')).toBe('DENY');
    }
  });
});

/** The status of a GET whose path is sent as it stands, which `fetch` would tidy up. */
function raw(url: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    request({ hostname, port, path, headers: olga, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

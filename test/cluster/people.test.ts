import { once } from 'node:events';
import type { Room } from '@colyseus/sdk';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { killAll } from '../../harness/process.ts';
import { kinds, Site, tokenOf } from '../../harness/site.ts';
import { unlimited } from '../../harness/unlimited.ts';
import type { RouteAnswers } from '../../src/protocol/http.ts';
import type { PersonPresence, UsersRooms } from '../../src/protocol/toClient.ts';

afterAll(killAll);

const eventually = { timeout: 15_000, interval: 20 };
const awayAfterMs = 6000;

// Each test has people of its own, and most of its time is waiting.
describe.concurrent.each(kinds)('%s', (kind) => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.open(kind, {
      ...{ PRESENCE_GRACE_S: '0.6', AWAY_AFTER_S: `${awayAfterMs / 1000}`, RECONNECT_GRACE_S: '60', EMPTY_ROOM_S: '0' },
      ...unlimited,
    });
  });
  afterAll(() => site.close());

  /** Keeps what a connection is told, by type. */
  const listen = async (connecting: Promise<Room>) => {
    const room = await connecting;
    const told: { type: string; payload: unknown }[] = [];
    room.reconnection.enabled = false;
    room.onMessage('*', (type, payload) => void told.push({ type: `${type}`, payload }));
    const of = <T>(type: string) => told.filter((one) => one.type === type).map(({ payload }) => payload as T);
    return {
      room,
      of,
      statuses: () => of<PersonPresence>('presence').map(({ user_id, status }) => `${user_id} ${status}`),
    };
  };
  const open = async (userId: string, via = 0) => listen((await site.client(userId, via)).create('recall'));
  const join = async (userId: string, roomId: string, via = 0) =>
    listen((await site.client(userId, via)).joinById(roomId));
  const visit = async (userId: string, via = 0) => listen((await site.client(userId, via)).joinOrCreate('lobby'));
  const presenceOf = async (userId: string, status?: string): Promise<PersonPresence> => {
    const path = `/users/presence?ids=${userId}`;
    const { presence } = await site.agreed<RouteAnswers['GET /users/presence']>(
      path,
      await tokenOf('observer'),
      (answer) => {
        if (status) expect(answer.presence[0]?.status).toBe(status);
      },
      // Who is online is seen in the moment of the answer, which is not the same at two processes.
      ({ presence }) => presence.map((one) => (one.status === 'online' ? { ...one, last_seen_at: 'now' } : one)),
    );
    return presence[0] as PersonPresence;
  };

  /** Until everybody has heard of it: on a busy machine they may be away again before. */
  const isOnlineBySaying = (userId: string, room: Room) =>
    vi.waitFor(async () => {
      await room.request('ping', {});
      expect((await presenceOf(userId)).status).toBe('online');
    }, eventually);

  test('a user is online, away when they say nothing, online when they do, and offline when they are gone', async () => {
    const [before, { room }] = [Date.now(), await visit('ann1')];
    await isOnlineBySaying('ann1', room);
    const away = await presenceOf('ann1', 'away');
    expect(away.last_seen_at).toBeGreaterThanOrEqual(before);
    expect(Date.now() - before).toBeGreaterThanOrEqual(awayAfterMs);
    const said = Date.now();
    await isOnlineBySaying('ann1', room);
    await room.leave();
    const offline = await presenceOf('ann1', 'offline');
    expect(offline.last_seen_at).toBeGreaterThanOrEqual(said);
    expect(offline.last_seen_at).toBeLessThanOrEqual(Date.now());
  });

  test('by message the answer is the same as by HTTP, in a room and in the lobby', async () => {
    const [seat, visitor] = [await open('ann2', 1), await visit('bob2')];
    for (const { room } of [seat, visitor]) {
      const { presence } = await room.request('get_presence', { user_ids: ['nobody', 'bob2', 'ann2'] });
      expect(presence.map(({ user_id, status }: PersonPresence) => `${user_id} ${status}`)).toEqual([
        'nobody offline',
        'bob2 online',
        'ann2 online',
      ]);
    }
  });

  test('people who share a room are told of each change, wherever they are connected, and strangers are not', async () => {
    const ann = await open('ann3', 0);
    const bob = await join('bob3', ann.room.roomId, 1);
    const stranger = await open('stranger3', 1);
    const lobby = await visit('visitor3', 0);
    await vi.waitFor(() => expect(ann.statuses()).toContain('bob3 away'), eventually);
    await vi.waitFor(() => expect(bob.statuses()).toContain('ann3 away'), eventually);
    await bob.room.request('ping', {});
    await vi.waitFor(() => expect(ann.statuses().at(-1)).toBe('bob3 online'), eventually);
    bob.room.connection.close();
    await vi.waitFor(() => expect(ann.statuses().at(-1)).toBe('bob3 offline'), eventually);
    const again = await join('bob3', ann.room.roomId, 0);
    await vi.waitFor(() => expect(ann.statuses().at(-1)).toBe('bob3 online'), eventually);
    await again.room.request('ping', {});
    const toStrangers = [...stranger.statuses(), ...lobby.statuses()].filter((told) => /^(ann|bob)3/.test(told));
    expect(toStrangers).toEqual([]);
  });

  test('one connection of several is enough, at whichever process, and the last one counts (never again 28)', async () => {
    const [one, other] = [await visit('ann4', 0), await visit('ann4', 1)];
    await one.room.leave();
    const since = Date.now();
    while (Date.now() - since < 1200) expect((await presenceOf('ann4')).status).not.toBe('offline');
    await other.room.leave();
    await presenceOf('ann4', 'offline');
  });

  test('who was away is online when they open another connection, at whichever process', async () => {
    for (const via of site.processes.keys()) {
      const idle = await visit('ann5', 0);
      await presenceOf('ann5', 'away');
      const another = await visit('ann5', via);
      await presenceOf('ann5', 'online');
      await Promise.all([idle, another].map(({ room }) => room.leave()));
      await presenceOf('ann5', 'offline');
    }
  });

  test('who closes the connection by which they were active is no sooner away for that', async () => {
    const idle = await visit('ann9', 0);
    await presenceOf('ann9', 'away');
    const active = await visit('ann9', 1);
    const said = Date.now();
    await active.room.request('ping', {});
    await presenceOf('ann9', 'online');
    await active.room.leave();
    for (;;) {
      const { status } = await presenceOf('ann9');
      // What was answered within the time is true of it.
      if (Date.now() - said >= awayAfterMs) break;
      expect(status).toBe('online');
    }
    await presenceOf('ann9', 'away');
    await idle.room.leave();
  });

  test('who drops and is back within the grace was never offline', async () => {
    const ann = await open('ann6', 0);
    let bob = await join('bob6', ann.room.roomId, 1);
    let longestMs = 0;
    for (let i = 0; i < 3; i++) {
      const client = await site.client('bob6', i);
      const since = Date.now();
      bob.room.connection.close();
      bob = await listen(client.joinById(ann.room.roomId));
      longestMs = Math.max(longestMs, Date.now() - since);
    }
    await presenceOf('bob6', 'online');
    // Else this machine was too slow to be back in time.
    if (longestMs < 600) expect(ann.statuses()).not.toContain('bob6 offline');
  });

  test('a connection that is lost as soon as it is open leaves nobody behind who is online for ever', async () => {
    const userIds = Array.from({ length: 30 }, (_, i) => `brief${i}`);
    for (const [i, userId] of userIds.entries()) {
      const { url } = site.process(i);
      const headers = { Authorization: `Bearer ${await tokenOf(userId)}`, 'Content-Type': 'application/json' };
      const answer = await fetch(`${url}/matchmake/create/recall`, { method: 'POST', headers, body: '{}' });
      const { processId, roomId, sessionId } = (await answer.json()) as Record<string, string>;
      const socket = new WebSocket(`${url.replace('http', 'ws')}/${processId}/${roomId}?sessionId=${sessionId}`);
      await once(socket, 'open');
      socket.terminate();
    }
    const path = `/users/presence?ids=${userIds}`;
    await site.agreed<RouteAnswers['GET /users/presence']>(path, await tokenOf('observer'), ({ presence }) =>
      expect(presence.filter(({ status }) => status !== 'offline')).toEqual([]),
    );
  });

  test('a change of one’s rooms is pushed to all of one’s connections, at every process, and to nobody else', async () => {
    const [lobby, other] = [await visit('ann7', 0), await visit('ann7', 1)];
    const stranger = await visit('bob7', 1);
    const last = ({ of }: typeof lobby) =>
      of<UsersRooms>('user_joined_rooms')
        .at(-1)
        ?.rooms.map(({ room_id }) => room_id);
    const first = await open('ann7', 1);
    for (const one of [lobby, other])
      await vi.waitFor(() => expect(last(one)).toEqual([first.room.roomId]), eventually);
    const second = await open('ann7', 0);
    const both = [second.room.roomId, first.room.roomId];
    for (const one of [lobby, other, first]) await vi.waitFor(() => expect(last(one)).toEqual(both), eventually);
    await first.room.leave();
    for (const one of [lobby, other, second]) await vi.waitFor(() => expect(last(one)).toEqual([both[0]]), eventually);
    expect(stranger.of('user_joined_rooms')).toEqual([]);
  });

  test('what can not be asked of people is refused by name, and the connection lives on', async () => {
    const { room, of } = await visit('ann8');
    const many = Array.from({ length: 1000 }, (_, i) => `u${i}`);
    const mistakes = [
      ['get_presence', {}],
      ['get_presence', { user_ids: [] }],
      ['get_presence', { user_ids: 'ann8' }],
      ['get_presence', { user_ids: [1] }],
      ['get_presence', { user_ids: [''] }],
      ['get_presence', { user_ids: many.slice(0, 500) }],
      ['get_presence', { user_ids: ['ann8'], status: 'online' }],
      ['user_joined_rooms', { user_id: 'bob' }],
    ] as const;
    for (const [type, payload] of mistakes) {
      const reason = await room.request(type, payload).then(
        (answer) => answer,
        (error: { reason?: { code: string; message: string } }) => error.reason,
      );
      expect([type, payload, reason?.code]).toEqual([type, payload, 'INVALID_PAYLOAD']);
      expect(reason?.message.length).toBeLessThan(500);
    }
    // More than 4 KB.
    room.send('get_presence', { user_ids: many });
    await vi.waitFor(() => expect(of('error')).toMatchObject([{ code: 'INVALID_PAYLOAD' }]), eventually);
    expect(await room.request('get_presence', { user_ids: ['ann8'] })).toMatchObject({
      presence: [{ status: 'online' }],
    });
  });
});

test('who had just left another process when theirs dies has the whole grace to come back', async () => {
  const graceMs = 4000;
  const site = await Site.open('two processes on one Redis', { ...unlimited, PRESENCE_GRACE_S: `${graceMs / 1000}` });
  const status = async () => {
    const path = '/users/presence?ids=ann';
    return (await site.get<{ presence: PersonPresence[] }>(path, await tokenOf('observer'))).body.presence[0]?.status;
  };
  const first = await (await site.client('ann', 0)).joinOrCreate('lobby');
  const second = await (await site.client('ann', 1)).joinOrCreate('lobby');
  second.reconnection.enabled = false;
  await first.leave();
  const leftAt = Date.now();
  while (Date.now() < leftAt + graceMs / 2) expect(await status()).toBe('online');
  const killedAt = Date.now();
  await site.process(1).end('SIGKILL');
  for (;;) {
    const answer = await status();
    if (Date.now() >= killedAt + graceMs) break;
    expect(answer).toBe('online');
  }
  await vi.waitFor(async () => expect(await status()).toBe('offline'), eventually);
  await site.close();
});

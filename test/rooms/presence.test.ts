import type { Client, Room } from '@colyseus/sdk';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { PersonPresence } from '../../src/protocol/toClient.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
afterEach(() => server.stop());

/** What a connection is told of others. */
function toldTo(room: Room): PersonPresence[] {
  const told: PersonPresence[] = [];
  room.onMessage('presence', (change: PersonPresence) => void told.push(change));
  return told;
}
const statusOf = async (asker: Room, userId: string): Promise<PersonPresence> => {
  const { presence } = await asker.request('get_presence', { user_ids: [userId] });
  return presence[0];
};
async function drop(room: Room): Promise<void> {
  room.reconnection.enabled = false;
  room.connection.close();
}

/** Ann has opened a room, Ben sits in it, Zoe in another one. */
async function three(settings: Record<string, string>) {
  server = await startServer({ EMPTY_ROOM_S: '60', ...settings });
  const [ann, ben, zoe] = await Promise.all(['ann', 'ben', 'zoe'].map((userId) => server.client(userId)));
  const annsSeat = await (ann as Client).create('recall');
  const bensSeat = await (ben as Client).joinById(annsSeat.roomId);
  const zoesSeat = await (zoe as Client).create('recall');
  return { ann: ann as Client, ben: ben as Client, zoe: zoe as Client, annsSeat, bensSeat, zoesSeat };
}

test('who shares a room is told when somebody goes and comes, and nobody else is (never again 25, 28)', async () => {
  const { ben, annsSeat, bensSeat, zoesSeat } = await three({ PRESENCE_GRACE_S: '0.2' });
  const [ann, bens, zoe] = [toldTo(annsSeat), toldTo(bensSeat), toldTo(zoesSeat)];
  expect(await statusOf(zoesSeat, 'ben')).toMatchObject({ status: 'online' });
  const before = Date.now();
  await drop(bensSeat);
  await vi.waitFor(() => expect(ann.at(-1)).toMatchObject({ user_id: 'ben', status: 'offline' }));
  const { last_seen_at: lastSeenAt } = ann.at(-1) as PersonPresence;
  expect(lastSeenAt).toBeGreaterThanOrEqual(before - 1);
  expect(lastSeenAt).toBeLessThan(Date.now() - 150);
  expect(await statusOf(zoesSeat, 'ben')).toEqual({ user_id: 'ben', status: 'offline', last_seen_at: lastSeenAt });

  const back = await ben.joinById(annsSeat.roomId);
  await vi.waitFor(() => expect(ann.at(-1)).toMatchObject({ user_id: 'ben', status: 'online' }));
  expect(await statusOf(back, 'ben')).toMatchObject({ status: 'online' });
  // That he has come may have been told her only now.
  expect(ann.map(({ status }) => status).slice(-2)).toEqual(['offline', 'online']);
  expect(ann.length).toBeLessThanOrEqual(3);
  expect(bens).toEqual([]);
  expect(zoe).toEqual([]);
});

test('who is back before the grace has ended was never gone', async () => {
  const { ben, annsSeat, bensSeat } = await three({ PRESENCE_GRACE_S: '2' });
  const ann = toldTo(annsSeat);
  await drop(bensSeat);
  await vi.waitFor(() => expect(annsSeat.state.players.get(bensSeat.sessionId).connected).toBe(false));
  const back = await ben.joinById(annsSeat.roomId);
  // Longer than the grace: whoever leaves now is told of first if Ben was.
  const cat = await (await server.client('cat')).joinById(annsSeat.roomId);
  await drop(cat);
  await vi.waitFor(() => expect(ann.at(-1)).toMatchObject({ user_id: 'cat', status: 'offline' }));
  expect(ann.filter(({ user_id }) => user_id === 'ben')).toEqual([]);
  expect(await statusOf(back, 'ben')).toMatchObject({ status: 'online' });
});

test('who says nothing for long is away, and online with the next message', async () => {
  const { annsSeat, bensSeat } = await three({ AWAY_AFTER_S: '0.3' });
  const ann = toldTo(annsSeat);
  await vi.waitFor(() => expect(ann.at(-1)).toMatchObject({ user_id: 'ben', status: 'away' }));
  const away = ann.at(-1) as PersonPresence;
  expect(away.last_seen_at).toBeLessThan(Date.now() - 250);
  expect(await statusOf(annsSeat, 'ben')).toEqual(away);
  // That this has come is told to nobody (rules.md 4).
  await bensSeat.request('deal_commit', { match_number: 1, commitment: 'a'.repeat(64) });
  expect(await statusOf(annsSeat, 'ben')).toEqual(away);
  const told = ann.length;
  await bensSeat.request('ping', {});
  await vi.waitFor(() => expect(ann[told]).toMatchObject({ user_id: 'ben', status: 'online' }));
  await vi.waitFor(() => expect(ann.at(-1)).toMatchObject({ user_id: 'ben', status: 'away' }));
});

test('one connection of several is enough, in whichever room (never again 28)', async () => {
  const { ben, annsSeat, bensSeat } = await three({ PRESENCE_GRACE_S: '0.01' });
  const ann = toldTo(annsSeat);
  const lobby = await ben.joinOrCreate('lobby');
  await drop(bensSeat);
  await vi.waitFor(() => expect(annsSeat.state.players.get(bensSeat.sessionId).connected).toBe(false));
  expect(await statusOf(annsSeat, 'ben')).toMatchObject({ status: 'online' });
  expect(ann).toEqual([]);
  await lobby.leave();
  await vi.waitFor(() => expect(ann).toMatchObject([{ user_id: 'ben', status: 'offline' }]));
});

describe('is asked for', () => {
  const get = async (query: string, userId = 'ann') => {
    const headers = userId ? { Authorization: `Bearer ${await server.token({ sub: userId })}` } : undefined;
    const answer = await fetch(`${server.url}/users/presence${query}`, headers && { headers });
    return { status: answer.status, body: await answer.json() };
  };

  test('by HTTP as by message: each id once, in their order, strangers too', async () => {
    const { annsSeat } = await three({});
    const expected = {
      presence: [
        { user_id: 'zoe', status: 'online', last_seen_at: expect.any(Number) },
        { user_id: 'nobody', status: 'offline', last_seen_at: null },
        { user_id: 'ben', status: 'online', last_seen_at: expect.any(Number) },
      ],
    };
    expect(await get('?ids=zoe,nobody,ben,zoe')).toEqual({ status: 200, body: expected });
    const ids = { user_ids: ['zoe', 'nobody', 'ben', 'zoe'] };
    expect(await annsSeat.request('get_presence', ids)).toEqual(expected);
  });

  test('wrongly, it says what is wrong', async () => {
    const { annsSeat } = await three({});
    const many = Array.from({ length: 101 }, (_, i) => `user_${i}`);
    expect(await get('?ids=zoe', '')).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    for (const query of [
      '',
      '?ids=',
      '?ids=a,,b',
      `?ids=${many}`,
      '?ids=a&of=b',
      `?ids=${'x'.repeat(129)}`,
      '?ids[a]=b',
    ])
      expect(await get(query), query).toMatchObject({ status: 400, body: { code: 'INVALID_OPTIONS' } });
    for (const payload of [
      {},
      { user_ids: 'ben' },
      { user_ids: [] },
      { user_ids: many },
      { user_ids: ['b'], all: true },
    ])
      await expect(annsSeat.request('get_presence', payload)).rejects.toMatchObject({
        reason: { code: 'INVALID_PAYLOAD' },
      });
  });
});

import { matchMaker } from '@colyseus/core';
import type { Client, Room } from '@colyseus/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { closeCodes } from '../../src/protocol/errors.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { fateOf } from '../support/fate.ts';
import { expectRefusal } from '../support/refusal.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let clock: ManualClock;
beforeAll(async () => {
  clock = manualClock(Date.now());
  server = await startServer({}, { clock });
});
afterAll(() => server.stop());

/** Another user in each test: a sign-out refuses all tokens of its second. */
let annsId: string;
let anns = 0;
let ann: Client;
/** Ann's connection to her room, in which ben sits too. */
let room: Room;
let ben: Room;
beforeEach(async () => {
  annsId = `ann ${anns++}`;
  ann = await server.client(annsId);
  room = await ann.create('recall', {});
  ben = await (await server.client('ben')).joinById(room.roomId);
});

type Reservation = Parameters<Client['consumeSeatReservation']>[0] & { processId: string };

/** A matchmaking call whose connection doesn't follow by itself. */
async function reserve(client: Client, roomId: string): Promise<Reservation> {
  const { data } = await client.http.post(`/matchmake/joinById/${roomId}` as never, { body: {} } as never);
  return data as Reservation;
}

const closed = (connection: Room) => new Promise<number>((resolve) => connection.onLeave(resolve));

/** What the others see of Ann's seat. */
const annsSeat = () => ben.state.players.get(room.sessionId);

/** The network fails between the server and this client. */
function cutOff({ roomId, sessionId }: Room): void {
  const { ref } = server.colyseus.getRoomById(roomId).clients.get(sessionId) ?? {};
  if (ref instanceof WebSocket) ref.terminate();
}

describe('a seated user who connects again', () => {
  test('has the same seat, and the older connection is closed', async () => {
    const older = closed(room);
    const newer = await (await server.client(annsId)).joinById(room.roomId);
    expect(await older).toBe(closeCodes.replaced);
    expect(newer.sessionId).toBe(room.sessionId);
    await vi.waitFor(() => expect(annsSeat()).toMatchObject({ connected: true, userId: annsId }));
    await newer.request('ping', {});
    const [listed] = await matchMaker.query({ roomId: room.roomId });
    expect(listed).toMatchObject({ clients: 2, metadata: { current_size: 2 } });
  });

  test('by their token, takes the seat over from the older connection, which is told so', async () => {
    const older = closed(room);
    const newer = await (await server.client(annsId)).reconnect(room.reconnectionToken);
    expect(await older).toBe(closeCodes.replaced);
    expect(newer.sessionId).toBe(room.sessionId);
    await newer.request('ping', {});
    await vi.waitFor(() => expect(annsSeat()).toMatchObject({ connected: true, userId: annsId }));
  });

  test('leaves no way back to the older connection', async () => {
    const token = room.reconnectionToken;
    const older = closed(room);
    await (await server.client(annsId)).joinById(room.roomId);
    await older;
    await expectRefusal(ann.reconnect(token), 'UNAUTHENTICATED', /join the room by its id/);
  });

  test('disturbs the older connection in nothing before the new one is there', async () => {
    await reserve(ann, room.roomId);
    await reserve(ann, room.roomId);
    await room.request('ping', {});
    await clock.advance(15_000);
    await room.request('ping', {});
    expect(annsSeat()).toMatchObject({ connected: true });
  });

  test('does not cut off the way back of a lost connection by asking alone', async () => {
    cutOff(room);
    await vi.waitFor(() => expect(annsSeat()).toMatchObject({ connected: false }));
    await reserve(ann, room.roomId);
    const back = await ann.reconnect(room.reconnectionToken);
    expect(back.sessionId).toBe(room.sessionId);
    await vi.waitFor(() => expect(annsSeat()).toMatchObject({ connected: true }));
  });

  test('is seated while the older connection is lost, and then it has no way back', async () => {
    cutOff(room);
    await vi.waitFor(() => expect(annsSeat()).toMatchObject({ connected: false }));
    const newer = await (await server.client(annsId)).joinById(room.roomId);
    expect(newer.sessionId).toBe(room.sessionId);
    await expectRefusal(ann.reconnect(room.reconnectionToken), 'UNAUTHENTICATED');
    await newer.request('ping', {});
  });

  test('from two devices in the same moment sits there once, and keeps the way back', async () => {
    const reservations = await Promise.all([reserve(ann, room.roomId), reserve(ann, room.roomId)]);
    const both = await Promise.allSettled(reservations.map((one) => ann.consumeSeatReservation(one)));
    const rooms = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const open = () => rooms.filter(({ connection }) => connection.isOpen);
    await vi.waitFor(() => expect(open()).toHaveLength(1));
    const [seated] = open() as [Room];
    await vi.waitFor(() => expect(annsSeat()).toMatchObject({ connected: true }));
    await seated.request('ping', {});
    cutOff(seated);
    await vi.waitFor(() => expect(annsSeat()).toMatchObject({ connected: false }));
    await ann.reconnect(seated.reconnectionToken);
  });

  test('gets in while a match runs and every seat is taken', async () => {
    const olaf = await server.client('olaf');
    const full = await olaf.create('recall', { max_players: 2, bots: 1 });
    await full.request('start_match', {});
    const again = await (await server.client('olaf')).joinById(full.roomId);
    expect(again.sessionId).toBe(full.sessionId);
  });
});

describe('a reservation', () => {
  test('that nobody connects to lapses after 15 s, and no list ever showed it (never again 38)', async () => {
    const reservation = await reserve(await server.client('cid'), room.roomId);
    const size = async () => (await matchMaker.query({ roomId: room.roomId }))[0]?.metadata.current_size;
    expect(await size()).toBe(2);
    await clock.advance(15_000);
    expect(await size()).toBe(2);
    expect(ben.state.players.size).toBe(2);
    const cid = await server.client('cid');
    await expect(cid.consumeSeatReservation(reservation)).rejects.toThrow();
    const joined = await cid.joinById(room.roomId);
    expect(joined.sessionId).not.toBe(reservation.sessionId);
  });

  test('holds the last seat until then, and gives it back', async () => {
    const small = await ann.create('recall', { max_players: 2 });
    await reserve(await server.client('cid'), small.roomId);
    const dee = await server.client('dee');
    await expectRefusal(dee.joinById(small.roomId), 'ROOM_FULL');
    await clock.advance(15_000);
    await dee.joinById(small.roomId);
  });

  test('is good for one connection', async () => {
    const cid = await server.client('cid');
    const reservation = await reserve(cid, room.roomId);
    const joined = await cid.consumeSeatReservation(reservation);
    await expect(cid.consumeSeatReservation(reservation)).rejects.toThrow();
    await joined.request('ping', {});
  });

  test('can not be used by whoever knows the session id, which names the seat to all (never again 12)', async () => {
    const reservation = await reserve(ann, room.roomId);
    const eve = await server.client('eve');
    const evesOwn = await reserve(eve, room.roomId);
    const ways = [
      { ...reservation, processId: matchMaker.processId },
      { ...reservation, processId: `${matchMaker.processId}-${'0'.repeat(32)}` },
      { ...reservation, processId: evesOwn.processId },
    ];
    for (const way of ways) await expect(eve.consumeSeatReservation(way)).rejects.toThrow();
    await room.request('ping', {});
    const hers = await ann.consumeSeatReservation(reservation);
    expect(hers.sessionId).toBe(room.sessionId);
  });
});

/** How a connection to that room ends, without the SDK: the status of a refused handshake, or a close code; and what it got. */
function connectTo(reservation: { processId: string; roomId: string }, query: Record<string, string>, headers = {}) {
  const { processId, roomId } = reservation;
  const address = `ws://127.0.0.1:${server.port}/${processId}/${roomId}?${new URLSearchParams(query)}`;
  return fateOf(address, { headers });
}
const secretOf = ({ reconnectionToken }: Room) => reconnectionToken.split(':')[1] as string;

describe('what a connection shows', () => {
  test('is asked for before anything is given: a first one without a good pass is refused with 401 (never again 44)', async () => {
    const own = await reserve(await server.client('eve'), room.roomId);
    const reservation = await reserve(ann, room.roomId);
    const { roomId, sessionId } = reservation;
    const processes = ['process', matchMaker.processId, own.processId, `p-${'0'.repeat(32)}`, sessionId, 'p-'];
    for (const processId of processes)
      expect(await connectTo({ processId, roomId }, { sessionId })).toEqual({ end: 401, frames: 0 });
    const elsewhere = await reserve(ann, (await ann.create('recall', {})).roomId);
    expect(await connectTo({ ...elsewhere, roomId }, { sessionId })).toEqual({ end: 401, frames: 0 });
    await room.request('ping', {});
    await ann.consumeSeatReservation(reservation);
    expect(await connectTo(reservation, { sessionId })).toEqual({ end: 401, frames: 0 });
  });

  test('as a token gets a handshake, no frame, and the code that says why it is dead', async () => {
    const { sessionId, roomId } = ben;
    const token = secretOf(ben);
    const benAgain = () => connectTo({ processId: 'p', roomId }, { sessionId, reconnectionToken: token });
    const made = await connectTo({ processId: 'p', roomId }, { sessionId, reconnectionToken: 'made_up' });
    expect(made).toEqual({ end: closeCodes.replaced, frames: 0 });
    const newer = await (await server.client('ben')).joinById(roomId);
    expect(await benAgain()).toEqual({ end: closeCodes.replaced, frames: 0 });
    await room.request('kick', { session_id: sessionId });
    expect(await benAgain()).toEqual({ end: closeCodes.seatGone, frames: 0 });
    const kicked = await connectTo({ processId: 'p', roomId }, { sessionId, reconnectionToken: secretOf(newer) });
    expect(kicked).toEqual({ end: closeCodes.kicked, frames: 0 });
    const gone = { processId: 'p', roomId: 'room_00000000-0000-4000-8000-000000000000' };
    const over = await connectTo(gone, { sessionId, reconnectionToken: token });
    expect(over).toEqual({ end: closeCodes.roomClosed, frames: 0 });
  });

  test('is not mistaken for another by whoever writes the host or the address in a strange way', async () => {
    const own = await reserve(await server.client('eve'), room.roomId);
    const { sessionId, roomId } = room;
    const good = `/${own.processId}/${roomId}?sessionId=${own.sessionId}`;
    const way = await connectTo({ processId: 'p', roomId }, { sessionId }, { host: `localhost${good}&x=` });
    expect(way.frames).toBe(0);
    await room.request('ping', {});
  });

  test('is not used up while nobody can tell who has signed out', async () => {
    const { revocations } = server.services;
    const reservation = await reserve(ann, room.roomId);
    const failing = vi.spyOn(revocations, 'refuses').mockRejectedValue(new Error('away'));
    const { sessionId } = reservation;
    expect(await connectTo(reservation, { sessionId })).toEqual({ end: 503, frames: 0 });
    const returning = await connectTo(reservation, { sessionId, reconnectionToken: secretOf(room) });
    expect(returning).toEqual({ end: 503, frames: 0 });
    failing.mockRestore();
    expect((await ann.consumeSeatReservation(reservation)).sessionId).toBe(sessionId);
  });

  test('ends the tries of an SDK at once where it is dead, with the code', async () => {
    Object.assign(ben.reconnection, { minUptime: 0, delay: 20, minDelay: 20 });
    const over = closed(ben);
    const lost = new Promise((resolve) => ben.onDrop(resolve));
    cutOff(ben);
    await lost;
    await room.request('kick', { session_id: ben.sessionId });
    expect(await over).toBe(closeCodes.kicked);
    expect(ben.reconnection.retryCount).toBe(1);
  });

  test('stays the same for a return by token, and is another for another device', async () => {
    const token = room.reconnectionToken;
    cutOff(room);
    const back = await ann.reconnect(token);
    expect(back.reconnectionToken).toBe(token);
    const newer = await (await server.client(annsId)).joinById(room.roomId);
    expect(newer.reconnectionToken).not.toBe(token);
    cutOff(newer);
    await expectRefusal(ann.reconnect(token), 'UNAUTHENTICATED', /join the room by its id/);
    await ann.reconnect(newer.reconnectionToken);
  });

  test('is a pass of the lobby there too', async () => {
    const lobby = await ann.joinOrCreate('lobby');
    const { roomId, sessionId } = lobby;
    expect(await connectTo({ processId: 'p', roomId }, { sessionId })).toEqual({ end: 401, frames: 0 });
    const reconnectionToken = secretOf(lobby);
    const returning = await connectTo({ processId: 'p', roomId }, { sessionId, reconnectionToken });
    expect(returning).toEqual({ end: closeCodes.seatGone, frames: 0 });
    await lobby.request('ping', {});
  });
});

describe('a token that expires', () => {
  const minutes = 60_000;
  const expiring = async (userId: string, afterMs: number, roles: string[] = []) =>
    server.client(userId, { exp: Math.ceil((clock.now() + afterMs) / 1000), roles });

  test('ends what it could do in a room, and leaves the seat, also to who comes back to it', async () => {
    const olga = await expiring('olga', 5 * minutes, ['operator']);
    let seat = await olga.joinById(room.roomId);
    await seat.request('list_rooms', {});
    await clock.advance(7 * minutes);
    const refusal = seat.request('list_rooms', {});
    await expect(refusal).rejects.toMatchObject({ reason: { code: 'UNAUTHENTICATED' } });
    cutOff(seat);
    seat = await olga.reconnect(seat.reconnectionToken);
    await seat.request('ping', {});
    await expect(seat.request('list_rooms', {})).rejects.toMatchObject({ reason: { code: 'UNAUTHENTICATED' } });
  });

  test('lets nobody take a seat that was reserved for them before', async () => {
    // The server gives an issuer's clock a minute.
    const olga = await expiring('olga', -55_000);
    const reservation = await reserve(olga, room.roomId);
    await clock.advance(6000);
    expect(await connectTo(reservation, { sessionId: reservation.sessionId })).toEqual({ end: 401, frames: 0 });
  });

  test('brings nobody back once the match is over', async () => {
    const olga = await expiring('olga', 5 * minutes);
    const seat = await olga.create('recall', { max_players: 2, bots: 1, turn_time_limit: 5 });
    await seat.request('start_match', {});
    const ended = new Promise((resolve) =>
      seat.onMessage('match_event', ({ type }) => type === 'match_ended' && resolve(0)),
    );
    const over = ended.then(() => true);
    while (!(await Promise.race([over, clock.advance(5000).then(() => false)])));
    await clock.advance(7 * minutes);
    const returning = { sessionId: seat.sessionId, reconnectionToken: secretOf(seat) };
    expect(await connectTo({ processId: 'p', roomId: seat.roomId }, returning)).toEqual({
      end: closeCodes.signedOut,
      frames: 0,
    });
  });
});

describe('who is banned', () => {
  const ban = () => server.services.revocations.ban(annsId, 3_600_000, 'olga');

  test('loses their connections and seats in every room, and in the lobby', async () => {
    const all = [room, await ann.create('recall', {}), await ann.joinOrCreate('lobby')];
    const ends = all.map(closed);
    await ban();
    expect(await Promise.all(ends)).toEqual(all.map(() => closeCodes.banned));
    await vi.waitFor(() => expect(annsSeat()).toBeUndefined());
    await ben.request('ping', {});
  });

  test('gets in by no token or pass, old or new, and is told why, until the ban is taken back', async () => {
    const { reconnectionToken } = room;
    const reservation = await reserve(ann, room.roomId);
    await ban();
    await expectRefusal(ann.joinById(room.roomId), 'BANNED', 'until 20');
    await expectRefusal(ann.create('recall', {}), 'BANNED');
    await expectRefusal(ann.joinOrCreate('lobby'), 'BANNED');
    await expectRefusal(ann.reconnect(reconnectionToken), 'UNAUTHENTICATED');
    await expect(ann.consumeSeatReservation(reservation)).rejects.toThrow();
    await expect(ann.http.get('/users/me/rooms' as never)).rejects.toMatchObject({ code: 403 });
    ann.auth.token = await server.token({ sub: annsId, jti: 'another' });
    await expectRefusal(ann.joinById(room.roomId), 'BANNED');
    await server.services.revocations.unban(annsId);
    await ann.joinById(room.roomId);
  });
});

describe('who signs out', () => {
  const signOut = (client: Client) => client.http.post('/auth/sign-out' as never);

  test('loses their connections and seats in every room', async () => {
    const other = await ann.create('recall', {});
    const both = [closed(room), closed(other)];
    await signOut(ann);
    expect(await Promise.all(both)).toEqual([closeCodes.signedOut, closeCodes.signedOut]);
    await vi.waitFor(() => expect(annsSeat()).toBeUndefined());
    expect(ben.state.ownerId).toBe('ben');
    await ben.request('ping', {});
  });

  test('does not get back in by any token or pass of before', async () => {
    const { reconnectionToken } = room;
    const reservation = await reserve(ann, room.roomId);
    await signOut(ann);
    await expectRefusal(ann.joinById(room.roomId), 'UNAUTHENTICATED');
    await expectRefusal(ann.reconnect(reconnectionToken), 'UNAUTHENTICATED');
    await expect(ann.consumeSeatReservation(reservation)).rejects.toThrow();
    await expect(ann.consumeSeatReservation({ ...reservation, reconnectionToken } as never)).rejects.toThrow();
  });

  test('has no way back while their connection is lost', async () => {
    cutOff(room);
    await vi.waitFor(() => expect(annsSeat()).toMatchObject({ connected: false }));
    await signOut(ann);
    await vi.waitFor(() => expect(annsSeat()).toBeUndefined());
    await expectRefusal(ann.reconnect(room.reconnectionToken), 'UNAUTHENTICATED');
  });

  test('comes in again after signing in again', async () => {
    await signOut(ann);
    ann.auth.token = await server.token({ sub: annsId, jti: 'another' });
    await ann.joinById(room.roomId);
  });
});

describe('a connection', () => {
  const connect = (path: string) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`);
      socket.on('error', () => {});
      socket.on('close', resolve);
    });

  test('to no room, or to what every object has, is refused and harms nobody', async () => {
    for (const id of ['room_unknown', '__proto__', 'constructor', 'toString']) {
      for (const query of ['', '?sessionId=a', '?sessionId=__proto__', '?sessionId=a&reconnectionToken=constructor']) {
        expect(await connect(`/process/${id}${query}`)).toBeGreaterThan(1000);
      }
    }
    for (const sessionId of ['__proto__', 'constructor']) {
      expect(await connect(`/process/${room.roomId}?sessionId=${sessionId}`)).toBeGreaterThan(1000);
      expect(await connect(`/process/${room.roomId}?sessionId=${sessionId}&reconnectionToken=x`)).toBeGreaterThan(1000);
    }
    await room.request('ping', {});
  });

  test('with a frame over 16 KB is closed, and the others play on', async () => {
    const leaving = closed(room);
    room.send('ping', { junk: 'x'.repeat(16_384) });
    expect(await leaving).toBe(1009);
    await ben.request('ping', {});
  });
});

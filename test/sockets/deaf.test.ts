import { Protocol } from '@colyseus/core';
import { afterEach, expect, test, vi } from 'vitest';
import type WebSocket from 'ws';
import { readyWithinMs } from '../../src/rooms/joining.ts';
import type { RecallRoom } from '../../src/rooms/recallRoom.ts';
import { maxWaitingBytes } from '../../src/sockets/clientSocket.ts';
import { TestPlayer } from '../rooms/player.ts';
import { manualClock } from '../support/clock.ts';
import { messageFrame, RawClient } from '../support/rawClient.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** Clients that take without end and read nothing (never again 46). */

let server: TestServer;
afterEach(() => server.stop());

/** The server's side of a connection. */
function serverSide({ reservation: { roomId, sessionId } }: RawClient) {
  const client = server.colyseus.getRoomById(roomId).clients.get(sessionId);
  if (!client) throw new Error('not connected');
  return { client, socket: client.ref as unknown as WebSocket };
}

/** Tells one client so much that its bound is passed some times over. @returns the most that has waited for it, bytes. */
function tellTooMuch(raw: RawClient): number {
  const { client, socket } = serverSide(raw);
  let most = 0;
  // What the network itself holds comes on top.
  for (let sent = 0; sent < 30 * maxWaitingBytes && socket.readyState === socket.OPEN; sent += 16_384) {
    client.send('presence', { user_id: 'x'.repeat(16_384) });
    most = Math.max(most, socket.bufferedAmount);
  }
  return most;
}

test('who does not read is cut off when a megabyte waits, and their seat is held as a lost one', async () => {
  server = await startServer();
  const ann = new TestPlayer(await (await server.client('ann')).create('recall', {}));
  const eve = await RawClient.join(server.url, await server.client('eve'), `joinById/${ann.roomId}`);
  await eve.hears(Protocol.ROOM_STATE);
  eve.stopReading();
  const { socket } = serverSide(eve);
  expect(tellTooMuch(eve)).toBeGreaterThan(maxWaitingBytes / 2);
  expect(socket.readyState).not.toBe(socket.OPEN);
  await ann.sees(({ players }) => players.get(eve.reservation.sessionId)?.connected === false);
  expect(socket.bufferedAmount).toBeLessThan(maxWaitingBytes + 20_000);
  await ann.ask('ping');
});

test('who reads gets as much as there is', async () => {
  server = await startServer();
  const eve = await RawClient.join(server.url, await server.client('eve'), 'create/recall');
  await eve.hears(Protocol.ROOM_STATE);
  const { client } = serverSide(eve);
  for (let i = 0; i < 40; i++) {
    for (let j = 0; j < 4; j++) client.send('presence', { user_id: 'x'.repeat(16_384) });
    await vi.waitFor(() =>
      expect(eve.codes.filter((code) => code === Protocol.ROOM_DATA).length).toBeGreaterThan(4 * i),
    );
  }
  eve.socket.ping();
  await new Promise((resolve) => eve.socket.once('pong', resolve));
});

test('what is kept for who never acknowledges is bounded too', async () => {
  server = await startServer();
  const ann = new TestPlayer(await (await server.client('ann')).create('recall', {}));
  const eve = await RawClient.connect(server.url, await server.client('eve'), `joinById/${ann.roomId}`);
  const { client, socket } = serverSide(eve);
  for (let i = 0; i < 200; i++)
    server.colyseus.getRoomById(ann.roomId).broadcast('presence', { user_id: 'x'.repeat(16_384) });
  expect(socket.readyState).not.toBe(socket.OPEN);
  const { _enqueuedMessages: kept = [] } = client as unknown as { _enqueuedMessages?: Uint8Array[] };
  expect(kept.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeLessThanOrEqual(maxWaitingBytes);
  await ann.sees(({ players }) => players.get(eve.reservation.sessionId)?.connected === false);
});

test('who has not acknowledged within 15 s is let go, at a table, in the lobby, and in coming back', async () => {
  const clock = manualClock(Date.now());
  server = await startServer({}, { clock });
  const ann = new TestPlayer(await (await server.client('ann')).create('recall', {}));
  const eve = await RawClient.connect(server.url, await server.client('eve'), `joinById/${ann.roomId}`);
  const visitor = await RawClient.connect(server.url, await server.client('eve'), 'joinOrCreate/lobby');
  await clock.advance(readyWithinMs - 1);
  expect(serverSide(eve).socket.readyState).toBe(1);
  expect(ann.state.players.get(eve.reservation.sessionId)?.connected).toBe(true);
  await clock.advance(1);
  expect(await eve.closed).toBe(1006);
  expect(await visitor.closed).toBe(1006);
  await ann.sees(({ players }) => players.get(eve.reservation.sessionId)?.connected === false);

  const back = await RawClient.join(server.url, await server.client('eve'), `joinById/${ann.roomId}`);
  await back.hears(Protocol.ROOM_STATE);
  expect(back.reservation.sessionId).toBe(eve.reservation.sessionId);
  await clock.advance(readyWithinMs);
  await ann.ask('ping');
  back.socket.send(messageFrame('ping', {}, 1));
  await back.hears(Protocol.ROOM_RESPONSE);
});

test('nothing is asked before one has acknowledged', async () => {
  server = await startServer();
  const eve = await RawClient.connect(server.url, await server.client('eve'), 'create/recall');
  eve.socket.send(messageFrame('get_room', {}, 7));
  eve.socket.send(messageFrame('add_bot', {}));
  await new Promise((resolve) => eve.socket.once('pong', resolve).ping());
  eve.acknowledge();
  await eve.hears(Protocol.ROOM_STATE);
  eve.socket.send(messageFrame('get_room', {}, 8));
  await eve.hears(Protocol.ROOM_RESPONSE);
  const { state } = server.colyseus.getRoomById(eve.reservation.roomId) as RecallRoom;
  expect(state.players.size).toBe(1);
  expect(eve.codes.filter((code) => code === Protocol.ROOM_RESPONSE)).toHaveLength(1);
});

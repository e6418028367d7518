import { type Client, LocalPresence, matchMaker, Protocol, Room } from '@colyseus/core';
import { RedisPresence } from '@colyseus/redis-presence';
import { schema, t } from '@colyseus/schema';
import { Client as Sdk } from '@colyseus/sdk';
import { Redis } from 'ioredis';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { connectionsOf, idsOf, inside, onLost } from '../../src/colyseus/inside.ts';
import { depsFor, startServer } from '../http/server.ts';

/** What we use of Colyseus that is private, in the version that is installed. */

const Card = schema({ rank: t.string().default('') }, 'Card');
const State = schema({ top: t.ref(Card).optional() }, 'State');

class PlainRoom extends Room {
  override state = new State();
  override seatReservationTimeout = 1;
  static last: PlainRoom;
  readonly left: (number | undefined)[] = [];
  readonly frames: Buffer[] = [];

  override onCreate() {
    PlainRoom.last = this;
    const hooked = inside(this);
    const stock = hooked._onMessage;
    hooked._onMessage = (client, frame) => {
      this.frames.push(frame);
      stock.call(this, client, frame);
    };
  }
  override onLeave(_client: Client, code?: number) {
    this.left.push(code);
  }
}

let url: string;
beforeAll(async () => {
  const server = await startServer(depsFor({}), (colyseus) => void colyseus.define('plain', PlainRoom));
  ({ url } = server);
  return server.stop;
});

async function join(): Promise<{ room: PlainRoom; client: Client }> {
  const connection = await new Sdk(url).create('plain');
  const room = PlainRoom.last;
  await expect.poll(() => room.clients.length).toBe(1);
  return { room, client: room.clients.getById(connection.sessionId) as Client };
}

test('the row of a room says where it is', async () => {
  const { room } = await join();
  expect(inside(room)._listing).toMatchObject({ roomId: room.roomId, processId: matchMaker.processId, clients: 1 });
});

test('a reserved seat is a list of four, by session id, until its connection has taken it', async () => {
  const { room } = await join();
  const { sessionId } = await matchMaker.joinById(room.roomId, { some: 'option' });
  expect(inside(room)._reservedSeats[sessionId]).toEqual([{ some: 'option' }, null, false, false]);
});

test('a client that is taken out has left, once, whatever its connection does then', async () => {
  const { room, client } = await join();
  expect(client.ref.listeners('close')).toContain(onLost(client));
  client.ref.removeListener('close', onLost(client));
  room.autoDispose = false;
  await inside(room)._onLeave(client, 4101);
  expect(room.clients.length).toBe(0);
  client.leave(4101);
  await expect.poll(() => room.left).toEqual([4101]);
});

test('frames of a client come to the room by one method', async () => {
  const { room, client } = await join();
  const ping = Buffer.from([Protocol.PING]);
  client.ref.emit('message', ping);
  expect(room.frames.at(-1)).toBe(ping);
});

test('instances of a state are counted at its root', async () => {
  const { room } = await join();
  const ids = idsOf(room.state);
  const before = ids.nextUniqueId;
  room.state.top = new Card();
  expect(ids.nextUniqueId).toBe(before + 1);
});

test('a presence in Redis has two connections, and one in this process none', () => {
  const presence = new RedisPresence({ lazyConnect: true });
  onTestFinished(() => presence.shutdown());
  const { pub, sub } = connectionsOf(presence);
  expect([pub, sub].map((one) => one instanceof Redis)).toEqual([true, true]);
  expect(connectionsOf(new LocalPresence())).not.toHaveProperty('pub');
});

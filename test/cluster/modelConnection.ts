import type { Client, Room } from '@colyseus/sdk';
import { Front } from '../../harness/front.ts';
import { retry } from '../../harness/party.ts';
import type { Process } from '../../harness/process.ts';
import { clientAt } from '../../harness/site.ts';

/** One connection of a user, by a network of its own, to a process and through it to a room. */
export interface Connection {
  readonly userId: string;
  /** The room’s id, or whatever else it was called. */
  readonly place: string;
  readonly via: Process;
  readonly network: Front;
  readonly room: Room;
  readonly closed: Promise<number>;
}

export interface ConnectOptions {
  readonly userId: string;
  readonly token: string;
  readonly via: Process;
  readonly enter: (client: Client) => Promise<Room>;
  /** Default: the room’s id. */
  readonly place?: string | undefined;
}

export async function connect({ userId, token, via, enter, place }: ConnectOptions): Promise<Connection> {
  const network = await Front.open([via.port]);
  try {
    const room = await retry(() => enter(clientAt(network.url, token)));
    room.reconnection.enabled = false;
    room.onMessage('*', () => {});
    const closed = new Promise<number>((resolve) => room.onLeave(resolve));
    return { userId, place: place ?? room.roomId, via, network, room, closed };
  } catch (error) {
    network.close();
    throw error;
  }
}

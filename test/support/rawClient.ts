import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Protocol } from '@colyseus/core';
import type { Client } from '@colyseus/sdk';
import { pack } from 'msgpackr';
import WebSocket from 'ws';

type Reservation = Parameters<Client['consumeSeatReservation']>[0];

/** A frame of `room.send`, or with an id (up to 127) of `room.request`. */
export function messageFrame(type: string, payload: object, requestId?: number): Buffer {
  const code = requestId === undefined ? [Protocol.ROOM_DATA] : [Protocol.ROOM_REQUEST, requestId];
  return Buffer.concat([Buffer.from([...code, 0xa0 | type.length]), Buffer.from(type), pack(payload)]);
}

/** A connection that does what no SDK would do: it says when it acknowledges, when it reads, and which bytes it sends. */
export class RawClient {
  readonly socket: WebSocket;
  readonly reservation: Reservation;
  /** The code that the connection was closed with: 1006 where it was just cut off. */
  readonly closed: Promise<number>;
  /** The first byte of each frame that has come. */
  readonly codes: number[] = [];

  private constructor(socket: WebSocket, reservation: Reservation) {
    this.socket = socket;
    this.reservation = reservation;
    socket.on('error', () => {});
    socket.on('message', (frame: Buffer) => this.codes.push(frame[0] ?? -1));
    this.closed = new Promise((resolve) => socket.once('close', resolve));
  }

  /**
   * Connects, and doesn't acknowledge.
   * @param url of a process, which need not be the client's
   * @param client for a user
   * @param call of matchmaking, such as `create/recall`
   */
  static async connect(url: string, client: Client, call: string, options: object = {}): Promise<RawClient> {
    const { data } = await client.http.post(`/matchmake/${call}` as never, { body: options } as never);
    const reservation = data as Reservation;
    const { processId, roomId, sessionId } = reservation;
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/${processId}/${roomId}?sessionId=${sessionId}`);
    const raw = new RawClient(socket, reservation);
    await Promise.race([
      raw.hears(Protocol.JOIN_ROOM),
      raw.closed.then((code) => Promise.reject(new Error(`${code}`))),
    ]);
    return raw;
  }

  /** The same, and acknowledges. */
  static async join(...args: Parameters<typeof RawClient.connect>): Promise<RawClient> {
    const raw = await RawClient.connect(...args);
    raw.acknowledge();
    return raw;
  }

  acknowledge(): void {
    this.socket.send(Buffer.from([Protocol.JOIN_ROOM]));
  }

  /** From now on it takes nothing off the network. */
  stopReading(): void {
    this.tcp.pause();
  }

  /** The bytes of whole WebSocket frames, or of what is none. */
  write(...bytes: number[]): void {
    this.tcp.write(Buffer.from(bytes));
  }

  async hears(code: number): Promise<void> {
    while (!this.codes.includes(code)) await once(this.socket, 'message');
  }

  get tcp(): Socket {
    return (this.socket as unknown as { _socket: Socket })._socket;
  }
}

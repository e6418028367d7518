import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Protocol } from '@colyseus/core';
import { pack, unpack } from 'msgpackr';
import { WebSocket } from 'ws';

/** What Colyseus answers a call of matchmaking with, as far as a connection needs it. */
interface Reservation {
  readonly processId: string;
  readonly roomId: string;
  readonly sessionId: string;
}

/** What comes on a connection, as far as somebody wants to know. */
export interface Listener {
  /** A request of it was answered. @param ok whether it was not refused */
  answered(requestId: number, ok: boolean, frame: Buffer): void;
  /** A message has come; its first byte says of which kind. */
  told?(frame: Buffer): void;
  closed?(code: number): void;
}

/** How many requests of one connection may be under way: their ids have one byte. */
export const maxRequests = 128;

/** A connection of a client that costs next to nothing: no state is decoded, and no message that nobody asks for. */
export class Seat {
  readonly sessionId: string;
  readonly roomId: string;
  readonly socket: WebSocket;
  readonly #address: string;
  frames = 0;
  /** For `reconnect`. */
  token = '';
  listener: Listener = { answered() {} };
  #requests = 0;

  constructor(address: string, { roomId, sessionId }: Pick<Reservation, 'roomId' | 'sessionId'>) {
    this.roomId = roomId;
    this.sessionId = sessionId;
    this.#address = address;
    this.socket = new WebSocket(address, { perMessageDeflate: false });
    this.socket.on('error', () => {});
    this.socket.on('message', (frame: Buffer) => this.#hear(frame));
    this.socket.on('close', (code) => this.listener.closed?.(code));
  }

  /** By `ws` alone. @returns when it is connected */
  static async open(url: string, path: string): Promise<Seat> {
    const seat = new Seat(`${url.replace(/^http/, 'ws')}${path}`, { roomId: path, sessionId: '' });
    await once(seat.socket, 'open');
    return seat;
  }

  /** Joins a room, and acknowledges. @param call of matchmaking, such as `create/recall`. @param via where it connects */
  static async join(url: string, call: string, options: object = {}, token?: string, via = url): Promise<Seat> {
    const reservation = await Seat.reserve(url, call, options, token);
    const { processId, roomId, sessionId } = reservation;
    const address = `${via.replace(/^http/, 'ws')}/${processId}/${roomId}?sessionId=${sessionId}`;
    const seat = new Seat(address, reservation);
    await seat.joined();
    return seat;
  }

  /** @throws Error with what it was refused with. */
  static async reserve(url: string, call: string, options: object, token?: string): Promise<Reservation> {
    const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
    const answer = await fetch(`${url}/matchmake/${call}`, { method: 'POST', headers, body: JSON.stringify(options) });
    const body = (await answer.json()) as Reservation & { error?: string };
    if (!answer.ok) throw new Error(`${call} was refused (${answer.status}): ${body.error}`);
    return body;
  }

  /** @returns when it has acknowledged that it joined. @throws Error where it is closed before */
  async joined(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#onJoined = resolve;
    this.socket.once('close', (code) => reject(new Error(`the connection was closed (${code})`)));
    await promise;
  }
  #onJoined = () => {};

  /**
   * Comes back as the SDKs do whose connection is lost, and asks something: until it is answered.
   * @param url where it goes now, if not where it was
   * @returns the new connection, and how often it was refused
   */
  async comeBack(url?: string): Promise<{ seat: Seat; refused: number }> {
    const address = new URL(this.#address);
    if (url) address.port = new URL(url).port;
    address.searchParams.set('reconnectionToken', this.token);
    address.searchParams.set('skipHandshake', 'true');
    for (let tries = 1; ; tries++) {
      await pause(Math.min(longestDelayMs, 2 ** tries * delayMs));
      const seat = new Seat(String(address), this);
      try {
        await seat.joined();
        await seat.answers('ping');
        return { seat, refused: tries - 1 };
      } catch (error) {
        seat.socket.terminate();
        if (tries === maxTries) throw error;
      }
    }
  }

  /** @returns when that was answered. @throws Error where it is refused, or the connection is closed before */
  async answers(type: string, payload: object = {}): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { listener } = this;
    const asked = this.request(type, payload);
    this.listener = {
      ...listener,
      answered: (id, ok, frame) => {
        if (id === asked) ok ? resolve() : reject(new Error(JSON.stringify(answerIn(frame))));
        else listener.answered(id, ok, frame);
      },
    };
    this.socket.once('close', (code) => reject(new Error(`the connection was closed (${code})`)));
    await promise;
    this.listener = listener;
  }

  /** @returns the id that the answer has. */
  request(type: string, payload: object = {}): number {
    const requestId = this.#requests;
    this.#requests = (requestId + 1) % maxRequests;
    const frame = frameOf(type, payload);
    frame[1] = requestId;
    this.socket.send(frame);
    return requestId;
  }

  /** All that has come, with the frames' headers. */
  get bytes(): number {
    return (this.socket as unknown as { _socket: Socket | null })._socket?.bytesRead ?? 0;
  }

  #hear(frame: Buffer): void {
    this.frames++;
    const code = (frame[0] ?? 0) & 0x1f;
    if (code === Protocol.ROOM_RESPONSE) this.listener.answered(frame[1] ?? 0, (frame[2] ?? 0) === 0, frame);
    else if (code === Protocol.ROOM_DATA) this.listener.told?.(frame);
    else if (code === Protocol.JOIN_ROOM) {
      const length = frame[1] ?? 0;
      this.token = frame.toString('utf8', 2, 2 + length);
      this.socket.send(acknowledgement);
      this.#onJoined();
    }
  }
}

/** Of the SDK's reconnection. */
const delayMs = 100;
const longestDelayMs = 5000;
const maxTries = 15;

const acknowledgement = Buffer.from([Protocol.JOIN_ROOM]);

/** Frames of requests whose payload is always the same, made once. */
const frames = new Map<string, Buffer>();

function frameOf(type: string, payload: object): Buffer {
  const key = `${type} ${JSON.stringify(payload)}`;
  let frame = frames.get(key);
  if (!frame) {
    const head = Buffer.from([Protocol.ROOM_REQUEST, 0, 0xa0 | type.length]);
    frame = Buffer.concat([head, Buffer.from(type), pack(payload)]);
    frames.set(key, frame);
  }
  return frame;
}

/** The payload of an answer, which is an object where there is one. */
export const answerIn = (frame: Buffer): object => (((frame[3] ?? 0) & 0xf0) === 0x80 ? unpack(frame.subarray(3)) : {});

/** The type of a message, which is a short one, and its payload. */
export function messageIn(frame: Buffer): { type: string; payload: () => unknown } {
  const length = (frame[1] ?? 0) & 0x1f;
  return { type: frame.toString('latin1', 2, 2 + length), payload: () => unpack(frame.subarray(2 + length)) };
}

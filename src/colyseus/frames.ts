import { type Client, ClientState, getMessageBytes, Protocol, ResponseStatus, type Room } from '@colyseus/core';
import { decode } from '@colyseus/schema';
import { unpack } from 'msgpackr';
import type { ErrorBody } from '../protocol/errors.ts';
import type { ToClient } from '../protocol/toClient.ts';
import { inside } from './inside.ts';

/**
 * Takes the messages of clients from Colyseus. Stock Colyseus closes the client on malformed
 * msgpack, on an unknown type and on an invalid payload, answers some of that in its own words, and answers OK for a
 * handler that threw; it passes over what is no message without a word, however often. Join, ping and leave go on to it.
 */

/** A message as it came in: by `room.request`, then it has an id that the answer carries, or by `room.send`. */
export interface Message {
  readonly requestId: number | undefined;
  readonly type: string;
  readonly payload: unknown;
  /** Why it, or its payload, could not be read. */
  readonly unreadable: 'malformed' | 'too long' | 'too early' | 'no message' | null;
}

/** Who takes what clients say in rooms of that kind. */
export interface Taker<R extends Room = Room> {
  take(room: R, client: Client, message: Message): void;
  /** A frame that asks for an answer of the framework's alone. @returns whether it may have one. */
  admits(client: Client): boolean;
}

/** @param maxBytes a longer frame is not read. */
export function takeMessages<R extends Room>(room: R, maxBytes: number, taker: Taker<R>): void {
  const hooked = inside(room);
  const stock = hooked._onMessage;
  hooked._onMessage = function (client, buffer) {
    if (client.state === ClientState.LEAVING) return;
    const code = (buffer[0] ?? 0) & codeMask;
    if (isOfConnecting(code, client)) stock.call(this, client, buffer);
    // It has not said that it is ready: what it asks is not looked at, and the answer waits until it has.
    else if (client.state !== ClientState.JOINED) taker.take(room, client, unread('too early'));
    else if (isMessage(code)) taker.take(room, client, read(code, buffer, maxBytes));
    else if (code !== Protocol.PING) taker.take(room, client, unread('no message'));
    else if (taker.admits(client)) stock.call(this, client, buffer);
  };
}

const isOfConnecting = (code: number, { state }: Client): boolean =>
  code === Protocol.LEAVE_ROOM || (code === Protocol.JOIN_ROOM && state === ClientState.JOINING);

const isMessage = (code: number): boolean =>
  code === Protocol.ROOM_DATA || code === Protocol.ROOM_REQUEST || code === Protocol.ROOM_DATA_BYTES;

const unread = (unreadable: 'too early' | 'no message'): Message => ({
  requestId: undefined,
  type: '',
  payload: undefined,
  unreadable,
});

/** Answers a request. */
export function resolve(client: Client, requestId: number, answer: object): void {
  client.enqueueRaw(getMessageBytes[Protocol.ROOM_RESPONSE](requestId, ResponseStatus.OK, answer));
}

/** Answers a request with a refusal: the SDK rejects with this `reason`. */
export function reject(client: Client, requestId: number, reason: ErrorBody): void {
  client.enqueueRaw(getMessageBytes[Protocol.ROOM_RESPONSE](requestId, ResponseStatus.REJECTED, reason));
}

/** The last word to a client that is leaving, for whom `client.send` does nothing any more. */
export function sendLast<T extends keyof ToClient>(client: Client, type: T, payload: ToClient[T]): void {
  client.raw(getMessageBytes.raw(Protocol.ROOM_DATA, type, payload));
}

/** The higher bits of a frame's first byte are flags. */
const codeMask = 0x1f;
/** No message has a longer name; no more of it is repeated to who sent it. */
const maxType = 64;
const maxRequestId = 2 ** 32 - 1;

function read(code: number, buffer: Buffer, maxBytes: number): Message {
  const it = { offset: 1 };
  let requestId: number | undefined;
  let type = '';
  const unreadable = (why: 'malformed' | 'too long') => ({ requestId, type, payload: undefined, unreadable: why });
  try {
    if (code === Protocol.ROOM_REQUEST) requestId = requestIdOf(decode.number(buffer, it));
    type = typeAt(buffer, it);
    if (buffer.byteLength > maxBytes) return unreadable('too long');
    if (code === Protocol.ROOM_DATA_BYTES) return unreadable('malformed');
    const payload = it.offset < buffer.byteLength ? unpack(buffer.subarray(it.offset)) : undefined;
    return { requestId, type, payload, unreadable: null };
  } catch {
    return unreadable('malformed');
  }
}

/** @throws RangeError for what no client could have counted up to. */
function requestIdOf(id: number): number {
  if (!Number.isInteger(id) || id < 0 || id > maxRequestId) throw new RangeError('not a request id');
  return id;
}

/** A text, or a number as text. The schema's own decoder writes a line to the console for every byte that is no UTF-8. */
function typeAt(buffer: Buffer, it: { offset: number }): string {
  const prefix = buffer.readUInt8(it.offset);
  const isShort = (prefix & 0xe0) === 0xa0;
  if (!isShort && prefix !== 0xd9) {
    if (prefix === 0xda || prefix === 0xdb) throw new RangeError('too long a type');
    return String(decode.number(buffer, it));
  }
  const start = it.offset + (isShort ? 1 : 2);
  it.offset = start + (isShort ? prefix & 0x1f : buffer.readUInt8(it.offset + 1));
  if (it.offset > buffer.byteLength) throw new RangeError('the type is cut off');
  return buffer.toString('utf8', start, Math.min(it.offset, start + maxType));
}

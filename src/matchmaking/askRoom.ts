import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ErrorCode, type IRoomCache, matchMaker, ServerError } from '@colyseus/core';
import { isHeard, publisher } from '../cluster/heard.ts';
import { traceParent } from '../ops/trace.ts';
import type { RoomReport } from '../protocol/admin.ts';
import { type ErrorBody, RecallError } from '../protocol/errors.ts';
import type { Answer as Admission, AdmitRequest } from './admission.ts';

/** The room has closed or moved, or is about to, or its process is dead: it won't answer there. */
export class NotThere extends ServerError {
  constructor(roomId: string) {
    super(ErrorCode.MATCHMAKE_UNHANDLED, textOf(roomId));
  }
}

/** From one process to another Colyseus hands on the text alone. */
const textOf = (roomId: string): string => `room ${roomId} is not where it was listed`;

/** A room may have to compare a password, and its process to catch up. */
export const answerWithinMs = 5000;
/** A room is listed a moment before it listens. */
const listensWithinMs = 1000;
/** How long the wait is for that, between two tries: ms, doubled from the first to the last. */
const triesMs = { first: 2, last: 50 };
/** After so long without an answer it is looked whether the room is still there: ms, the same. */
const looksMs = { first: 100, last: 500 };

/**
 * What is asked of a room, from any process. All throw NotThere when it is closing: who is asked next knows more.
 * `from` is the span that is under way there, where one is.
 */
export interface Askable {
  /** A seat for a user, or why there is none. */
  admit(request: AdmitRequest, from?: string): Promise<Admission>;
  /** The seat of a reconnection token, or why nobody returns by it. */
  comeBack(token: string, from?: string): Admission;
  /** For an operator. */
  inspect(): RoomReport;
  /** Closes for good. */
  shut(): Promise<Shut>;
}
/** That a room is over, or why it goes on. A refusal is a value, as `Admission` has it. */
export interface Shut {
  readonly refused?: ErrorBody;
}

/** @throws RecallError where the room was not closed */
export function throwRefusal({ refused }: Shut): void {
  if (refused) throw new RecallError(refused.code, refused.message);
}

type Method = keyof Askable;
type Call<M extends Method> = [method: M, ...args: Parameters<Askable[M]>];
type Answer<M extends Method> = Awaited<ReturnType<Askable[M]>>;

/**
 * Calls a method of a room, on whichever process. Colyseus' `remoteRoomCall` would wait as long for a room that isn't there
 * as for one that is slow; here Redis says how many have heard the call, which costs nothing more.
 * @param room as it is listed
 * @throws NotThere as soon as that is known; ServerError where there is no answer in time, or the room has failed.
 */
export async function askRoom<M extends Method>(room: IRoomCache, ...asked: Call<M>): Promise<Answer<M>> {
  const until = performance.now() + listensWithinMs;
  const from = traceParent();
  for (let ms = triesMs.first; ; ms = Math.min(2 * ms, triesMs.last)) {
    const here = matchMaker.getLocalRoomById(room.roomId) !== undefined;
    const [method, ...args] = asked;
    if (here) return matchMaker.remoteRoomCall(room.roomId, method, args);
    const answer =
      room.processId === matchMaker.processId
        ? unheard
        : await publish(room, from === undefined ? asked : [...asked, from]);
    if (answer !== unheard) return answer as Answer<M>;
    if (performance.now() > until || !(await isThere(room))) throw new NotThere(room.roomId);
    await delay(ms);
  }
}

const unheard = Symbol('nobody has heard the call');

/** As Colyseus' `requestFromIPC` does it, which has the rooms listen (`subscribeIPC`). */
async function publish(room: IRoomCache, [method, ...args]: unknown[]): Promise<unknown> {
  const redis = publisher();
  if (!redis) return unheard;
  const callId = randomUUID();
  const channel = `ipc:${callId}`;
  const over = new AbortController();
  const { promise: answered, resolve, reject } = Promise.withResolvers<unknown>();
  // It may fail before anybody waits for it.
  answered.catch(() => {});
  const { presence } = matchMaker;
  try {
    await presence.subscribe(channel, ([failed, answer]: [number, unknown]) => {
      if (failed)
        reject(`${answer}`.includes(textOf(room.roomId)) ? new NotThere(room.roomId) : unanswered(room, 'has failed'));
      else resolve(answer);
    });
    const heardBy = await redis.publish(`$${room.roomId}`, JSON.stringify([method, callId, args]));
    if (heardBy === 0) return unheard;
    return await Promise.race([answered, patience(room, over.signal)]);
  } finally {
    over.abort();
    Promise.resolve(presence.unsubscribe(channel)).catch(() => {});
  }
}

/** @throws when there is no use in waiting any longer. */
async function patience(room: IRoomCache, signal: AbortSignal): Promise<never> {
  const until = performance.now() + answerWithinMs;
  for (let ms = looksMs.first; performance.now() < until; ms = Math.min(2 * ms, looksMs.last)) {
    await delay(ms, undefined, { signal });
    if (!(await isThere(room).catch(() => true))) throw new NotThere(room.roomId);
  }
  throw unanswered(room, `has not answered within ${answerWithinMs} ms`);
}

/** Whether the room is listed as it was, by a process that is connected. */
async function isThere({ roomId, processId }: IRoomCache): Promise<boolean> {
  const [rows, isConnected] = await Promise.all([matchMaker.driver.findByIds([roomId]), isHeard(processId)]);
  return isConnected && rows.get(roomId)?.processId === processId;
}

const unanswered = ({ roomId }: IRoomCache, what: string): ServerError =>
  new ServerError(ErrorCode.MATCHMAKE_UNHANDLED, `room ${roomId} ${what}`);

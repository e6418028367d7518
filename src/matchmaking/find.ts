import { setTimeout as delay } from 'node:timers/promises';
import { type IRoomCache, matchMaker } from '@colyseus/core';
import { span } from '../ops/trace.ts';
import { RecallError } from '../protocol/errors.ts';
import { roomTypes } from '../protocol/roomTypes.ts';
import type { Services } from '../services.ts';
import { answerWithinMs, NotThere } from './askRoom.ts';
import { noSuchRoom } from './errors.ts';

/** Between two looks for a room that is on its way from one process to another. */
const moveMs = 100;

/**
 * Asks a room for something wherever it is now, and again where it has moved meanwhile.
 * @param ask asks it where it is listed. @throws NotThere
 * @throws RecallError with the room's refusal, ROOM_NOT_FOUND, or UNAVAILABLE where it is nowhere for now.
 */
export async function find<Answer extends object>(
  services: Pick<Services, 'recovery'>,
  roomId: string,
  ask: (room: IRoomCache) => Promise<Answer>,
): Promise<Answer> {
  const until = performance.now() + answerWithinMs;
  for (;;) {
    const where = await span('find', () => services.recovery.bring(roomId));
    const room = await matchMaker.driver.findOne({ roomId });
    if (room && room.name !== roomTypes.game) throw noSuchRoom();
    const answer = room && (await ask(room).catch(notThere));
    if (answer) return answer;
    // A room that moves is not always listed: the journal alone knows whether it is over.
    if (where === 'nowhere') throw noSuchRoom();
    if (performance.now() > until) throw new RecallError('UNAVAILABLE', 'the room is moving: try again');
    await delay(moveMs);
  }
}

export function notThere(error: unknown): undefined {
  if (!(error instanceof NotThere)) throw error;
}

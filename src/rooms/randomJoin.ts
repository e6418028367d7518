import { type IRoomCache, matchMaker, ServerError } from '@colyseus/core';
import type { GameType } from '../game/state.ts';
import { RecallError } from '../protocol/errors.ts';
import type { RoomFacts } from '../protocol/toClient.ts';
import type { Clock } from './clock.ts';
import { createTurns } from './turns.ts';

/** Which room a random joiner gets. */
export interface RandomJoin {
  /**
   * Asks the rooms that take random joins for a seat: the fullest first, the oldest among equals, the next one where that
   * fails; opens one where none has a seat. Those who come at once are served one after another for each game type, so
   * that they find each other instead of opening a room each.
   */
  join<T>(gameType: GameType, ask: (room: IRoomCache) => Promise<T>, open: () => Promise<T>): Promise<T>;
}

/** A room that was full is not asked again for so long: the list doesn't show promised seats, and a crowd would ask in vain. */
const staysFullMs = 1000;

/** @param roomType as Colyseus lists the rooms. */
export function createRandomJoin(roomType: string, clock: Clock): RandomJoin {
  const turns = createTurns();
  const fullUntil = new Map<string, number>();

  async function askAll<T>(gameType: GameType, ask: (room: IRoomCache) => Promise<T>): Promise<T | undefined> {
    for (const [roomId, until] of fullUntil) if (until <= clock.now()) fullUntil.delete(roomId);
    for (const room of await roomsFor(gameType, roomType)) {
      if (fullUntil.has(room.roomId)) continue;
      try {
        return await ask(room);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        if (error.code === 'ROOM_FULL') fullUntil.set(room.roomId, clock.now() + staysFullMs);
      }
    }
    return undefined;
  }

  return {
    join: (gameType, ask, open) => turns.inTurn(gameType, async () => (await askAll(gameType, ask)) ?? open()),
  };
}

/** By the room itself, or by Colyseus where it doesn't answer. */
const isRefusal = (error: unknown): error is RecallError | ServerError =>
  error instanceof RecallError || error instanceof ServerError;

/** By what is listed of them. Whether there is still a seat for this user, only the room itself can say. */
async function roomsFor(gameType: GameType, roomType: string): Promise<IRoomCache[]> {
  const rooms: IRoomCache<RoomFacts>[] = await matchMaker.query({ name: roomType });
  return rooms
    .filter(({ metadata }) => metadata?.game_type === gameType && takesRandomJoins(metadata))
    .sort((a, b) => inOrder(a.metadata as RoomFacts, b.metadata as RoomFacts));
}

const takesRandomJoins = (facts: RoomFacts): boolean =>
  facts.permission === 'public' &&
  facts.phase === 'waiting_for_players' &&
  facts.auto_start &&
  facts.current_size < facts.max_size;

const inOrder = (a: RoomFacts, b: RoomFacts): number => b.current_size - a.current_size || a.created_at - b.created_at;

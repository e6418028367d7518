import type { RoomFacts } from '../../protocol/toClient.ts';

/** What has become of a list between two looks. */
export interface Changes {
  /** Ids of rooms that are not in it any more. */
  readonly gone: readonly string[];
  /** Rooms that are new in it, or not what they were. */
  readonly come: readonly RoomFacts[];
}

export function changesBetween(before: readonly RoomFacts[], after: readonly RoomFacts[]): Changes {
  const known = new Map(before.map((facts) => [facts.room_id, JSON.stringify(facts)]));
  const come = after.filter((facts) => known.get(facts.room_id) !== JSON.stringify(facts));
  const stay = new Set(after.map((facts) => facts.room_id));
  return { gone: [...known.keys()].filter((roomId) => !stay.has(roomId)), come };
}

import type { Model, ModelRoom, Span } from './model.ts';

/** What the model is surprised at, of how somebody came into a room, or was refused. */

/** By random join: into the fullest room that takes them, and into a new one only where there is none. */
export function atRandom(model: Model, userId: string, roomId: string, { from, to }: Span): readonly string[] {
  const chosen = model.rooms.get(roomId);
  const better = [...model.rooms.values()].find((room) => {
    const isSure = room.isRandom && !room.isAdrift && model.mustBeOpen(room, to) && !room.seats.has(userId);
    const [least, most] = model.sizeOf(room, to);
    const isFuller = !chosen || least > model.sizeOf(chosen, from)[1];
    return isSure && most < room.maxSize && isFuller;
  });
  const surprises = better ? [`${userId} came into ${roomId}, not into ${better.roomId}`] : [];
  if (chosen && !chosen.isRandom) surprises.push(`random join has entered ${roomId}`);
  if (chosen && model.mustSit(userId, chosen, to)) surprises.push(`${userId} sat in ${roomId} already`);
  return surprises;
}

/** By its id: into one’s own seat, or a free one. */
export function byId(model: Model, userId: string, room: ModelRoom, sessionId: string): readonly string[] {
  const now = Date.now();
  const seat = room.seats.get(userId);
  if (!seat) {
    const isFull = model.sizeOf(room, now)[0] >= room.maxSize;
    return isFull ? [`${userId} came into ${room.roomId}, which is full`] : [];
  }
  const isTheirs = seat.sessionId === sessionId || !model.mustSit(userId, room, now);
  return isTheirs ? [] : [`${userId} came back to ${room.roomId} as somebody else`];
}

export function refused(model: Model, userId: string, room: ModelRoom, { message }: Error): readonly string[] {
  const now = Date.now();
  const mayBeOver = message.startsWith('ROOM_NOT_FOUND') && !model.mustBeOpen(room, now);
  const mayBeFull = model.sizeOf(room, now)[1] >= room.maxSize && !model.mustSit(userId, room, now);
  const isRight = mayBeOver || (message.startsWith('ROOM_FULL') && mayBeFull);
  return isRight ? [] : [`${userId} was refused at ${room.roomId}: ${message}`];
}

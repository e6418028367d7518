import type { RoomIndex, Row, Wish } from './roomIndex.ts';

/** So many rooms are asked before another one is opened. */
const most = 20;

/** How somebody gets a seat. */
export interface Ways<Seat> {
  /** Asks a room for a seat. @returns undefined where it refuses: the next room is tried. */
  enter(room: Row): Promise<Seat | undefined>;
  /** Opens the room with the id of the wish, and takes a seat there. */
  open(): Promise<Seat>;
}

/**
 * Random join: a seat in the fullest room that takes them, or in a new one. Those who come at once, also on several
 * processes, find each other instead of opening a room each.
 * @throws whatever `enter` or `open` throws, or the index. What was reserved is given back then.
 */
export async function joinAtRandom<Seat>(
  index: RoomIndex,
  wish: Omit<Wish, 'skip'>,
  { enter, open }: Ways<Seat>,
): Promise<Seat> {
  const skip: string[] = [];
  while (skip.length < most) {
    const place = await index.reservePlace({ ...wish, skip });
    if (place === 'open') break;
    const { room } = place;
    let seat: Seat | undefined;
    try {
      seat = await enter(room);
    } finally {
      if (seat === undefined) await index.giveBack(room.roomId);
    }
    if (seat !== undefined) return seat;
    skip.push(room.roomId);
  }
  try {
    return await open();
  } catch (error) {
    await index.giveUp(wish.roomId);
    throw error;
  }
}

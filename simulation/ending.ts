import { isPerson, phaseOf, seatByUser } from '../src/game/room.ts';
import { same } from './same.ts';
import type { World } from './world.ts';

/**
 * What keeps a run from its end, or null: its match has ended (or its room), everybody who sits there sees what the journal
 * says, nobody is taken for connected who isn't, and of a room that is over, or that nobody ever came to, nothing is left.
 */
export function unfinishedBusiness(world: World): string | null {
  const { witness, store, players, roomId } = world;
  if (roomId === null) return 'no room was opened';
  const { room, length, view } = endOf(world, roomId);
  if (!world.isFinished) return `the room is in ${phaseOf(room)} at event ${length}`;
  for (const id of witness.roomIds) {
    if ((id !== roomId || room.closed) && store.entriesOf(id)) return `${id} is over, or nobody's, and still there`;
  }
  if (room.closed) return null;
  for (const { userId, seen, isDone } of players) {
    const attendance = seatByUser(room, userId)?.attendance;
    if (isDone && attendance !== 'connected') continue;
    if (!seen && attendance) return `${userId} is ${attendance} at event ${length}, and has no connection`;
    if (seen && (seen.n !== length || !same(seen.view, view))) return `${userId} sees event ${seen.n} of ${length}`;
  }
  const ghost = room.seats.find((seat) => isPerson(seat) && !players.some(({ userId }) => userId === seat.userId));
  return ghost ? `${ghost.userId} is nobody` : null;
}

function endOf({ witness }: World, roomId: string) {
  const ledger = witness.ledger(roomId);
  return { room: ledger.room, length: ledger.length, view: ledger.view(ledger.length) };
}

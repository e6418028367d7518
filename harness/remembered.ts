import { publicView } from '../src/game/view.ts';
import type { Entry, OpenJournal } from '../src/journal/journal.ts';
import { readRoom } from '../src/table/reading.ts';

/** A journal that is only read. */
export function readOnly(roomId: string, entries: readonly Entry[]): OpenJournal {
  const never = () => Promise.reject(new Error('this journal is only read'));
  return {
    roomId,
    token: 1,
    read: async (from = 0, most = entries.length) => entries.slice(from, from + most),
    append: never,
    release: never,
    forget: never,
  };
}

/** What entries make of a room, in words that outlive how a version keeps it in memory: what is seen, and what is hidden. */
export async function rememberedOf(roomId: string, entries: readonly Entry[]) {
  const { room, match } = await readRoom(readOnly(roomId, entries));
  const { seats, secret, botSeed, kicked, settings, closed } = room;
  return {
    view: publicView(room),
    hands: room.match?.players.map(({ seat, hand }) => ({ seat, hand })) ?? [],
    drawPile: room.match?.drawPile ?? [],
    discard: room.match?.discard ?? [],
    drawn: room.match?.drawn ?? null,
    seats: seats.map(
      (seat) => seat && { session: seat.sessionId, user: seat.userId, token: seat.token, done: seat.done },
    ),
    ...{ secret, botSeed, kicked, settings, closed },
    stepsOfMatch: match.length,
  };
}

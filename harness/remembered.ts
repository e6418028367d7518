import { publicView } from '../src/game/view.ts';
import type { Entry, Person } from '../src/journal/journal.ts';
import { readRoom, type Source } from '../src/table/reading.ts';

/** The index of the first of the entries that a journal has: where it is not 0, that one is a snapshot. */
export function indexOfFirst([first = '{}']: readonly Entry[]): number {
  const { type, room } = JSON.parse(first);
  return type === 'snapshot' ? room.n - 1 : 0;
}

/**
 * A journal of these entries.
 * @param first the index of the first of them
 */
export function journalOf(
  roomId: string,
  entries: readonly Entry[],
  people: readonly Person[],
  first = indexOfFirst(entries),
): Source {
  return {
    roomId,
    read: async (from, most) => entries.slice(Math.max(from - first, 0)).slice(0, most),
    people: async () => people,
  };
}

/** What entries make of a room, in words that outlive how a version keeps it in memory: what is seen, and what is hidden. */
export async function rememberedOf(roomId: string, entries: readonly Entry[], people: readonly Person[] = []) {
  const { room } = await readRoom(journalOf(roomId, entries, people));
  const { seats, secret, botSeed, kicked, settings, closed } = room;
  return {
    view: publicView(room),
    hands: room.match?.players.map(({ seat, hand }) => ({ seat, hand })) ?? [],
    drawPile: room.match?.drawPile ?? [],
    discard: room.match?.discard ?? [],
    drawn: room.match?.drawn ?? null,
    seats: seats.map(
      (seat) =>
        seat && {
          ...{ session: seat.sessionId, user: seat.userId, token: seat.token },
          // How a request is told from others is nobody else's.
          done: seat.done.map(({ request: _, ...done }) => done),
        },
    ),
    ...{ secret, botSeed, kicked, settings, closed },
  };
}

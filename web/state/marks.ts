import { signal } from '@preact/signals';
import type { Place } from '../../src/protocol/cards.ts';
import type { MatchEvent } from '../../src/protocol/matchEvent.ts';
import { keyOf } from './table.ts';

/** What everybody saw happen to a place a moment ago: it is marked there, so that an eye can follow. */
export type Mark = 'peeked' | 'swapped' | 'refused' | 'added';

const shownForMs = 3000;

/** By `keyOf`. */
export const marks = signal<ReadonlyMap<string, Mark>>(new Map());

/** The places that an event is about. */
function marksOf(event: MatchEvent): readonly (readonly [Place, Mark])[] {
  switch (event.type) {
    case 'peeked':
      return event.slots.map((slot) => [{ session_id: event.session_id, slot }, 'peeked'] as const);
    case 'same_rank_refused': {
      const { session_id, penalty_slot } = event;
      const added = penalty_slot === null ? [] : [[{ session_id, slot: penalty_slot }, 'added'] as const];
      return [[event, 'refused'], ...added];
    }
    case 'queen_peeked':
      return [[event.target, 'peeked']];
    case 'jack_swapped':
      return [
        [event.first, 'swapped'],
        [event.second, 'swapped'],
      ];
    case 'collected':
      return [[event, 'added']];
    case 'turn_missed':
      return event.kept_slot === null ? [] : [[{ session_id: event.session_id, slot: event.kept_slot }, 'added']];
    default:
      return [];
  }
}

export function mark(event: MatchEvent): void {
  const fresh = marksOf(event).map(([place, kind]) => [keyOf(place), kind] as const);
  if (fresh.length === 0) return;
  marks.value = new Map([...marks.value, ...fresh]);
  setTimeout(() => {
    const left = new Map(marks.value);
    for (const [key] of fresh) left.delete(key);
    marks.value = left;
  }, shownForMs);
}

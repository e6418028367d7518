import type { Place } from '../../src/protocol/cards.ts';
import { make } from '../connection/moves.ts';
import { chosen, options } from '../state/choice.ts';
import { chooseAlso } from '../state/options.ts';
import { keyOf } from '../state/table.ts';

/** What a tap on a card does: the first chooses it; where one card is enough, the second does what the button says. */
export function tap(place: Place): void {
  const now = options.value;
  if (!now?.places.has(keyOf(place))) return;
  const again = chosen.value.some((one) => keyOf(one) === keyOf(place));
  if (again && now.count === 1 && now.primary?.move) void make(now.primary.move);
  else chosen.value = chooseAlso(chosen.value, place, now.count);
}

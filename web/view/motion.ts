import type { Place } from '../../src/protocol/cards.ts';
import type { MatchEvent } from '../../src/protocol/matchEvent.ts';
import { onEvent } from '../state/happened.ts';
import { keyOf, table } from '../state/table.ts';

/** Cards fly from where they were to where they are, by transforms alone. Whoever prefers less motion sees none. */

/** `data-anchor` of an element: a place of a hand (`keyOf`), or a pile. */
type Anchor = string;
const drawPile: Anchor = 'draw';
const discardPile: Anchor = 'discard';

interface Flight {
  readonly from: Anchor;
  readonly to: Anchor;
  readonly delayMs?: number;
}

const flightMs = 380;
const dealStaggerMs = 35;
/** The table is drawn first. */
const dealAfterMs = 120;
const still = matchMedia('(prefers-reduced-motion: reduce)');

export function animateEvents(): void {
  onEvent((event) => {
    if (still.matches || document.hidden) return;
    // Where cards are before the page shows what has happened.
    const flights = flightsOf(event).map((flight) => ({ ...flight, start: rectOf(flight.from) }));
    if (flights.length === 0) return;
    // By the next frame the change of the state has arrived and is drawn, but has not been seen.
    requestAnimationFrame(() => {
      // First everything is measured, then everything moves: one layout for all cards.
      for (const take of flights.map(({ to, start, delayMs }) => readied(to, start, delayMs ?? 0))) take?.();
    });
  });
}

function flightsOf(event: MatchEvent): readonly Flight[] {
  switch (event.type) {
    case 'match_started':
      return deal();
    case 'drew':
      return [{ from: drawPile, to: drawnOf(event.session_id) }];
    case 'took':
      return [{ from: discardPile, to: drawnOf(event.session_id) }];
    case 'played': {
      const drawn = drawnOf(event.session_id);
      const out = { from: keyOf(event), to: discardPile };
      return event.slot < 0 ? [out] : [out, { from: drawn, to: keyOf(event) }];
    }
    case 'same_rank_played':
      return [{ from: keyOf(event), to: discardPile }];
    case 'same_rank_refused':
      return event.penalty_slot === null
        ? []
        : [{ from: drawPile, to: keyOf(placeOf(event.session_id, event.penalty_slot)) }];
    case 'jack_swapped': {
      const [first, second] = [keyOf(event.first), keyOf(event.second)];
      return [
        { from: first, to: second },
        { from: second, to: first },
      ];
    }
    case 'collected':
      return [{ from: event.from === 'discard' ? discardPile : drawnOf(event.session_id), to: keyOf(event) }];
    case 'turn_missed':
      if (event.kept_slot === null) return [];
      return [{ from: drawnOf(event.session_id), to: keyOf(placeOf(event.session_id, event.kept_slot)) }];
    default:
      return [];
  }
}

/** Round the table, one card after another. */
function deal(): Flight[] {
  const players = Object.keys(table.value?.players ?? {});
  return Array.from({ length: 4 * players.length }, (_, i) => ({
    from: drawPile,
    to: keyOf(placeOf(players[i % players.length] ?? '', Math.floor(i / players.length))),
    delayMs: dealAfterMs + i * dealStaggerMs,
  }));
}

const placeOf = (session_id: string, slot: number): Place => ({ session_id, slot });
const drawnOf = (sessionId: string): Anchor => keyOf(placeOf(sessionId, -1));
const elementAt = (anchor: Anchor): HTMLElement | null =>
  document.querySelector<HTMLElement>(`[data-anchor="${CSS.escape(anchor)}"]`);

/** Of the place; where it is not on the table, of the player's seat. */
function rectOf(anchor: Anchor): DOMRect | null {
  const seat = anchor.slice(0, anchor.lastIndexOf(':'));
  const element = elementAt(anchor) ?? document.querySelector(`[data-seat="${CSS.escape(seat)}"]`);
  return element?.getBoundingClientRect() ?? null;
}

/** A flight to a place, ready to begin; null where there is nothing to be seen of it. */
function readied(to: Anchor, start: DOMRect | null, delayMs: number): (() => void) | null {
  const card = elementAt(to)?.querySelector<HTMLElement>('.card');
  // Dealt from a pile that was not there before.
  const from = start ?? rectOf(drawPile);
  if (!card || !from) return null;
  const end = card.getBoundingClientRect();
  if (end.width === 0 || from.width === 0) return null;
  const x = from.x + from.width / 2 - end.x - end.width / 2;
  const y = from.y + from.height / 2 - end.y - end.height / 2;
  const scale = Math.min(2, Math.max(0.4, from.height / end.height));
  const away = { transform: `translate(${x}px, ${y}px) scale(${scale})`, opacity: delayMs > 0 ? 0 : 1 };
  const timing = { duration: flightMs, delay: delayMs, easing: 'cubic-bezier(.2,.7,.2,1)', fill: 'backwards' } as const;
  return () => card.animate([away, { transform: 'none', opacity: 1 }], timing);
}

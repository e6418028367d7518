import type { CardsShown, MatchEvent } from '../src/protocol/toClient.ts';
import type { Place } from './table.ts';

/** A card that the player knows. */
export interface Known {
  rank: string;
  points: number;
}

/** What one player knows of the cards on the table: what was shown to it, and where it has gone since. */
export class Memory {
  readonly #me: string;
  readonly #known = new Map<string, Known>();
  /** The card that the player has drawn and not played yet; null where there is none. */
  drawn: Known | null = null;
  /** The drawn card came from the discard pile, and can't be played in this turn. */
  taken = false;

  constructor(sessionId: string) {
    this.#me = sessionId;
  }

  at(place: Place): Known | undefined {
    return this.#known.get(keyOf(place));
  }

  wasShown({ cards, reason }: CardsShown): void {
    for (const card of cards) {
      if (reason === 'drawn') this.drawn = card;
      else this.#put(card, card);
    }
  }

  /** Follows the cards that it knows through what everybody sees. */
  happened(event: MatchEvent): void {
    const place = event as unknown as Place;
    const mine = event.session_id === this.#me;
    switch (event.type) {
      case 'match_started':
        this.#known.clear();
        this.#noneDrawn();
        break;
      case 'peek_over':
        for (const one of event.collections as (Place & Known)[]) this.#put(one, one);
        break;
      case 'turn_started':
        this.#noneDrawn();
        break;
      case 'took':
        if (mine) this.taken = true;
        break;
      case 'played':
        if (place.slot >= 0) this.#put(place, mine ? this.drawn : null);
        this.#noneDrawn();
        break;
      case 'same_rank_played':
        this.#put(place, null);
        break;
      case 'turn_missed':
        if (mine && event.kept_slot !== null) this.#put({ ...place, slot: event.kept_slot as number }, this.drawn);
        this.#noneDrawn();
        break;
      case 'collected':
        this.#put(place, event.card as Known);
        break;
      case 'jack_swapped': {
        const [first, second] = [event.first as Place, event.second as Place];
        const [one, other] = [this.at(first), this.at(second)];
        this.#put(first, other ?? null);
        this.#put(second, one ?? null);
        break;
      }
    }
  }

  #noneDrawn(): void {
    this.drawn = null;
    this.taken = false;
  }

  #put(place: Place, known: Known | null): void {
    if (known) this.#known.set(keyOf(place), { rank: known.rank, points: known.points });
    else this.#known.delete(keyOf(place));
  }
}

const keyOf = ({ session_id, slot }: Place): string => `${session_id} ${slot}`;

import type { CardFace, Place } from '../src/protocol/cards.ts';
import type { MatchEvent } from '../src/protocol/matchEvent.ts';
import type { CardsShown } from '../src/protocol/toClient.ts';

/** A card that the player knows. */
export type Known = Pick<CardFace, 'rank' | 'points'>;

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
    switch (event.type) {
      case 'match_started':
        this.#known.clear();
        this.#noneDrawn();
        break;
      case 'peek_over':
        for (const one of event.collections) this.#put(one, one);
        break;
      case 'turn_started':
        this.#noneDrawn();
        break;
      case 'took':
        if (this.#isMine(event)) this.taken = true;
        break;
      case 'played':
        if (event.slot >= 0) this.#put(event, this.#isMine(event) ? this.drawn : null);
        this.#noneDrawn();
        break;
      case 'same_rank_played':
        this.#put(event, null);
        break;
      case 'turn_missed': {
        const { session_id, kept_slot } = event;
        if (this.#isMine(event) && kept_slot !== null) this.#put({ session_id, slot: kept_slot }, this.drawn);
        this.#noneDrawn();
        break;
      }
      case 'collected':
        this.#put(event, event.card);
        break;
      case 'jack_swapped': {
        const [one, other] = [this.at(event.first), this.at(event.second)];
        this.#put(event.first, other ?? null);
        this.#put(event.second, one ?? null);
        break;
      }
    }
  }

  #isMine({ session_id }: { session_id: string }): boolean {
    return session_id === this.#me;
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

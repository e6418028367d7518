import type { CardFace, Place, PlacedCard } from './cards.ts';

/**
 * What just happened, in public terms: the message `match_event` (protocol.md, 4), a closed list. `n` counts up. Times are
 * Unix ms by the server's clock, players are session ids.
 */
export type MatchEvent = { n: number } & (
  | {
      type: 'deal_closed';
      match_number: number;
      /** In seat order. */
      players: readonly string[];
      taking_part: readonly string[];
      deadline_at: number;
    }
  | {
      type: 'match_started';
      match_number: number;
      /** In seat order. */
      players: readonly string[];
      starter: string;
      discard: CardFace;
      deadline_at: number;
      /** Whose part of the deal was missing; only where somebody took part. */
      left_out?: readonly string[];
    }
  /** `by_lot`: their time was over. */
  | { type: 'peeked'; session_id: string; slots: readonly [number, number]; by_lot: boolean; until_at: number }
  | { type: 'peek_over'; collections: readonly PlacedCard[] }
  | { type: 'turn_started'; session_id: string; turn: number; step: 'draw' | 'play'; deadline_at: number }
  | { type: 'drew'; session_id: string; deadline_at: number }
  | { type: 'took'; session_id: string; card: CardFace; deadline_at: number }
  | ({ type: 'played'; card: CardFace } & Place)
  | { type: 'window_opened'; deadline_at: number }
  | ({ type: 'same_rank_played'; card: CardFace } & Place)
  /** `penalty_slot`: where a penalty card came, if there was one. */
  | ({ type: 'same_rank_refused'; penalty_slot: number | null } & Place)
  | { type: 'window_closed' }
  | { type: 'power_opened'; session_id: string; power: Power; deadline_at: number }
  | { type: 'queen_peeked'; session_id: string; target: Place; until_at: number }
  | { type: 'jack_swapped'; session_id: string; first: Place; second: Place }
  | { type: 'power_skipped'; session_id: string; power: Power; why: 'chosen' | 'time' | 'nothing' }
  | ({ type: 'collected'; card: CardFace; from: 'discard' | 'drawn' } & Place)
  | { type: 'reshuffled'; draw_pile: number }
  | { type: 'recall_called'; session_id: string }
  /** `kept_slot`: where the drawn card went, if there was one. */
  | { type: 'turn_missed'; session_id: string; kept_slot: number | null }
  | { type: 'turn_passed'; session_id: string }
  | { type: 'bot_took_over'; session_id: string; why: 'missed' | 'away' | 'left' }
  | { type: 'player_back'; session_id: string }
  | {
      type: 'match_ended';
      how: WinType | 'abandoned';
      /** The best first. */
      results: readonly MatchResult[];
    }
);

type Power = 'queen' | 'jack';
export type WinType = 'lowest_points' | 'empty_hand' | 'four_of_a_kind';

/** How a match ended for one player. */
export interface MatchResult {
  session_id: string;
  points: number;
  cards: number;
  place: number;
  /** Empty for who has not won. */
  win_type: WinType | '';
}

export type MatchEventType = MatchEvent['type'];
/** One kind of event. */
export type MatchEventOf<T extends MatchEventType> = Extract<MatchEvent, { type: T }>;

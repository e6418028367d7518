import type { Face, Place } from './table.ts';

/** What just happened, in public terms: the message `match_event` (docs/protocol.md, 4). Times are Unix ms by the server's clock. */
export type MatchEvent = { readonly n: number } & (
  | { type: 'deal_closed'; match_number: number; players: string[]; taking_part: string[]; deadline_at: number }
  | {
      type: 'match_started';
      match_number: number;
      /** Session ids in seat order. */
      players: string[];
      starter: string;
      discard: Face;
      deadline_at: number;
      /** Whose part of the deal was missing; only where somebody took part. */
      left_out?: string[];
    }
  | { type: 'peeked'; session_id: string; slots: [number, number]; by_lot: boolean; until_at: number }
  | { type: 'peek_over'; collections: (Place & Face)[] }
  | { type: 'turn_started'; session_id: string; turn: number; step: 'draw' | 'play'; deadline_at: number }
  | { type: 'drew'; session_id: string; deadline_at: number }
  | { type: 'took'; session_id: string; card: Face; deadline_at: number }
  | ({ type: 'played'; card: Face } & Place)
  | { type: 'window_opened'; deadline_at: number }
  | ({ type: 'same_rank_played'; card: Face } & Place)
  | ({ type: 'same_rank_refused'; penalty_slot: number | null } & Place)
  | { type: 'window_closed' }
  | { type: 'power_opened'; session_id: string; power: 'queen' | 'jack'; deadline_at: number }
  | { type: 'queen_peeked'; session_id: string; target: Place; until_at: number }
  | { type: 'jack_swapped'; session_id: string; first: Place; second: Place }
  | { type: 'power_skipped'; session_id: string; power: 'queen' | 'jack'; why: 'chosen' | 'time' | 'nothing' }
  | ({ type: 'collected'; card: Face; from: 'discard' | 'drawn' } & Place)
  | { type: 'reshuffled'; draw_pile: number }
  | { type: 'recall_called'; session_id: string }
  | { type: 'turn_missed'; session_id: string; kept_slot: number | null }
  | { type: 'turn_passed'; session_id: string }
  | { type: 'bot_took_over'; session_id: string; why: 'missed' | 'away' | 'left' }
  | { type: 'player_back'; session_id: string }
  | {
      type: 'match_ended';
      how: 'lowest_points' | 'empty_hand' | 'four_of_a_kind' | 'abandoned';
      results: { session_id: string; points: number; cards: number; place: number; win_type: string }[];
    }
);

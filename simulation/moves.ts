import { mayCollect, opportunity } from '../src/bots/opportunity.ts';
import type { PublicPlayer, PublicView } from '../src/game/view.ts';
import type { Asked } from '../src/table/messages.ts';
import type { Random } from './random.ts';

export interface Message {
  readonly type: Asked;
  readonly payload: object;
}

/** What there is for a player to decide, by the state that they see; null: nothing. */
export function toDecide(view: PublicView, sessionId: string): string | null {
  const me = playerOf(view, sessionId);
  if (!me) return null;
  if (view.phase !== 'waiting_for_players') return opportunity(view, me.seat);
  return view.ownerId === me.userId ? `start with ${view.players.length}` : null;
}

/**
 * What a player does who knows the rules, and nothing of the cards. Now and then it is refused.
 * @param expected so many will be at the table
 */
export function anyMove(view: PublicView, sessionId: string, expected: number, random: Random): Message | null {
  const me = playerOf(view, sessionId);
  if (!me) return null;
  if (view.phase === 'waiting_for_players') return startOrWait(view, expected, random);
  if (mayCollect(view, me) && random.chance(0.7)) return { type: 'collect_from_discard', payload: {} };
  switch (me.status) {
    case 'peeking': {
      const [first, second] = someSlots(me, random);
      return { type: 'completed_initial_peek', payload: { slots: [first, second] } };
    }
    case 'drawing_card':
      return { type: random.chance(0.2) ? 'take_from_discard' : 'draw_card', payload: {} };
    case 'playing_card':
      if (random.chance(0.04)) return { type: 'call_recall', payload: {} };
      if (random.chance(0.05)) return { type: 'collect_drawn', payload: {} };
      return { type: 'play_card', payload: { slot: random.chance(0.4) ? -1 : slotOf(me, random) } };
    case 'same_rank_window':
      return random.chance(0.25) ? { type: 'same_rank_play', payload: { slot: slotOf(me, random) } } : null;
    case 'queen_peek':
      if (random.chance(0.15)) return { type: 'skip_power', payload: {} };
      return { type: 'queen_peek', payload: anyPlace(view, random) };
    case 'jack_swap':
      if (random.chance(0.15)) return { type: 'skip_power', payload: {} };
      return { type: 'jack_swap', payload: { first: anyPlace(view, random), second: anyPlace(view, random) } };
    default:
      return null;
  }
}

/** Those who are missing may never come. */
function startOrWait({ players }: PublicView, expected: number, random: Random): Message {
  const isEnough = players.length >= 2 && (players.length >= expected || random.chance(0.3));
  if (isEnough) return { type: 'start_match', payload: {} };
  return { type: players.length < 2 && random.chance(0.3) ? 'add_bot' : 'get_room', payload: {} };
}

const playerOf = (view: PublicView, sessionId: string): PublicPlayer | undefined =>
  view.players.find((player) => player.sessionId === sessionId);

function someSlots(player: PublicPlayer, random: Random): [number, number] {
  const first = random.below(player.hand.length);
  return [first, (first + 1 + random.below(player.hand.length - 1)) % player.hand.length];
}

const slotOf = ({ hand }: PublicPlayer, random: Random): number => random.below(Math.max(1, hand.length));

function anyPlace(view: PublicView, random: Random): { session_id: string; slot: number } {
  const player = random.pick(view.players);
  return { session_id: player.sessionId, slot: slotOf(player, random) };
}

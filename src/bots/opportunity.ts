import { rankOf } from '../game/cards.ts';
import type { PublicPlayer, PublicView } from '../game/view.ts';

/**
 * Names what there is to decide for a seat just now: another text whenever there is something new, and null when there is
 * nothing. Cheap: meant to be asked after every step of a room.
 */
export function opportunity(view: PublicView, seat: number): string | null {
  const player = playerAt(view, seat);
  if (!player) return null;
  const step = stepOf(view, player);
  if (!mayCollect(view, player)) return step;
  return `${step ?? 'wait'}, collect ${view.discardCount}`;
}

function stepOf(view: PublicView, player: PublicPlayer): string | null {
  switch (player.status) {
    case 'peeking':
      return 'peek';
    case 'drawing_card':
      return `draw ${view.turnNumber}`;
    case 'playing_card':
      return `play ${view.turnNumber}${view.recallCalledBy === player.sessionId ? ' called' : ''}`;
    case 'same_rank_window': {
      // Each card that the seat plays in the window makes one less; after a refused one it only waits.
      const cards = faceDownCount(player);
      return cards > 0 ? `window ${view.turnNumber} with ${cards}` : null;
    }
    case 'queen_peek':
    case 'jack_swap':
      // A seat may have several powers in a row: each has its own deadline.
      return `${player.status} until ${view.deadlineAt}`;
    case 'waiting':
    case 'revealing':
    case 'finished':
      return null;
  }
}

export function playerAt(view: PublicView, seat: number): PublicPlayer | null {
  for (const player of view.players) if (player.seat === seat) return player;
  return null;
}

/** rules.md 9: the top of the discard pile is of the player's collection rank, and may be taken now. */
export function mayCollect(view: PublicView, player: PublicPlayer): boolean {
  if (view.phase !== 'player_turn' && view.phase !== 'special_play_window') return false;
  return view.discardTop !== null && rankOf(view.discardTop) === player.collectionRank;
}

function faceDownCount(player: PublicPlayer): number {
  let count = 0;
  for (const held of player.hand) if (held && held.card === null) count++;
  return count;
}

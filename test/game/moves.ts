import type { Move } from '../../src/game/commands.ts';

/** The moves of rules 5 to 10, in short. */

export const drawn = -1;
export const draw: Move = { type: 'draw_card' };
export const take: Move = { type: 'take_from_discard' };
export const collect: Move = { type: 'collect_from_discard' };
export const collectDrawn: Move = { type: 'collect_drawn' };
export const skip: Move = { type: 'skip_power' };
export const call: Move = { type: 'call_recall' };
export const peek = (first: number, second: number): Move => ({
  type: 'completed_initial_peek',
  slots: [first, second],
});
export const play = (slot: number): Move => ({ type: 'play_card', slot });
export const same = (slot: number): Move => ({ type: 'same_rank_play', slot });
export const look = (seat: number, slot: number): Move => ({ type: 'queen_peek', target: { seat, slot } });
export const swap = (seat: number, slot: number, otherSeat: number, otherSlot: number): Move => ({
  type: 'jack_swap',
  first: { seat, slot },
  second: { seat: otherSeat, slot: otherSlot },
});

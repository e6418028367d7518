import type { Decision } from './decision.ts';
import { initialPeekTimedOut } from './initialPeek.ts';
import { seatTimedOut } from './leaving.ts';
import { revealTimedOut } from './parts.ts';
import { powerTimedOut } from './powers.ts';
import type { Refusal } from './refusal.ts';
import { nextDue } from './room.ts';
import { startScheduled } from './starting.ts';
import type { Match, Seat } from './state.ts';
import { turnTimedOut } from './turn.ts';
import { windowTimedOut } from './window.ts';

/** Does what is due, the earliest first. What begins in doing so has its full time from now. */
export function timePassed(decision: Decision): Refusal | null {
  for (let due = nextDue(decision.room); due && due.at <= decision.now; due = nextDue(decision.room)) {
    switch (due.what) {
      case 'step':
        timedOut[decision.match.phase](decision);
        break;
      case 'deal':
        revealTimedOut(decision);
        break;
      case 'start':
        startScheduled(decision);
        break;
      case 'seat':
        seatTimedOut(decision, decision.room.seats[due.seat] as Seat);
        break;
      case 'empty':
        decision.emit({ type: 'room_closed', reason: 'empty' });
        break;
      case 'expiry':
        decision.emit({ type: 'room_closed', reason: 'expired' });
        break;
    }
  }
  return null;
}

const timedOut: Record<Match['phase'], (decision: Decision) => void> = {
  initial_peek: initialPeekTimedOut,
  player_turn: turnTimedOut,
  same_rank_window: windowTimedOut,
  special_play_window: powerTimedOut,
  finished: () => {},
};

import { initialPeekTimedOut } from './initialPeek.ts';
import { seatTimedOut } from './leaving.ts';
import { revealTimedOut } from './parts.ts';
import { powerTimedOut } from './powers.ts';
import type { Refusal } from './refusal.ts';
import { nextDue } from './room.ts';
import { startScheduled } from './starting.ts';
import type { Match, Seat } from './state.ts';
import type { Step } from './step.ts';
import { turnTimedOut } from './turn.ts';
import { windowTimedOut } from './window.ts';

/** Does what is due, the earliest first. What begins in doing so has its full time from now. */
export function timePassed(step: Step): Refusal | null {
  for (let due = nextDue(step.room); due && due.at <= step.now; due = nextDue(step.room)) {
    switch (due.what) {
      case 'step':
        timedOut[step.match.phase](step);
        break;
      case 'deal':
        revealTimedOut(step);
        break;
      case 'start':
        startScheduled(step);
        break;
      case 'seat':
        seatTimedOut(step, step.room.seats[due.seat] as Seat);
        break;
      case 'empty':
        step.emit({ type: 'room_closed', reason: 'empty' });
        break;
      case 'expiry':
        step.emit({ type: 'room_closed', reason: 'expired' });
        break;
    }
  }
  return null;
}

const timedOut: Record<Match['phase'], (step: Step) => void> = {
  initial_peek: initialPeekTimedOut,
  player_turn: turnTimedOut,
  same_rank_window: windowTimedOut,
  special_play_window: powerTimedOut,
  finished: () => {},
};

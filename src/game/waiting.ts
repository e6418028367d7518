import type { Event } from './events.ts';
import { type Refusal, tooMany } from './refusal.ts';
import { isRunning } from './room.ts';
import type { Room, Seat, Tally } from './state.ts';

/**
 * protocol.md 2, what a room bears: everything that changes a room is kept in its journal, so how often it may be changed
 * while no match runs has bounds. Who comes in and what its owner does are counted apart, so that strangers who come and go
 * take nothing from the owner. A match is bounded by its own rules, and what happens in one is not counted.
 */
type Counted = 'comings' | 'changes';

/** How often, at most: within a minute, and from one match to the next. */
const most: Record<Counted, { readonly inMinute: number; readonly times: number }> = {
  comings: { inMinute: 30, times: 300 },
  changes: { inMinute: 60, times: 600 },
};

const minuteMs = 60_000;

export const untouched: Tally = { times: 0, inMinute: 0, minuteAt: 0 };

/** What an event adds to the counts of its room. */
export function tallied(room: Room, event: Event): Partial<Room> {
  if (event.type === 'match_started') return { comings: untouched, changes: untouched };
  if (isRunning(room)) return {};
  if (event.type === 'seat_reserved') return { comings: oneMore(room.comings, event.at) };
  const isByOwner = event.type === 'seat_left' && (event.reason === 'removed' || event.reason === 'kicked');
  return isByOwner || event.type === 'bot_seated' || event.type === 'unkicked'
    ? { changes: oneMore(room.changes, event.at) }
    : {};
}

/**
 * The same for one seat: who comes back to it from the start of a match to the start of the next. It has no part in the
 * counts of the room, so that nobody uses up another's way back.
 */
const mostReturns = { inMinute: 120, times: 1_000 };
/** So many of them renew the time of the room, with the drops between them: nobody keeps it open by coming and going. */
const renewingReturns = 20;

/** What a connection adds to the count of its seat. */
export const returnedTo = ({ presence, returns }: Seat, at: number): Tally =>
  presence === 'reserved' ? returns : oneMore(returns, at);

/** Whether the time of the room begins anew with an event. */
export function renews(room: Room, event: Event): boolean {
  if (event.type !== 'seat_connected' && event.type !== 'seat_dropped') return true;
  return (room.seats[event.seat]?.returns.times ?? 0) < renewingReturns;
}

/** @param now Unix ms */
export function refuseIfTooManyReturns({ presence, returns }: Seat, now: number): Refusal | null {
  if (presence === 'reserved') return null;
  if (returns.times >= mostReturns.times) return tooMany('You have come back too often: wait for the next match.');
  if (returns.inMinute < mostReturns.inMinute || !isWithin(returns.minuteAt, now)) return null;
  const waitMs = returns.minuteAt + minuteMs - now;
  return tooMany(`You come back too often: try again in ${Math.ceil(waitMs / 1000)} s.`, waitMs);
}

function oneMore({ times, inMinute, minuteAt }: Tally, at: number): Tally {
  const isSameMinute = isWithin(minuteAt, at);
  return { times: times + 1, inMinute: isSameMinute ? inMinute + 1 : 1, minuteAt: isSameMinute ? minuteAt : at };
}

/** A clock that was set back has begun another minute. */
const isWithin = (minuteAt: number, at: number): boolean => at >= minuteAt && at < minuteAt + minuteMs;

/** @param now Unix ms */
export function refuseIfTooMany(room: Room, what: Counted, now: number): Refusal | null {
  const { times, inMinute, minuteAt } = room[what];
  if (times >= most[what].times) return tooMany(tooManyTexts[what]);
  if (inMinute < most[what].inMinute || !isWithin(minuteAt, now)) return null;
  const waitMs = minuteAt + minuteMs - now;
  return tooMany(`This room changes too fast: try again in ${Math.ceil(waitMs / 1000)} s.`, waitMs);
}

const tooManyTexts: Record<Counted, string> = {
  comings:
    'Too many have come into this room since its last match: wait for the next one to end, or take another room.',
  changes: 'This room was changed too often since its last match: start the match, or open another room.',
};

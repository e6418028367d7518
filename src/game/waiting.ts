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
interface Most {
  readonly inMinute: number;
  readonly times: number;
}

const most: Record<Counted, Most> = {
  comings: { inMinute: 60, times: 300 },
  changes: { inMinute: 60, times: 600 },
};

/** The same for one user who comes and goes: nobody closes the room to others. */
const mostOfUser: Most = { inMinute: 5, times: 20 };
/** So many users are counted, the latest: more than come within a minute. */
const comersKept = 64;

const minuteMs = 60_000;

export const untouched: Tally = { times: 0, inMinute: 0, minuteAt: 0 };

/** What an event adds to the counts of its room. */
export function tallied(room: Room, event: Event): Partial<Room> {
  if (event.type === 'match_started') return { comings: untouched, changes: untouched, comers: [] };
  if (isRunning(room)) return {};
  if (event.type === 'seat_reserved') {
    return { comings: oneMore(room.comings, event.at), comers: comersWith(room.comers, event.userId, event.at) };
  }
  const isByOwner = event.type === 'seat_left' && (event.reason === 'removed' || event.reason === 'kicked');
  return isByOwner || event.type === 'bot_seated' || event.type === 'unkicked'
    ? { changes: oneMore(room.changes, event.at) }
    : {};
}

const comingsOf = (comers: Room['comers'], userId: string): Tally =>
  comers.find((one) => one.userId === userId)?.comings ?? untouched;

function comersWith(comers: Room['comers'], userId: string, at: number): Room['comers'] {
  const others = comers.filter((one) => one.userId !== userId);
  return [...others, { userId, comings: oneMore(comingsOf(comers, userId), at) }].slice(-comersKept);
}

/**
 * The same for one seat: who comes back to it from the start of a match to the start of the next. It has no part in the
 * counts of the room, so that nobody uses up another's way back.
 */
const mostReturns: Most = { inMinute: 120, times: 1_000 };
/** So many of them renew the time of the room, with the drops between them: nobody keeps it open by coming and going. */
const renewingReturns = 20;

/** What a connection adds to the count of its seat. */
export const returnedTo = ({ attendance, returns }: Seat, at: number): Tally =>
  attendance === 'reserved' ? returns : oneMore(returns, at);

/** Whether the time of the room begins anew with an event. */
export function renews(room: Room, event: Event): boolean {
  if (event.type !== 'seat_connected' && event.type !== 'seat_dropped') return true;
  return (room.seats[event.seat]?.returns.times ?? 0) < renewingReturns;
}

/** @param now Unix ms */
export function refuseIfTooManyReturns({ attendance, returns }: Seat, now: number): Refusal | null {
  if (attendance === 'reserved') return null;
  return refuseIfOver(returns, mostReturns, now, {
    times: 'You have come back too often: wait for the next match.',
    inMinute: 'You come back too often',
  });
}

function oneMore({ times, inMinute, minuteAt }: Tally, at: number): Tally {
  const isSameMinute = isWithin(minuteAt, at);
  return { times: times + 1, inMinute: isSameMinute ? inMinute + 1 : 1, minuteAt: isSameMinute ? minuteAt : at };
}

/** A clock that was set back has begun another minute. */
const isWithin = (minuteAt: number, at: number): boolean => at >= minuteAt && at < minuteAt + minuteMs;

/** @param now Unix ms */
export const refuseIfTooMany = (room: Room, what: Counted, now: number): Refusal | null =>
  refuseIfOver(room[what], most[what], now, { times: tooManyTexts[what], inMinute: 'This room changes too fast' });

/** The same for one user, who may come again later. @param now Unix ms */
export const refuseIfComesTooOften = ({ comers }: Room, userId: string, now: number): Refusal | null =>
  refuseIfOver(comingsOf(comers, userId), mostOfUser, now, {
    times: 'You have come into this room too often since its last match: wait for the next one to end.',
    inMinute: 'You come into this room too often',
  });

function refuseIfOver(
  { times, inMinute, minuteAt }: Tally,
  max: Most,
  now: number,
  texts: Record<keyof Most, string>,
): Refusal | null {
  if (times >= max.times) return tooMany(texts.times);
  if (inMinute < max.inMinute || !isWithin(minuteAt, now)) return null;
  const waitMs = minuteAt + minuteMs - now;
  return tooMany(`${texts.inMinute}: try again in ${Math.ceil(waitMs / 1000)} s.`, waitMs);
}

const tooManyTexts: Record<Counted, string> = {
  comings:
    'Too many have come into this room since its last match: wait for the next one to end, or take another room.',
  changes: 'This room was changed too often since its last match: start the match, or open another room.',
};

import type { Event } from '../src/game/events.ts';
import { playedByBot } from '../src/game/room.ts';
import type { Room } from '../src/game/state.ts';
import type { ReplayRecord } from '../src/table/replay.ts';
import type { Counts } from './counts.ts';
import type { Ledger, Line } from './ledger.ts';
import { same } from './same.ts';

/**
 * A room that is back after its process was lost goes on where its last event left it: whatever ran has as long as it had
 * then.
 * @param line the first one of a claim that isn't the room's first
 * @returns what is wrong, or null.
 */
export function objectionToRecovery({ event, before, after }: Line, counts: Counts): string | null {
  if (event.type !== 'time_lost') return 'the time that the room was gone is not given back first';
  // rules.md 4: a deal has 5 s from then.
  const left = before.dealing ? Math.max(0, before.dealing.deadlineAt - before.touchedAt) : 5_000;
  const more = Math.max(0, 5_000 - left);
  if (event.byMs !== event.at - before.touchedAt + more)
    return `${event.byMs} ms are given back of ${event.at - before.touchedAt}`;
  const [had, has] = [running(before, before.touchedAt - more), running(after, event.at)];
  if (!same(had, has)) return `there was ${JSON.stringify(had)} left, and is ${JSON.stringify(has)}`;
  if (had.step !== null) counts.add('deadlines were extended after a takeover');
  if (had.deal !== null) counts.add('a room was taken over while its cards were dealt');
  if (had.start !== null) counts.add('a countdown was extended after a takeover');
  if (had.shown.length > 0) counts.add('a shown card was extended after a takeover');
  return null;
}

/**
 * A clock that was set moves all that is reckoned with by as much.
 * @param line of the event `clock_moved`
 * @returns what is wrong, or null.
 */
export function objectionToMove({ event, before, after }: Line): string | null {
  if (event.type !== 'clock_moved') return null;
  const [had, has] = [running(before, event.at), running(after, event.at + event.byMs)];
  return same(had, has) ? null : `there was ${JSON.stringify(had)} left, and is ${JSON.stringify(has)}`;
}

/** What runs in a room, and for how long from `now` on, ms. */
function running({ dealing, match, startsAt, seats, emptySince }: Room, now: number) {
  return {
    step: match && match.phase !== 'finished' ? match.deadlineAt - now : null,
    deal: dealing && dealing.deadlineAt - now,
    start: startsAt === null ? null : startsAt - now,
    shown: match?.showing.map(({ to, until }) => ({ to, left: until - now })) ?? [],
    seats: seats.map((seat) => (seat && seat.until > 0 ? seat.until - now : null)),
    empty: emptySince === null ? null : emptySince - now,
  };
}

/**
 * A match that ends leaves its replay with the same append, whoever had the room while it was played; one in which no person
 * has finished a turn leaves none.
 * @param ended the line of its end, where this append has one
 * @returns what is wrong, or null.
 */
export function objectionToReplay(
  { lines }: Ledger,
  ended: Line | undefined,
  replay: ReplayRecord | undefined,
): string | null {
  if (!ended) return replay ? 'a replay was stored, and no match has ended' : null;
  const end = lines.indexOf(ended);
  const start = lines.findLastIndex(({ event }) => event.type === 'match_started');
  const match = lines.slice(start, end + 1);
  if (!match.some(isTurnOfPerson)) return replay ? 'a replay was stored of what no person has played' : null;
  if (!replay) return 'a match and its replay did not end together';
  const played = match.map(({ event, after }) => ({ ...event, n: after.n }));
  const events = played.filter(({ n }) => lines[n - 1]?.matchEvents !== (lines[n - 2]?.matchEvents ?? 0)).map(public_);
  return same(events, replay.events) ? null : 'the replay is not the match that the journal has';
}

function isTurnOfPerson({ event, before }: Line): boolean {
  if (event.type !== 'played' && !(event.type === 'collected' && event.from === 'drawn')) return false;
  const seat = before.seats[event.seat];
  return seat !== null && seat !== undefined && !playedByBot(seat);
}

/** The end of a match carries the secret of the deal that comes next. */
const public_ = (event: Event & { n: number }) =>
  event.type === 'match_ended' ? { ...event, nextSecret: '', nextCommitment: '' } : event;

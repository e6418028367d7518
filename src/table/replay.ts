import type { MatchEvent } from '../game/events.ts';
import { isTold } from '../game/seen.ts';
import type { Match, Room, RoomSettings } from '../game/state.ts';
import type { Replay } from '../journal/journal.ts';
import type { People } from './people.ts';
import { begins } from './snapshots.ts';
import type { Step } from './steps.ts';

/** Whether a match is played by that setting of its room. */
const isOfMatchSetting = {
  gameType: true,
  redKingPoints: true,
  allowDiscardTake: true,
  shortWindows: true,
  turnMs: true,
  initialPeekMs: true,
  windowMs: true,
  powerMs: true,
  showMs: true,
  missedTurns: true,
  maxTurns: true,
  permission: false,
  passwordHash: false,
  allowedUsers: false,
  allowedRoles: false,
  maxPlayers: false,
  minPlayers: false,
  botLevel: false,
  random: false,
  startDelayMs: false,
  reservationMs: false,
  graceMs: false,
  emptyMs: false,
  ttlMs: false,
  maxEntries: false,
} as const satisfies Record<keyof RoomSettings, boolean>;
type OfMatch = typeof isOfMatchSetting;
type Kept = { [S in keyof OfMatch]: OfMatch[S] extends true ? S : never }[keyof OfMatch];
const kept = Object.entries(isOfMatchSetting).flatMap(([setting, isOf]) => (isOf ? [setting as Kept] : []));

/** An event of a match, with its number and time (Unix ms) in the room. */
export type NumberedEvent = MatchEvent & { readonly n: number; readonly at: number };

/**
 * A finished match, as the journal keeps it apart from its room: what a replay is projected from. It can't hurt the
 * matches that follow nor anybody's seat: it has no reconnection tokens, and no secret but the one that is revealed.
 */
export interface ReplayRecord {
  /** In the second, a key stands where a user id was, and a computer player alone has a name (keyed.ts). */
  readonly version: 1 | 2;
  readonly roomId: string;
  readonly matchNumber: number;
  readonly settings: Pick<RoomSettings, Kept>;
  /** Who played, in seat order. `userId` says who may see the replay; it is empty for a computer player. */
  readonly seats: readonly {
    readonly seat: number;
    readonly sessionId: string;
    readonly userId: string;
    readonly name: string;
    readonly isBot: boolean;
    readonly dealNonce: string;
  }[];
  /** The secret of this deal (hex), for whoever checks it. */
  readonly secret: string;
  /** From `match_started` to `match_ended`, hidden cards included. */
  readonly events: readonly NumberedEvent[];
}

/** What players were told of the match that runs, or was the last one, from the closing of its parts on. */
export interface Played {
  readonly events: readonly NumberedEvent[];
  /** The number of the last event of the match before it; 0 where there was none. */
  readonly after: number;
}

export const nothingPlayed: Played = { events: [], after: 0 };

/** The same after these steps. */
export function playedWith(before: Played, steps: readonly Step[]): Played {
  const start = steps.findLastIndex(begins);
  const { events, after } = start === -1 ? before : { events: [], after: (steps[start] as Step).before.told };
  const fresh = steps
    .slice(Math.max(start, 0))
    .flatMap(({ event, after }) => (isTold(event) ? [{ ...event, n: after.n }] : []));
  return fresh.length === 0 && start === -1 ? before : { events: [...events, ...fresh], after };
}

/**
 * What a match that ends in these steps leaves, to be stored with them; undefined where none does. It outlives its room, so
 * it is kept only of a match in which a person has finished a turn: one that was given up at once, or that computer players
 * had among themselves, costs nobody anything, and could be had again and again.
 * @param people by whose keys it names who played; by their ids and names, where there are none
 */
export function replayIn(
  steps: readonly Step[],
  played: Played,
  ttlMs: number,
  people: People | null = null,
): Replay | undefined {
  const ended = steps.find(({ event }) => event.type === 'match_ended')?.after;
  if (!ended?.match) return undefined;
  const record = recordOf(ended, ended.match, playedWith(played, steps).events);
  if (!hasTurnOfPerson(record)) return undefined;
  const stored = people ? keyed(record, people) : record;
  return { matchNumber: ended.match.number, record: JSON.stringify(stored), ttlMs };
}

/** A computer player, or who was erased while they played. */
const isNobody = ({ userId }: { readonly userId: string }): boolean => userId === '';

const keyed = (record: ReplayRecord, people: People): ReplayRecord => ({
  ...record,
  version: 2,
  seats: record.seats.map((one) =>
    isNobody(one) ? one : { ...one, userId: people.keyForReplay(one.userId, one.name), name: '' },
  ),
});

/**
 * A stored record, with the names of who played; those who were erased since have none.
 * @throws Error it is none that this version knows, or names somebody whom the journal doesn't know
 */
export function replayFrom(stored: string, people: People): ReplayRecord {
  const record = JSON.parse(stored) as ReplayRecord;
  if (record.version === 1) return record;
  if (record.version !== 2)
    throw new TypeError(`a replay of version ${record.version} is none that this version knows`);
  return {
    ...record,
    seats: record.seats.map((one) => (isNobody(one) ? one : { ...one, ...people.of(one.userId) })),
  };
}

function hasTurnOfPerson({ seats, events }: ReplayRecord): boolean {
  const playedByBots = new Set(seats.filter(({ isBot }) => isBot).map(({ seat }) => seat));
  for (const event of events) {
    if (event.type === 'bot_took_over') playedByBots.add(event.seat);
    else if (event.type === 'player_back') playedByBots.delete(event.seat);
    else if (endsTurn(event) && !playedByBots.has(event.seat)) return true;
  }
  return false;
}

const endsTurn = (event: NumberedEvent): event is Extract<NumberedEvent, { type: 'played' | 'collected' }> =>
  event.type === 'played' || (event.type === 'collected' && event.from === 'drawn');

/** The record of a match that has just ended in this room. */
function recordOf(room: Room, match: Match, events: readonly NumberedEvent[]): ReplayRecord {
  const played = room.seats.filter((seat) => seat && match.players.some((one) => one.sessionId === seat.sessionId));
  return {
    version: 1,
    roomId: room.roomId,
    matchNumber: match.number,
    settings: Object.fromEntries(kept.map((key) => [key, room.settings[key]])) as unknown as ReplayRecord['settings'],
    seats: played.flatMap((one) => {
      if (!one) return [];
      const { seat, sessionId, userId, name, isBot, dealNonce } = one;
      return [{ seat, sessionId, userId, name, isBot, dealNonce }];
    }),
    secret: match.revealed,
    events: events.slice(events.findIndex(({ type }) => type === 'match_started')).map(withoutNextDeal),
  };
}

/** The end of a match carries the secret of the deal that comes next. */
function withoutNextDeal(event: NumberedEvent): NumberedEvent {
  return event.type === 'match_ended' ? { ...event, nextSecret: '', nextCommitment: '' } : event;
}

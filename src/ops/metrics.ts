import { codes } from '../protocol/errors.ts';
import { messageTypes } from '../protocol/fromClient.ts';
import type { VisitorMessage } from '../protocol/fromPerson.ts';
import { fromVisitor } from '../protocol/schemas/fromPerson.ts';
import { phases } from '../protocol/state.ts';
import { counter, gauge, histogram } from './counting.ts';
import { version } from './version.ts';

export { collectProcess, registry } from './counting.ts';

/**
 * Every metric of ours (docs/operations.md, "Metrics"): a name, what it is, and all values of its labels. Gauges are set when
 * somebody asks, but for those of which only changes are known.
 */

const codeNames = Object.keys(codes) as (keyof typeof codes)[];
/** Upper bounds, s: of what players wait for, and of what they hear about as a pause. */
const quick = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const slow = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

gauge('recall_build_info', 'Always 1: which version this process is of', { version: [version] }).set({ version }, 1);
export const healthy = gauge('recall_healthy', 'Whether a part of this process is well, as /health/ready says it', {
  part: ['process', 'journal', 'redis'],
});
export const memoryFull = gauge('recall_memory_full', 'Whether memory is short, so that nobody new is let in');

// Who and what is here.
export const rooms = gauge('recall_rooms', 'Rooms of this process, by what goes on in them', { phase: phases });
export const roomsPaused = gauge('recall_rooms_paused', 'Rooms of this process that stand still');
export const seats = gauge('recall_seats', 'Seats in the rooms of this process', {
  kind: ['connected', 'away', 'computer'],
});
export const users = gauge('recall_users', 'Users who are connected to this process');
export const connections = gauge('recall_connections', 'Connections of players and of who watches the lobby', {
  to: ['room', 'lobby'],
});
export const connectionsForwarded = gauge(
  'recall_connections_forwarded',
  'Connections that go on to the process of their room',
);
export const connectionsForwardedTotal = counter('recall_connections_forwarded_total', 'The same, each that there was');

// What players do.
export const messages = counter('recall_messages_total', 'What clients have sent, and what came of it', {
  type: [...messageTypes, ...(Object.keys(fromVisitor) as VisitorMessage[]), 'unknown'],
  result: ['done', 'refused', 'failed'],
});
export const moveSeconds = histogram(
  'recall_move_seconds',
  'From the frame of what is stored, such as a move, to its acknowledgement',
  quick,
);
export const refusals = counter('recall_refusals_total', 'What was refused, by the code that the client was told', {
  by: ['message', 'matchmaking', 'route', 'connection'],
  code: codeNames,
});
export const matchmakingSeconds = histogram('recall_matchmaking_seconds', 'Calls for a seat', quick, {
  call: ['create', 'joinById', 'joinOrCreate', 'reconnect', 'lobby', 'other'],
  result: ['done', 'refused', 'failed'],
});
export const reconnectionSeconds = histogram(
  'recall_reconnection_seconds',
  'From the loss of a connection to the return of its player, for those who have come back',
  slow,
);

// What happens in rooms.
export const roomsOpened = counter('recall_rooms_opened_total', 'Rooms that were opened here');
export const roomsClosed = counter('recall_rooms_closed_total', 'Rooms that are over', {
  reason: ['empty', 'expired', 'closed', 'played_out'],
});
export const roomsLost = counter('recall_rooms_lost_total', 'Rooms that this process had, and had no more', {
  why: ['taken', 'expired', 'failed'],
});
export const matchesStarted = counter('recall_matches_started_total', 'Matches that have begun');
export const matchesEnded = counter('recall_matches_ended_total', 'Matches that have ended', {
  how: ['lowest_points', 'empty_hand', 'four_of_a_kind', 'abandoned'],
});

// What is stored.
export const appendSeconds = histogram('recall_journal_append_seconds', 'Until entries were durable', quick);
export const appendFailures = counter(
  'recall_journal_append_failures_total',
  'Appends that were not, by what is known',
  {
    why: ['unavailable', 'in_doubt', 'fenced', 'gone', 'failed'],
  },
);
export const pauses = counter('recall_pauses_total', 'Times that a room stood still since its journal was away');
export const pauseSeconds = histogram('recall_pause_seconds', 'For how long, of those that go on', slow);

// What becomes of rooms whose process is gone.
export const recoverySeconds = histogram('recall_recovery_seconds', 'Until a room was brought here', slow);
export const takeovers = counter('recall_takeovers_total', 'Times that rooms of another process were taken over', {
  why: ['death', 'handover'],
});
export const leasesLost = counter(
  'recall_leases_lost_total',
  'Times that this process was silent for longer than its lease',
);
export const roomsSetAside = counter(
  'recall_rooms_set_aside_total',
  'Rooms that were set aside since their journal can not be read',
  {
    reason: [
      'torn',
      'unknown_event',
      'misshapen_event',
      'does_not_follow',
      'unknown_person',
      'bad_snapshot',
      'too_long',
      'given_up',
    ],
  },
);
export const roomsOfNewerFormat = counter(
  'recall_rooms_of_newer_format_total',
  'Rooms that wait for a process of a newer version, each time that one was asked for',
);

// Redis.
export const redisErrors = counter('recall_redis_connection_errors_total', 'Connections to Redis that have failed');
export const redisSlow = gauge('recall_redis_slow', 'Whether Redis answers later than is waited for as a rule');

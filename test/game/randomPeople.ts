import type { Command } from '../../src/game/commands.ts';
import { nextMatchNumber } from '../../src/game/room.ts';
import type { Room, Seat } from '../../src/game/state.ts';
import { entering, entrant, people, plainChance } from './basics.ts';
import type { Random } from './randomPlan.ts';

const guests = [...people, 'ivy', 'joe'];

/** What people do beside playing: come, drop, come back, leave. `n` makes new ids. */
export function comingAndGoing(room: Room, random: Random, n: number): Command {
  const seat = random.one(room.seats.filter((one) => one !== null));
  const userId = (random.percent(50) && seat?.userId) || random.one(guests) || 'ivy';
  const sessionId = seat?.sessionId ?? 'nobody';
  const commands: readonly Command[] = [
    { type: 'drop', sessionId },
    { type: 'drop', sessionId },
    { type: 'connect', sessionId, token: `token ${n}` },
    { type: 'connect', sessionId, token: `token ${n}` },
    { type: 'connect', sessionId, token: `token ${n}` },
    { type: 'leave', sessionId, reason: random.percent(50) ? 'left' : 'signed_out' },
    entering(entrant(userId, { sessionId: `session ${n}` }), { random: random.percent(20) }),
    entering(entrant(userId, { sessionId: `session ${n}` })),
    { type: 'time_passed' },
    { type: 'recover' },
  ];
  return random.one(commands) as Command;
}

const { partCommitmentOf } = plainChance();

/** A seat commits to its part of the next deal. */
export function committing(room: Room, seat: Seat): Command {
  const matchNumber = nextMatchNumber(room);
  const commitment = partCommitmentOf(nonceOf(seat), room.roomId, matchNumber, seat.sessionId);
  return { type: 'request', seat: seat.seat, request: { type: 'deal_commit', matchNumber, commitment } };
}

/** A seat reveals what it has committed to, or (`wrongly`) something else. */
export function revealing(room: Room, seat: number, wrongly: boolean): Command {
  const seated = room.seats[seat];
  const nonce = seated && !wrongly ? nonceOf(seated) : 'another nonce';
  return { type: 'request', seat, request: { type: 'deal_reveal', matchNumber: nextMatchNumber(room), nonce } };
}

const nonceOf = ({ sessionId }: Seat) => `nonce of ${sessionId}`;

/** What is asked of the room itself, by anybody. */
export function asked(room: Room, random: Random, orStart = true): Command {
  const seat = random.percent(70)
    ? (room.seats.find((one) => one?.userId === room.ownerId)?.seat ?? 0)
    : random.below(8);
  const sessionId = random.one(room.seats)?.sessionId ?? 'nobody';
  const requests = [
    { type: 'add_bot' },
    { type: 'add_bot', level: 'hard' },
    { type: 'remove_bot', sessionId },
    { type: 'kick', sessionId },
    { type: 'unkick', userId: random.one(room.kicked)?.userId ?? 'nobody' },
    { type: orStart ? 'start_match' : 'add_bot' },
    { type: 'take_seat_back' },
  ] as const;
  const taken = room.seats[seat];
  if (taken && random.percent(20)) return committing(room, taken);
  if (random.percent(5)) return revealing(room, seat, random.percent(50));
  return { type: 'request', seat, request: random.one(requests) as (typeof requests)[number] };
}

/** What must hold of the seats of any room. */
export function seatsHold(room: Room): void {
  const seats = room.seats.filter((seat) => seat !== null && seat.attendance !== 'left');
  const persons = seats.filter((seat) => !seat?.isBot);
  const distinct = (of: readonly unknown[], what: string) => {
    if (new Set(of).size !== of.length) throw new Error(`${what} twice: ${of.join()}`);
  };
  if (room.seats.length !== room.settings.maxPlayers) throw new Error(`${room.seats.length} seats`);
  room.seats.forEach((seat, number) => {
    if (seat && seat.seat !== number) throw new Error(`seat ${number} is ${seat.seat}`);
  });
  distinct(
    seats.map((seat) => seat?.sessionId),
    'a session',
  );
  distinct(
    persons.map((seat) => seat?.userId),
    'a user',
  );
  const connected = persons.some((seat) => seat?.attendance === 'connected');
  if (connected && !persons.some((seat) => seat?.userId === room.ownerId)) throw new Error('the owner has no seat');
  const running = room.match !== null && room.match.phase !== 'finished';
  if (!running && seats.some((seat) => seat?.attendance === 'away')) throw new Error('a seat is away without a match');
  if (room.match && room.startsAt !== null) throw new Error('counts down after a match has begun');
}

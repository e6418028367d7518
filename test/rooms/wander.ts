import type { Command, Move } from '../../src/game/commands.ts';
import { decide } from '../../src/game/decide.ts';
import type { Event } from '../../src/game/events.ts';
import { evolve, initial } from '../../src/game/evolve.ts';
import { isRefusal } from '../../src/game/refusal.ts';
import { isDealing, isRunning, nextDueAt } from '../../src/game/room.ts';
import type { Room, RoomSettings } from '../../src/game/state.ts';
import { publicView } from '../../src/game/view.ts';
import { defaults, entrant, numbers, people, plainChance } from '../game/kit.ts';
import { committing, revealing } from '../game/randomPeople.ts';

export interface Stop {
  readonly before: Room;
  readonly events: readonly Event[];
  readonly room: Room;
}

/** A room's life at random: people come, drop, come back and leave, matches are played, well and badly. */
export function* wander(seed: number, settings: Partial<RoomSettings> = {}): Generator<Stop> {
  const random = numbers(`wander ${seed}`);
  const chance = plainChance(seed);
  const below = (n: number) => Math.floor(random() * n);
  const one = <T>(items: readonly T[]) => items[below(items.length)] as T;
  let room = initial;
  let now = 1_700_000_000_000;
  let entries = 0;

  const carryOut = (command: Command): Stop | null => {
    const events = decide(room, command, now, chance);
    if (isRefusal(events) || events.length === 0) return null;
    const before = room;
    room = events.reduce(evolve, room);
    return { before, events, room };
  };
  const anyCommand = (): Command => {
    const dice = random();
    const sessionId = one(room.seats)?.sessionId ?? '';
    if (dice < 0.05) {
      const who = entrant(one(people), { sessionId: `session ${++entries}` });
      return { type: 'enter', who, roles: [], password: 'none', random: false };
    }
    if (dice < 0.12) return { type: 'connect', sessionId, token: `token ${random()}` };
    if (dice < 0.14) return { type: 'drop', sessionId };
    if (dice < 0.15) return { type: 'leave', sessionId, reason: one(['left', 'signed_out', 'kicked']) };
    if (dice < 0.18) return { type: 'request', seat: below(8), request: { type: 'start_match' } };
    if (dice < 0.2) return { type: 'request', seat: below(8), request: { type: 'add_bot' } };
    if (dice < 0.21) return { type: 'request', seat: below(8), request: { type: 'remove_bot', sessionId } };
    if (dice < 0.6 && !isRunning(room)) {
      const seat = one(room.seats);
      if (seat && isDealing(room)) return revealing(room, seat.seat, false);
      if (seat && dice < 0.3) return committing(room, seat);
    }
    if (dice < 0.9 && isRunning(room)) {
      const { seat, move } = anyMove(room, below);
      const by = room.seats[seat]?.isBot ? 'bot' : 'person';
      return { type: 'move', seat, by, move };
    }
    now = isRunning(room) || dice > 0.98 ? (nextDueAt(room) ?? now) : now + 100;
    return { type: 'time_passed' };
  };

  const opened = { ...defaults, maxPlayers: 2 + below(5), emptyMs: 10 ** 9, ...settings };
  const owner = entrant('ann', { sessionId: 'session 0' });
  const open = carryOut({ type: 'open', roomId: `room ${seed}`, settings: opened, owner, bots: below(2) });
  if (open) yield open;
  while (!room.closed) {
    const stop = carryOut(anyCommand());
    if (stop) yield stop;
  }
}

/** A move that fits what somebody has to do just now, most often. */
function anyMove(room: Room, below: (n: number) => number): { seat: number; move: Move } {
  const view = publicView(room);
  const players = view.players.filter((player) => player.status !== 'waiting');
  const player = players[below(players.length)] ?? view.players[0];
  const seat = player?.seat ?? 0;
  const slot = below(6);
  const place = () => ({ seat: view.players[below(view.players.length)]?.seat ?? 0, slot: below(5) });
  const move = (): Move => {
    if (below(12) === 0) return { type: 'collect_from_discard' };
    switch (player?.status) {
      case 'peeking':
        return { type: 'completed_initial_peek', slots: [below(4), below(4)] };
      case 'drawing_card':
        return { type: below(5) === 0 ? 'take_from_discard' : 'draw_card' };
      case 'playing_card':
        if (below(25) === 0) return { type: 'call_recall' };
        return below(10) === 0 ? { type: 'collect_drawn' } : { type: 'play_card', slot: slot - 1 };
      case 'same_rank_window':
        return { type: 'same_rank_play', slot };
      case 'queen_peek':
        return { type: 'queen_peek', target: place() };
      case 'jack_swap':
        return { type: 'jack_swap', first: place(), second: place() };
      default:
        return { type: 'skip_power' };
    }
  };
  return { seat, move: move() };
}

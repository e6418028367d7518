import type { Chance } from './chance.ts';
import { closeIfOver } from './closing.ts';
import { collectDrawn, collectFromDiscard } from './collecting.ts';
import type { Command, CommandId, Move, RoomRequest } from './commands.ts';
import { timePassed } from './due.ts';
import { enter, open } from './entering.ts';
import type { Event } from './events.ts';
import { completeInitialPeek } from './initialPeek.ts';
import { kick, unkick } from './kicking.ts';
import { connect, drop, leave, recover, takeSeatBack } from './leaving.ts';
import { commitToDeal, revealPart } from './parts.ts';
import { jackSwap, queenPeek, skipPower } from './powers.ts';
import { callRecall } from './recall.ts';
import { type Refusal, refuse } from './refusal.ts';
import { doneCommand, isRunning } from './room.ts';
import { addBot, removeBot, startMatch } from './starting.ts';
import type { Room } from './state.ts';
import { Step } from './step.ts';
import { drawCard, playCard, takeFromDiscard } from './turn.ts';
import { endWindowEarly, sameRankPlay } from './window.ts';

/**
 * Every rule: what a command makes happen in a room, or why it is refused. Changes nothing.
 * @param now when the owning process received the command, in Unix ms.
 * @returns the events, in order (none where there is nothing to do, or where a command with this id was carried out
 *   before), or a refusal, after which the room is as it was.
 */
export function decide(room: Room, command: Command, now: number, chance: Chance): readonly Event[] | Refusal {
  const step = new Step(room, now, chance);
  const refusal = carryOut(step, command);
  if (refusal === done) return [];
  if (refusal) return refusal;
  // A room that has just come back says so first, and nothing else.
  if (command.type !== 'recover') closeIfOver(step);
  return step.events;
}

const done = Symbol('done before');

function carryOut(step: Step, command: Command): Refusal | typeof done | null {
  if (command.type === 'open') return open(step, command);
  if (step.room.roomId === '' || step.room.closed) return refuse('ROOM_NOT_FOUND', 'This room is closed.');
  switch (command.type) {
    case 'enter':
      return enter(step, command);
    case 'connect':
      return connect(step, command.sessionId, command.token);
    case 'drop':
      return drop(step, command.sessionId);
    case 'leave':
      return leave(step, command.sessionId, command.reason);
    case 'move':
      return once(step, command.seat, command.id, () => move(step, command.seat, command.by, command.move));
    case 'request':
      return once(step, command.seat, command.id, () => request(step, command.seat, command.request));
    case 'end_window':
      return endWindowEarly(step, command.passed, command.n);
    case 'time_passed':
      return timePassed(step);
    case 'time_lost':
      step.emit({ type: 'time_lost', byMs: command.byMs });
      return null;
    case 'clock_moved':
      step.emit({ type: 'clock_moved', byMs: command.byMs });
      return null;
    case 'recover':
      return recover(step);
    case 'close':
      step.emit({ type: 'room_closed', reason: command.reason });
      return null;
  }
}

/** A command with an id is carried out once; a repeat of it is answered from what was kept. */
function once(step: Step, seat: number, id: CommandId | undefined, act: () => Refusal | null) {
  if (!id) return act();
  const before = doneCommand(step.room, seat, id.commandId);
  if (before && before.request !== id.request) {
    return refuse('INVALID_PAYLOAD', 'command_id: was used for another command; each command needs an id of its own.');
  }
  if (before) return done;
  const refusal = act();
  if (refusal) return refusal;
  const bot = step.events.find((event) => event.type === 'bot_seated');
  const answer = { n: step.room.n, ...(bot && { sessionId: bot.sessionId }) };
  step.emit({ type: 'command_done', seat, ...id, ...answer });
  return null;
}

function move(step: Step, seat: number, by: 'person' | 'bot', what: Move): Refusal | null {
  const seated = step.room.seats[seat];
  if (!isRunning(step.room)) return refuse('WRONG_PHASE', 'No match is running.');
  if (!seated || !step.match.players.some((one) => one.seat === seat)) {
    return refuse('WRONG_PHASE', 'You do not play in this match.');
  }
  if (by === 'person') {
    if (seated.isBot || seated.presence === 'left') return refuse('NOT_ALLOWED', 'This seat was given up.');
    if (seated.playedByBot) step.emit({ type: 'player_back', seat });
  } else if (!seated.isBot && !seated.playedByBot) {
    return refuse('NOT_ALLOWED', 'The player is back.');
  }
  return rule(step, seat, what);
}

function rule(step: Step, seat: number, what: Move): Refusal | null {
  switch (what.type) {
    case 'completed_initial_peek':
      return completeInitialPeek(step, seat, what.slots);
    case 'draw_card':
      return drawCard(step, seat);
    case 'take_from_discard':
      return takeFromDiscard(step, seat);
    case 'play_card':
      return playCard(step, seat, what.slot);
    case 'same_rank_play':
      return sameRankPlay(step, seat, what.slot);
    case 'collect_from_discard':
      return collectFromDiscard(step, seat);
    case 'collect_drawn':
      return collectDrawn(step, seat);
    case 'queen_peek':
      return queenPeek(step, seat, what.target);
    case 'jack_swap':
      return jackSwap(step, seat, what.first, what.second);
    case 'skip_power':
      return skipPower(step, seat);
    case 'call_recall':
      return callRecall(step, seat);
  }
}

function request(step: Step, seat: number, what: RoomRequest): Refusal | null {
  switch (what.type) {
    case 'start_match':
      return startMatch(step, seat);
    case 'add_bot':
      return addBot(step, seat, what.level);
    case 'remove_bot':
      return removeBot(step, seat, what.sessionId);
    case 'kick':
      return kick(step, seat, what.sessionId);
    case 'unkick':
      return unkick(step, seat, what.userId);
    case 'deal_commit':
      return commitToDeal(step, seat, what.matchNumber, what.commitment);
    case 'deal_reveal':
      return revealPart(step, seat, what.matchNumber, what.nonce);
    case 'take_seat_back':
      return takeSeatBack(step, seat);
  }
}

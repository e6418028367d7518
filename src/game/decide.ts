import type { Chance } from './chance.ts';
import { closeIfOver } from './closing.ts';
import { collectDrawn, collectFromDiscard } from './collecting.ts';
import type { Command, CommandId, Move, RoomRequest } from './commands.ts';
import { commitToDeal } from './committing.ts';
import { Decision } from './decision.ts';
import { timePassed } from './due.ts';
import { enter, open } from './entering.ts';
import type { Event } from './events.ts';
import { completeInitialPeek } from './initialPeek.ts';
import { connect, drop, erase, leave, recover, takeSeatBack } from './leaving.ts';
import { addBot, kick, removeBot, unkick } from './ownersRequests.ts';
import { revealPart } from './parts.ts';
import { jackSwap, queenPeek, skipPower } from './powers.ts';
import { callRecall } from './recall.ts';
import { type Refusal, refuse } from './refusal.ts';
import { doneCommand, isRunning } from './room.ts';
import { startMatch } from './starting.ts';
import type { Room } from './state.ts';
import { drawCard, playCard, takeFromDiscard } from './turn.ts';
import { endWindowEarly, sameRankPlay } from './window.ts';

/**
 * Every rule: what a command makes happen in a room, or why it is refused. Changes nothing.
 * @param now when the owning process received the command, in Unix ms.
 * @returns the events, in order (none where there is nothing to do, or where a command with this id was carried out
 *   before), or a refusal, after which the room is as it was.
 */
export function decide(room: Room, command: Command, now: number, chance: Chance): readonly Event[] | Refusal {
  const decision = new Decision(room, now, chance);
  const refusal = carryOut(decision, command);
  if (refusal === done) return [];
  if (refusal) return refusal;
  // A room that has just come back, or goes on, says so first, and nothing else.
  if (command.type !== 'recover' && command.type !== 'time_lost') closeIfOver(decision);
  return decision.events;
}

const done = Symbol('done before');

function carryOut(decision: Decision, command: Command): Refusal | typeof done | null {
  if (command.type === 'open') return open(decision, command);
  if (decision.room.roomId === '' || decision.room.closed) return refuse('ROOM_NOT_FOUND', 'This room is closed.');
  switch (command.type) {
    case 'enter':
      return enter(decision, command);
    case 'connect':
      return connect(decision, command);
    case 'drop':
      return drop(decision, command.sessionId);
    case 'leave':
      return leave(decision, command.sessionId, command.reason);
    case 'move':
      return once(decision, command.seat, command.id, () => move(decision, command.seat, command.by, command.move));
    case 'request':
      return once(decision, command.seat, command.id, () => request(decision, command.seat, command.request));
    case 'end_window':
      return endWindowEarly(decision, command.passed, command.n);
    case 'time_passed':
      return timePassed(decision);
    case 'time_lost':
      decision.emit({ type: 'time_lost', byMs: command.byMs });
      return null;
    case 'clock_moved':
      decision.emit({ type: 'clock_moved', byMs: command.byMs });
      return null;
    case 'recover':
      return recover(decision);
    case 'erase':
      return erase(decision, command.userId);
    case 'close':
      decision.emit({ type: 'room_closed', reason: command.reason });
      return null;
  }
}

/** A command with an id is carried out once; a repeat of it is answered from what was kept. */
function once(decision: Decision, seat: number, id: CommandId | undefined, act: () => Refusal | null) {
  if (!id) return act();
  const before = doneCommand(decision.room, seat, id.commandId);
  if (before && before.request !== id.request) {
    return refuse('INVALID_PAYLOAD', 'command_id: was used for another command; each command needs an id of its own.');
  }
  if (before) return done;
  const refusal = act();
  if (refusal) return refusal;
  const bot = decision.events.find((event) => event.type === 'bot_seated');
  const answer = { n: decision.room.n, ...(bot && { sessionId: bot.sessionId }) };
  decision.emit({ type: 'command_done', seat, ...id, ...answer });
  return null;
}

function move(decision: Decision, seat: number, by: 'person' | 'bot', what: Move): Refusal | null {
  const seated = decision.room.seats[seat];
  if (!isRunning(decision.room)) return refuse('WRONG_PHASE', 'No match is running.');
  if (!seated || !decision.match.players.some((one) => one.seat === seat)) {
    return refuse('WRONG_PHASE', 'You do not play in this match.');
  }
  if (by === 'person') {
    if (seated.isBot || seated.attendance === 'left') return refuse('NOT_ALLOWED', 'This seat was given up.');
    if (seated.playedByBot) decision.emit({ type: 'player_back', seat });
  } else if (!seated.isBot && !seated.playedByBot) {
    return refuse('NOT_ALLOWED', 'The player is back.');
  }
  return rule(decision, seat, what);
}

function rule(decision: Decision, seat: number, what: Move): Refusal | null {
  switch (what.type) {
    case 'completed_initial_peek':
      return completeInitialPeek(decision, seat, what.slots);
    case 'draw_card':
      return drawCard(decision, seat);
    case 'take_from_discard':
      return takeFromDiscard(decision, seat);
    case 'play_card':
      return playCard(decision, seat, what.slot);
    case 'same_rank_play':
      return sameRankPlay(decision, seat, what.slot);
    case 'collect_from_discard':
      return collectFromDiscard(decision, seat);
    case 'collect_drawn':
      return collectDrawn(decision, seat);
    case 'queen_peek':
      return queenPeek(decision, seat, what.target);
    case 'jack_swap':
      return jackSwap(decision, seat, what.first, what.second);
    case 'skip_power':
      return skipPower(decision, seat);
    case 'call_recall':
      return callRecall(decision, seat);
  }
}

function request(decision: Decision, seat: number, what: RoomRequest): Refusal | null {
  switch (what.type) {
    case 'start_match':
      return startMatch(decision, seat);
    case 'add_bot':
      return addBot(decision, seat, what.level);
    case 'remove_bot':
      return removeBot(decision, seat, what.sessionId);
    case 'kick':
      return kick(decision, seat, what.sessionId);
    case 'unkick':
      return unkick(decision, seat, what.userId);
    case 'deal_commit':
      return commitToDeal(decision, seat, what.matchNumber, what.commitment);
    case 'deal_reveal':
      return revealPart(decision, seat, what.matchNumber, what.nonce);
    case 'take_seat_back':
      return takeSeatBack(decision, seat);
  }
}

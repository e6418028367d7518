import type { Command, CommandId, Move, RoomRequest } from '../game/commands.ts';
import type { PlaceOf } from '../game/hand.ts';
import { doneCommand, seatBySession } from '../game/room.ts';
import type { Room } from '../game/state.ts';
import type { Answers, KickedUser } from '../protocol/answers.ts';
import { RecallError } from '../protocol/errors.ts';
import type { MessageType, Payload } from '../protocol/fromClient.ts';
import { roomFacts } from './projection.ts';
import { requestOf } from './requests.ts';
import { isRefused, type Table } from './table.ts';

/** What the messages of players mean (protocol.md, 3): from a valid payload to the answer. */

/** All but those that the table never hears of (shortWindows.ts, missedEvents.ts). */
export type Asked = Exclude<MessageType, 'pass_window' | 'get_events'>;

/**
 * Carries a message out.
 * @param sessionId of the seat that it came from: who a payload says to be is never believed.
 * @param now Unix ms
 * @returns the answer, once what was asked for is durable and its effects are out.
 * @throws RecallError where it is refused.
 */
export async function carryOut(
  table: Table,
  sessionId: string,
  type: Asked,
  payload: object,
  now: number,
): Promise<Answers[Asked]> {
  if (type === 'ping') return { at: now };
  if (type === 'get_room') return roomFacts(table.room);
  if (type === 'get_kicked') return kickedIn(table.room, sessionId);
  const seat = seatBySession(table.room, sessionId)?.seat;
  if (seat === undefined) throw new RecallError('NOT_ALLOWED', 'You have no seat in this room any more.');

  const id = commandIdOf(type, payload);
  const outcome = await table.submit(commandOf(table.room, seat, type, payload, id));
  if (isRefused(outcome)) throw new RecallError(outcome.refused, outcome.message, outcome.retryAfterMs);

  // A repeat has no events, and gets the answer that was given before.
  const done = id && doneCommand(outcome.room, seat, id.commandId);
  const bot = done?.sessionId ?? outcome.events.find((event) => event.type === 'bot_seated')?.sessionId;
  if (type === 'add_bot' && bot !== undefined) return { session_id: bot };
  return { n: done?.n ?? outcome.room.n };
}

/** @throws RecallError NOT_OWNER */
function kickedIn(room: Room, sessionId: string): Answers['get_kicked'] {
  if (seatBySession(room, sessionId)?.userId !== room.ownerId) {
    throw new RecallError('NOT_OWNER', 'Only the owner of the room may ask who was shown out.');
  }
  return { kicked: room.kicked.map(({ userId, name }): KickedUser => ({ user_id: userId, name })) };
}

function commandIdOf(type: MessageType, payload: object): CommandId | undefined {
  const { command_id, ...rest } = payload as { command_id?: string };
  return command_id === undefined ? undefined : { commandId: command_id, request: requestOf(type, rest) };
}

type RequestType = RoomRequest['type'];
type MoveType = Move['type'];
type Places = (place: { session_id: string; slot: number }) => PlaceOf;

const requests: { [T in RequestType]: (payload: Payload<T>) => RoomRequest } = {
  start_match: () => ({ type: 'start_match' }),
  add_bot: ({ level }) => ({ type: 'add_bot', ...(level && { level }) }),
  remove_bot: ({ session_id }) => ({ type: 'remove_bot', sessionId: session_id }),
  kick: ({ session_id }) => ({ type: 'kick', sessionId: session_id }),
  unkick: ({ user_id }) => ({ type: 'unkick', userId: user_id }),
  deal_commit: ({ match_number, commitment }) => ({ type: 'deal_commit', matchNumber: match_number, commitment }),
  deal_reveal: ({ match_number, nonce }) => ({ type: 'deal_reveal', matchNumber: match_number, nonce }),
  take_seat_back: () => ({ type: 'take_seat_back' }),
};

const moves: { [T in MoveType]: (payload: Payload<T>, at: Places) => Move } = {
  completed_initial_peek: ({ slots }) => ({ type: 'completed_initial_peek', slots }),
  draw_card: () => ({ type: 'draw_card' }),
  take_from_discard: () => ({ type: 'take_from_discard' }),
  play_card: ({ slot }) => ({ type: 'play_card', slot }),
  same_rank_play: ({ slot }) => ({ type: 'same_rank_play', slot }),
  collect_from_discard: () => ({ type: 'collect_from_discard' }),
  collect_drawn: () => ({ type: 'collect_drawn' }),
  queen_peek: (place, at) => ({ type: 'queen_peek', target: at(place) }),
  jack_swap: ({ first, second }, at) => ({ type: 'jack_swap', first: at(first), second: at(second) }),
  skip_power: () => ({ type: 'skip_power' }),
  call_recall: () => ({ type: 'call_recall' }),
};

const isRequest = (type: string): type is RequestType => Object.hasOwn(requests, type);

/** @throws RecallError where the payload names somebody who is not there. */
function commandOf(
  room: Room,
  seat: number,
  type: RequestType | MoveType,
  payload: object,
  id: CommandId | undefined,
): Command {
  const withId = id && { id };
  if (isRequest(type)) {
    const request = requests[type] as (payload: object) => RoomRequest;
    return { type: 'request', seat, request: request(payload), ...withId };
  }
  const move = moves[type] as (payload: object, at: Places) => Move;
  return { type: 'move', seat, by: 'person', move: move(payload, placesIn(room)), ...withId };
}

const placesIn =
  (room: Room): Places =>
  ({ session_id, slot }) => {
    const seat = seatBySession(room, session_id)?.seat;
    if (seat === undefined)
      throw new RecallError('INVALID_PAYLOAD', 'session_id: must be that of a player in this room.');
    return { seat, slot };
  };

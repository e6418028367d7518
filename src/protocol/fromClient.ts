import type { Place } from './cards.ts';
import type { BotLevel } from './options.ts';

/** Everything that a client may say in a `recall` room (protocol.md, 3), a closed list. The validators: `schemas/fromClient.ts`. */

type Nothing = Record<never, never>;

/** The payload of each message. A slot is an index into a hand. */
interface Payloads {
  start_match: Nothing;
  add_bot: { level?: BotLevel | undefined };
  remove_bot: { session_id: string };
  kick: { session_id: string };
  unkick: { user_id: string };
  get_kicked: Nothing;
  /** `commitment`: 64 hex digits, in lower case. */
  deal_commit: { match_number: number; commitment: string };
  /** `nonce`: 64 hex digits, in lower case. */
  deal_reveal: { match_number: number; nonce: string };
  take_seat_back: Nothing;
  get_room: Nothing;
  /** The events after that number; 0 is before the first. */
  get_events: { since: number };
  /** `n`: the last event that the client has. */
  ping: { n?: number | undefined };
  /** Two different slots of one's own. */
  completed_initial_peek: { slots: [number, number] };
  draw_card: Nothing;
  take_from_discard: Nothing;
  /** Slot -1 is the drawn card. */
  play_card: { slot: number };
  same_rank_play: { slot: number };
  pass_window: Nothing;
  collect_from_discard: Nothing;
  collect_drawn: Nothing;
  queen_peek: Place;
  jack_swap: { first: Place; second: Place };
  skip_power: Nothing;
  call_recall: Nothing;
}

export type MessageType = keyof Payloads;

/** With it, the same message is done once, however often it is sent. */
interface Repeatable {
  /** Up to 36 characters. */
  command_id?: string | undefined;
}

export type Payload<T extends MessageType> = Payloads[T] & Repeatable;

/** A message and its payload. */
export type ClientMessage = { [T in MessageType]: { readonly type: T; readonly payload: Payload<T> } }[MessageType];

/**
 * How a message whose answer got lost may be sent again: with the `command_id` that it had, as it was, or not at all,
 * since it would mean something else by then.
 */
export const repeated = {
  start_match: 'by_id',
  add_bot: 'by_id',
  remove_bot: 'by_id',
  kick: 'by_id',
  unkick: 'by_id',
  get_kicked: 'freely',
  deal_commit: 'by_id',
  deal_reveal: 'by_id',
  take_seat_back: 'by_id',
  get_room: 'freely',
  get_events: 'freely',
  ping: 'freely',
  completed_initial_peek: 'by_id',
  draw_card: 'by_id',
  take_from_discard: 'by_id',
  play_card: 'by_id',
  same_rank_play: 'by_id',
  pass_window: 'never',
  collect_from_discard: 'by_id',
  collect_drawn: 'by_id',
  queen_peek: 'by_id',
  jack_swap: 'by_id',
  skip_power: 'by_id',
  call_recall: 'by_id',
} as const satisfies { readonly [T in MessageType]: 'by_id' | 'freely' | 'never' };

export const messageTypes = Object.keys(repeated) as readonly MessageType[];

/** Bytes of one message; a longer one is `INVALID_PAYLOAD`. */
export const maxMessageBytes = 4096;
/** Bytes of one WebSocket frame; a longer one closes the connection (1009). */
export const maxFrameBytes = 16_384;

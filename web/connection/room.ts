import { CloseCode, type Room } from '@colyseus/sdk';
import type { MatchEvent } from '../../src/protocol/matchEvent.ts';
import type { GameRoom } from '../../src/protocol/sdk.ts';
import type { ToClient } from '../../src/protocol/toClient.ts';
import { measure } from '../state/serverTime.ts';
import { copyOf, type TableState } from '../state/table.ts';

/** What a room tells the page. */
export interface Listener {
  state(table: TableState): void;
  event(event: MatchEvent): void;
  cardsShown(message: ToClient['cards_shown']): void;
  joined(message: ToClient['player_joined']): void;
  left(message: ToClient['player_left']): void;
  clockMoved(message: ToClient['clock_moved']): void;
  paused(): void;
  resumed(): void;
  /** The room is over; its connections are closed next. */
  closed(message: ToClient['room_closed']): void;
  /** The connection is lost, and the SDK tries to get it back. */
  dropped(): void;
  /** The SDK got it back, with a new reconnection token. */
  back(): void;
  /** The connection is over; the code says why (docs/protocol.md, 6). */
  over(code: number): void;
}

export function listen(room: Room<GameRoom>, listener: Listener): void {
  // The SDK would not try for a connection that is younger than 5 s.
  room.reconnection.minUptime = 0;

  room.onStateChange((state) => listener.state(copyOf(state)));
  room.onMessage('match_event', (event) => listener.event(event));
  room.onMessage('cards_shown', (message) => listener.cardsShown(message));
  room.onMessage('player_joined', (message) => listener.joined(message));
  room.onMessage('player_left', (message) => listener.left(message));
  room.onMessage('clock_moved', (message) => listener.clockMoved(message));
  room.onMessage('paused', () => listener.paused());
  room.onMessage('resumed', () => listener.resumed());
  room.onMessage('room_closed', (message) => listener.closed(message));
  // What the state says as well.
  room.onMessage('*', () => {});

  room.onDrop(() => listener.dropped());
  // The SDK tells of it just before it has the new token.
  room.onReconnect(() => queueMicrotask(() => listener.back()));
  room.onLeave((code) => listener.over(code));
}

/** Sets the page's clock by the room's. A lost answer is no harm: the next measuring will do. */
export function measureTime(room: Room<GameRoom>): void {
  measure(async () => (await room.request('ping', {})).at).catch(() => {});
}

/** Resolves with the next answer that comes: by the framework's own ping, which no room has to take in. */
export const answer = (room: Room): Promise<void> => new Promise((resolve) => room.ping(() => resolve()));

/** The SDK's own, which it names nowhere. */
export const socketOf = (room: Room): WebSocket => (room.connection.transport as unknown as { ws: WebSocket }).ws;

/** Gives up a connection that has gone silent. The SDK comes back by a new one, as after a loss that it was told of. */
export function giveUp(room: Room): void {
  const ws = socketOf(room);
  // What it may bring yet is not for the state that the new one goes on from.
  ws.onopen = null;
  ws.onmessage = null;
  ws.onerror = null;
  room.connection.close(CloseCode.MAY_TRY_RECONNECT);
}

/** Closes the connection and leaves the seat as it is, to come back to. */
export function letGo(room: Room): void {
  room.reconnection.enabled = false;
  void room.leave(false);
}

import { connections, memoryFull, rooms, roomsPaused, seats, users } from '../ops/metrics.ts';
import { phases } from '../protocol/state.ts';
import type { Services } from '../services.ts';
import { LobbyRoom } from './lobby/lobbyRoom.ts';
import { RecallRoom } from './recallRoom.ts';

/** Sets what is shown of the rooms and the people of this process to how it is now. */
export function showRooms(services: Pick<Services, 'connections' | 'memory'>): void {
  const here = [...RecallRoom.here];
  for (const phase of phases) rooms.set({ phase }, here.filter(({ state }) => state.phase === phase).length);
  roomsPaused.set(here.filter(({ isPaused }) => isPaused).length);
  const players = here.flatMap(({ state }) => [...state.players.values()]);
  const people = players.filter(({ isBot }) => !isBot);
  seats.set({ kind: 'computer' }, players.length - people.length);
  seats.set({ kind: 'connected' }, people.filter(({ connected }) => connected).length);
  seats.set({ kind: 'away' }, people.filter(({ connected }) => !connected).length);
  connections.set(
    { to: 'room' },
    here.reduce((sum, { clients }) => sum + clients.length, 0),
  );
  connections.set({ to: 'lobby' }, LobbyRoom.here?.clients.length ?? 0);
  users.set(services.connections.users().length);
  memoryFull.set(Number(services.memory.isFull));
}

import type { Room } from '@colyseus/sdk';
import { signal } from '@preact/signals';
import type { RoomFacts } from '../../src/protocol/toClient.ts';
import { asGuest, client } from './client.ts';

/** Public rooms, as they come and go; null while the server shows none. */
export const publicRooms = signal<readonly RoomFacts[] | null>(null);

/** The room types that this server has: it writes them into the page, so that nothing has to be tried. */
const roomTypes = document.querySelector<HTMLMetaElement>('meta[name=rooms]')?.content.split(' ') ?? [];
export const hasLobby = roomTypes.includes('lobby');

const retryMs = 5000;

/** Keeps the list live. @returns a function that ends it. */
export function watchPublicRooms(): () => void {
  let ended = false;
  let room: Room | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const enter = async () => {
    try {
      const entered = await asGuest(() => client.joinOrCreate('lobby', { filter: {} }));
      if (ended) return void entered.leave();
      room = entered;
      follow(entered, again);
    } catch {
      again();
    }
  };
  const again = () => {
    publicRooms.value = null;
    if (!ended) timer = setTimeout(enter, retryMs);
  };
  if (hasLobby) void enter();

  return () => {
    ended = true;
    clearTimeout(timer);
    void room?.leave();
    publicRooms.value = null;
  };
}

function follow(lobby: Room, again: () => void): void {
  const rooms = new Map<string, RoomFacts>();
  const list = () => {
    publicRooms.value = [...rooms.values()].sort((a, b) => b.created_at - a.created_at);
  };
  lobby.onMessage('rooms', (all: readonly RoomFacts[]) => {
    rooms.clear();
    for (const facts of all) rooms.set(facts.room_id, facts);
    list();
  });
  lobby.onMessage('+', ([roomId, facts]: readonly [string, RoomFacts]) => {
    rooms.set(roomId, facts);
    list();
  });
  lobby.onMessage('-', (roomId: string) => {
    rooms.delete(roomId);
    list();
  });
  lobby.onMessage('*', () => {});
  lobby.onLeave(again);
}

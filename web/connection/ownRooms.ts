import type { UsersRooms } from '../../src/protocol/toClient.ts';
import { storedSeats } from '../state/stored.ts';
import { client } from './client.ts';

/** The rooms where this player has a seat: as the server knows them; where it doesn't tell, as this browser does. */
export async function ownRooms(): Promise<readonly string[]> {
  const stored = storedSeats().map((seat) => seat.roomId);
  if (!client.auth.token) return stored;
  try {
    const { data } = await client.http.get('/users/me/rooms');
    return (data as UsersRooms).rooms.map((room) => room.room_id);
  } catch {
    return stored;
  }
}

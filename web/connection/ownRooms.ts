import { storedSeats } from '../state/stored.ts';
import { client, recall } from './client.ts';

/** The rooms where this player has a seat: as the server knows them; where it doesn't tell, as this browser does. */
export async function ownRooms(): Promise<readonly string[]> {
  const stored = storedSeats().map((seat) => seat.roomId);
  if (!client.auth.token) return stored;
  try {
    return (await recall.rooms()).rooms.map((room) => room.room_id);
  } catch {
    return stored;
  }
}

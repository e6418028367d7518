/** What this browser keeps: one's name, and the seats that one can come back to. The SDK keeps the guest's token itself. */

export interface StoredSeat {
  readonly roomId: string;
  /** The current reconnection token: with it, `client.reconnect` gives the seat back. */
  readonly token: string;
  /** What this player added to the deal's seed. */
  readonly nonce: string;
  /** Unix ms. */
  readonly at: number;
}

const seatsKey = 'recall.seats';
const nameKey = 'recall.name';
/** A room that nothing happens in expires on the server, by default after as long. */
const longestMs = 24 * 60 * 60 * 1000;
const mostSeats = 8;

/** The newest first. */
export function storedSeats(): readonly StoredSeat[] {
  try {
    const seats = JSON.parse(localStorage.getItem(seatsKey) ?? '[]') as StoredSeat[];
    return seats.filter((seat) => typeof seat.roomId === 'string' && Date.now() - seat.at < longestMs);
  } catch {
    return [];
  }
}

export const storedSeat = (roomId: string): StoredSeat | undefined =>
  storedSeats().find((seat) => seat.roomId === roomId);

export function storeSeat(seat: Omit<StoredSeat, 'at'>): void {
  const others = storedSeats().filter((one) => one.roomId !== seat.roomId);
  put(seatsKey, JSON.stringify([{ ...seat, at: Date.now() }, ...others].slice(0, mostSeats)));
}

export function forgetSeat(roomId: string): void {
  put(seatsKey, JSON.stringify(storedSeats().filter((seat) => seat.roomId !== roomId)));
}

export function storedName(): string {
  try {
    return localStorage.getItem(nameKey) ?? '';
  } catch {
    return '';
  }
}

export const storeName = (name: string): void => put(nameKey, name);

/** Where the browser keeps nothing, the game can be played all the same. */
function put(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Full, or forbidden.
  }
}

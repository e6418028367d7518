import type { OwnPart, PartKeeper } from '../../src/fairness/ownPart.ts';

/**
 * What this browser keeps: one's name, the seats that one can come back to, and one's own parts in their deals. The SDK
 * keeps the guest's token itself.
 */

export interface StoredSeat {
  readonly roomId: string;
  /** The current reconnection token: with it, `client.reconnect` gives the seat back. */
  readonly token: string;
  /** Unix ms. */
  readonly at: number;
}

const seatsKey = 'recall.seats';
const partsKey = 'recall.parts';
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
  put(partsKey, JSON.stringify(storedParts().filter((part) => part.roomId !== roomId)));
  put(seatsKey, JSON.stringify(storedSeats().filter((seat) => seat.roomId !== roomId)));
}

/** One's own parts: of the match that runs, or was played last, and of the next one. Older ones are forgotten. */
export const parts: PartKeeper = {
  of: (roomId, matchNumber) =>
    storedParts().find((part) => part.roomId === roomId && part.matchNumber === matchNumber) ?? null,
  keep(part) {
    const others = storedParts().filter(
      (one) =>
        one.roomId !== part.roomId || one.matchNumber === part.matchNumber - 1 || one.matchNumber > part.matchNumber,
    );
    kept = [part, ...others].slice(0, 2 * mostSeats);
    put(partsKey, JSON.stringify(kept));
  },
};

/** Where the browser keeps nothing, the page does. */
let kept: readonly OwnPart[] = [];

function storedParts(): readonly OwnPart[] {
  try {
    return JSON.parse(localStorage.getItem(partsKey) ?? JSON.stringify(kept)) as OwnPart[];
  } catch {
    return kept;
  }
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

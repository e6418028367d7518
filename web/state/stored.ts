import type { OwnPart, PartKeeper } from '../../src/fairness/ownPart.ts';
import { storage } from './storage.ts';

/**
 * What this browser keeps: one's name, the seats that one can come back to, one's own parts in their deals, and whether one
 * wants sound. The SDK keeps the guest's token itself.
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
const soundKey = 'recall.sound';
/** A room that nothing happens in expires on the server, by default after as long. */
const longestMs = 24 * 60 * 60 * 1000;
const mostSeats = 8;
const mostParts = 32;

/** A list as this page has written it. What is no such thing (a person can write there, or another page) is passed over. */
function storedList<T>(key: string, isWhole: (one: Partial<T>) => boolean): readonly T[] {
  try {
    return (JSON.parse(storage.getItem(key) ?? '[]') as T[]).filter((one) => isWhole(one ?? {}));
  } catch {
    return [];
  }
}

/** The newest first. */
export const storedSeats = (): readonly StoredSeat[] =>
  storedList<StoredSeat>(
    seatsKey,
    ({ roomId, token, at = 0 }) =>
      typeof roomId === 'string' && typeof token === 'string' && Math.abs(Date.now() - at) < longestMs,
  );

export const storedSeat = (roomId: string): StoredSeat | undefined =>
  storedSeats().find((seat) => seat.roomId === roomId);

export function storeSeat(seat: Omit<StoredSeat, 'at'>): void {
  const others = storedSeats().filter((one) => one.roomId !== seat.roomId);
  storage.setItem(seatsKey, JSON.stringify([{ ...seat, at: Date.now() }, ...others].slice(0, mostSeats)));
}

/** One's parts in its deals stay: who is put out after opening one and comes back has to know of it. */
export function forgetSeat(roomId: string): void {
  storage.setItem(seatsKey, JSON.stringify(storedSeats().filter((seat) => seat.roomId !== roomId)));
}

/** One's own parts, the last few: a match number that was opened before is known again, whatever came between. */
export const parts: PartKeeper = {
  of: (roomId, matchNumber) =>
    storedParts().find((part) => part.roomId === roomId && part.matchNumber === matchNumber) ?? null,
  since: (roomId, matchNumber) =>
    storedParts().filter((part) => part.roomId === roomId && part.matchNumber >= matchNumber),
  keep(part) {
    const others = storedParts().filter((one) => one.roomId !== part.roomId || one.matchNumber !== part.matchNumber);
    storage.setItem(partsKey, JSON.stringify([part, ...others].slice(0, mostParts)));
  },
};

const storedParts = (): readonly OwnPart[] =>
  storedList<OwnPart>(
    partsKey,
    ({ roomId, matchNumber, promised, openedBefore }) =>
      typeof roomId === 'string' &&
      typeof matchNumber === 'number' &&
      typeof promised === 'string' &&
      typeof openedBefore === 'number',
  );

/** All that says who one is. */
export function forgetAll(): void {
  for (const key of [seatsKey, partsKey, nameKey]) storage.removeItem(key);
}

export const storedName = (): string => storage.getItem(nameKey) ?? '';
export const storeName = (name: string): void => storage.setItem(nameKey, name);

/** Whether sound was chosen or refused; null where neither. */
export function storedSound(): boolean | null {
  const stored = storage.getItem(soundKey);
  return stored === 'on' ? true : stored === 'off' ? false : null;
}
export const storeSound = (on: boolean): void => storage.setItem(soundKey, on ? 'on' : 'off');

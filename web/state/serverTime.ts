import { signal } from '@preact/signals';

/**
 * The server's clock. Deadlines come in its time, and a player's own clock may be minutes off. Measured against a clock
 * that nobody can set (`performance.now`).
 */
const offset = signal(Date.now() - performance.now());
let best = Number.POSITIVE_INFINITY;

/** Unix ms, by the server's clock. */
export const serverNow = (): number => performance.now() + offset.value;

/** The server's clock was set, and says so much more than before. */
export function serverClockMoved(byMs: number): void {
  offset.value += byMs;
}

/**
 * Asks the server for its time. The quickest answer says it best: it leaves the least room for error.
 * @param ping answers with the server's time
 */
export async function measure(ping: () => Promise<number>, times = 3): Promise<void> {
  best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) {
    const sent = performance.now();
    const at = await ping();
    const roundTrip = performance.now() - sent;
    if (roundTrip >= best) continue;
    best = roundTrip;
    offset.value = at - sent - roundTrip / 2;
  }
}

/** A step of 30 s begins with 30, also where the clock was measured a little off; the last second is 1. */
export function secondsLeft(leftMs: number, lastsMs: number): number {
  const seconds = Math.ceil(leftMs / 1000);
  const begins = Math.ceil(lastsMs / 1000 - nearMs / 1000);
  return seconds === begins + 1 ? begins : seconds;
}
const nearMs = 300;

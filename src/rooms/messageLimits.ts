import type { Client } from '@colyseus/core';
import type { Clock } from '../ops/clock.ts';

/** How much a client may say (protocol.md, 6). */
export interface MessageLimits {
  /** Counts a message. @returns null, or in how many ms the client may say more. */
  message(client: Client): number | null;
  /** Counts a bad message. @returns whether that was one too many: its connection is to be closed. */
  badMessage(client: Client): boolean;
}

const secondMs = 1000;
const badWindowMs = 10_000;

/**
 * @param messagesPerS messages of one client in a second
 * @param badMessages bad ones of one client in 10 s
 */
export function createMessageLimits(messagesPerS: number, badMessages: number, clock: Clock): MessageLimits {
  const messages = countWithin(secondMs, clock);
  const bad = countWithin(badWindowMs, clock);
  return {
    message(client) {
      const { count, endsAt } = messages(client);
      return count > messagesPerS ? Math.max(1, Math.ceil(endsAt - clock.elapsed())) : null;
    },
    badMessage: (client) => bad(client).count >= badMessages,
  };
}

/** Counts for each client, beginning anew when `ms` have passed since the first. */
function countWithin(ms: number, clock: Clock): (client: Client) => { count: number; endsAt: number } {
  const windows = new WeakMap<Client, { count: number; endsAt: number }>();
  return (client) => {
    const now = clock.elapsed();
    const last = windows.get(client);
    const window = last && now < last.endsAt ? last : { count: 0, endsAt: now + ms };
    window.count++;
    windows.set(client, window);
    return window;
  };
}

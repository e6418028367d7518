import type { Client } from '@colyseus/sdk';
import type { ErrorBody } from '../../../src/protocol/errors.ts';
import { inTime, longestWaitMs, pause } from './patience.ts';
import { GuestsRefused, troubleOf } from './trouble.ts';

export interface GuestOptions {
  /** How one is shown; a function is asked at each sign-in. */
  name?: string | (() => string | undefined);
  /** Many guests arrive at once, and this one waits for its turn; or does no more. */
  onWaiting?: (waits: boolean) => void;
}

/**
 * For `connect`'s `signIn`: as a guest, in the order of waiting where many arrive at once. Calls that come at the same time
 * become the same guest.
 */
export function asGuest(client: Client, options: GuestOptions = {}): () => Promise<void> {
  let becoming: Promise<void> | undefined;
  return () => {
    becoming ??= signIn(client, options).finally(() => {
      becoming = undefined;
    });
    return becoming;
  };
}

async function signIn(client: Client, { name, onWaiting }: GuestOptions): Promise<void> {
  const shown = typeof name === 'function' ? name() : name;
  const attempt = (place?: string) => tryToSignIn(client, { name: shown, place });
  let waited = false;
  try {
    for (let wait = await attempt(); wait; wait = await attempt(wait.place)) {
      if (!waited) onWaiting?.(true);
      waited = true;
      await pause(wait.retry_after_ms ?? longestWaitMs);
    }
  } catch (error) {
    const trouble = troubleOf(error);
    throw trouble === 'NOT_ALLOWED' || trouble === 'UNAUTHENTICATED' ? new GuestsRefused() : error;
  } finally {
    if (waited) onWaiting?.(false);
  }
}

/** @returns null, or how long to wait, and with which place to come back. */
async function tryToSignIn(client: Client, body: { name: string | undefined; place: string | undefined }) {
  try {
    await inTime(client.auth.signInAnonymously(body), () => {});
    return null;
  } catch (error) {
    const { data } = error as { data?: ErrorBody };
    if (data?.place === undefined) throw error;
    return data;
  }
}

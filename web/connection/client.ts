import { Client } from '@colyseus/sdk';
import { charactersOf, maxName } from '../../src/protocol/characters.ts';
import { type Code, codes } from '../../src/protocol/errors.ts';
import { playerName } from '../state/playerName.ts';

/** The server that this page came from. The SDK keeps the token in this browser, so that the same guest comes back. */
export const client = new Client(new URL('.', location.href).href);

/** Why a call failed: the server's code, `AWAY` where it did not answer, `NO_GUESTS` where it wants an account. */
export type Trouble = Code | 'AWAY' | 'NO_GUESTS';

/** After a while, or a restart of the server, the same call may well succeed. */
export const mayPass = (trouble: Trouble): boolean =>
  trouble === 'AWAY' || trouble === 'UNAVAILABLE' || trouble === 'INTERNAL' || trouble === 'TOO_MANY_REQUESTS';

/** In the three forms that an error comes in (docs/protocol.md, 6): a refused request, a route's answer, a matchmaking call. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof GuestsRefused) return 'NO_GUESTS';
  const { reason, data, message = '' } = error as { reason?: Coded; data?: Coded; message?: string };
  const code = reason?.code ?? data?.code ?? /^([A-Z_]+):/.exec(message)?.[1];
  return code !== undefined && Object.hasOwn(codes, code) ? (code as Code) : 'AWAY';
}
interface Coded {
  readonly code?: string;
}

class GuestsRefused extends Error {}

/** Makes a call as the guest that this browser is, or as a new one where the server knows that one no more. */
export async function asGuest<T>(call: () => Promise<T>): Promise<T> {
  if (!client.auth.token) await becomeGuest();
  try {
    return await call();
  } catch (error) {
    if (troubleOf(error) !== 'UNAUTHENTICATED') throw error;
    await becomeGuest();
    return call();
  }
}

let becoming: Promise<void> | undefined;

/** Calls that find no guest at the same time become the same one. */
function becomeGuest(): Promise<void> {
  becoming ??= signIn().finally(() => {
    becoming = undefined;
  });
  return becoming;
}

async function signIn(): Promise<void> {
  try {
    await client.auth.signInAnonymously({ name: shownName() });
  } catch (error) {
    const trouble = troubleOf(error);
    throw trouble === 'NOT_ALLOWED' || trouble === 'UNAUTHENTICATED' ? new GuestsRefused() : error;
  }
}

/** The name to send, or undefined where the player has none. */
export const shownName = (): string | undefined =>
  charactersOf(playerName.value.trim()).slice(0, maxName).join('').trim() || undefined;

/** So many random bytes, in hex. (`crypto.randomUUID` is missing where a page comes over plain HTTP.) */
export const randomHex = (bytes: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');

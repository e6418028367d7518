import { Client } from '@colyseus/sdk';
import { charactersOf, maxName } from '../../src/protocol/characters.ts';
import { type Code, codes, type ErrorBody } from '../../src/protocol/errors.ts';
import { playerName } from '../state/playerName.ts';
import { arriving } from '../state/screen.ts';
// Before the SDK looks for the browser's storage.
import '../state/storage.ts';
import { inTime, longestWaitMs, pause } from './patience.ts';

/** The server that this page came from. The SDK keeps the token in this browser, so that the same guest comes back. */
export const client = new Client(new URL('.', location.href).href);

// What is no token can't even be sent.
if (client.auth.token && !/^[\w.-]+$/.test(client.auth.token)) void client.auth.signOut();

/**
 * Why a call failed: the server's code, `AWAY` where it did not answer, `NO_GUESTS` where it wants an account, `FAULT`
 * where something else is wrong, be it on this page.
 */
export type Trouble = Code | 'AWAY' | 'NO_GUESTS' | 'FAULT';

/** After a while, or a restart of the server, the same call may well succeed. */
export const mayPass = (trouble: Trouble): boolean => passing.includes(trouble);
const passing: readonly Trouble[] = ['AWAY', 'FAULT', 'UNAVAILABLE', 'INTERNAL', 'TOO_MANY_REQUESTS'];

/** In the three forms that an error comes in (docs/protocol.md, 6): a refused request, a route's answer, a matchmaking call. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof GuestsRefused) return 'NO_GUESTS';
  const { reason, data, message = '' } = error as { reason?: Coded; data?: Coded; message?: string };
  const code = reason?.code ?? data?.code ?? /^([A-Z_]+):/.exec(message)?.[1];
  if (code !== undefined && Object.hasOwn(codes, code)) return code as Code;
  return wasAnswered(error) ? 'FAULT' : 'AWAY';
}
interface Coded {
  readonly code?: string;
}

/** Whether the server, and not a proxy in its place, has said something; or nobody was asked. */
function wasAnswered(error: unknown): boolean {
  const { name, code } = error as { name?: string; code?: unknown };
  // Of ours, and the SDK's of a request that was not answered.
  if (name === 'Error') return false;
  const isCall = name === 'ServerError' || name === 'MatchMakeError';
  return !isCall || (typeof code === 'number' && !noAnswers.has(code));
}
/** A gateway's statuses, and the codes that a connection is closed with which broke, or whose server goes. */
const noAnswers: ReadonlySet<number> = new Set([502, 503, 504, 1001, 1005, 1006, 1012, 1013, 4010]);

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

/** Where many arrive at once, it waits for its turn, however long that takes. */
async function signIn(): Promise<void> {
  try {
    for (let waits = await tryToSignIn(); waits; waits = await tryToSignIn(waits.place)) {
      arriving.value = true;
      await pause(waits.retry_after_ms ?? longestWaitMs);
    }
  } catch (error) {
    const trouble = troubleOf(error);
    throw trouble === 'NOT_ALLOWED' || trouble === 'UNAUTHENTICATED' ? new GuestsRefused() : error;
  } finally {
    arriving.value = false;
  }
}

/** @returns null, or how long to wait, and with which place to come back. */
async function tryToSignIn(place?: string): Promise<ErrorBody | null> {
  try {
    await inTime(client.auth.signInAnonymously({ name: shownName(), place }), () => {});
    return null;
  } catch (error) {
    const { data } = error as { data?: ErrorBody };
    if (data?.place === undefined) throw error;
    return data;
  }
}

/** The name to send, or undefined where the player has none. */
export const shownName = (): string | undefined =>
  charactersOf(playerName.value.trim()).slice(0, maxName).join('').trim() || undefined;

/** So many random bytes, in hex. (`crypto.randomUUID` is missing where a page comes over plain HTTP.) */
export const randomHex = (bytes: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');

import { Client, CloseCode } from '@colyseus/sdk';
import { connect } from '../../packages/recall-protocol/src/connect.ts';
import { asGuest } from '../../packages/recall-protocol/src/guest.ts';
import { firstWaitMs, pause } from '../../packages/recall-protocol/src/patience.ts';
import type { Seat } from '../../packages/recall-protocol/src/seat.ts';
import { charactersOf, maxName } from '../../src/protocol/characters.ts';
import { playerName } from '../state/playerName.ts';
import { arriving } from '../state/screen.ts';
// Before the SDK looks for the browser's storage.
import '../state/storage.ts';
import { storedSeat } from '../state/stored.ts';

/** The server that this page came from. The SDK keeps the token in this browser, so that the same guest comes back. */
export const client = new Client(new URL('.', location.href).href);

// What is no token can't even be sent.
if (client.auth.token && !/^[\w.-]+$/.test(client.auth.token)) void client.auth.signOut();

/** The name to send, or undefined where the player has none. */
export const shownName = (): string | undefined =>
  charactersOf(playerName.value.trim()).slice(0, maxName).join('').trim() || undefined;

/** The ways into rooms, as the guest that this browser is, or as a new one where the server knows that one no more. */
export const recall = connect(client, {
  signIn: asGuest(client, {
    name: shownName,
    onWaiting: (waits) => {
      arriving.value = waits;
    },
  }),
  comesBack: async (seat, code) => code !== CloseCode.WITH_ERROR || !(await hasNewerToken(seat)),
});

/** Another tab of this browser that has come by the seat's token has a newer one a moment later. */
async function hasNewerToken({ roomId, reconnectionToken }: Seat): Promise<boolean> {
  await pause(firstWaitMs);
  const kept = storedSeat(roomId)?.token;
  return kept !== undefined && kept !== reconnectionToken;
}

import { type Client, type ClientPrivate, ClientState } from '@colyseus/core';
import type { WebSocket } from 'ws';
import type { Clock } from '../ops/clock.ts';
import type { SparseLog } from '../ops/sparse.ts';
import { maxWaitingBytes } from '../sockets/clientSocket.ts';

/** How long a client that has been let in may take to say that it is ready, ms. */
export const readyWithinMs = 15_000;

/**
 * Looks after a connection from when it is let in until its client acknowledges that (JOIN_ROOM), which the SDKs do at
 * once. Colyseus keeps whatever it is told meanwhile, however much that is, and waits for ever. A connection that is cut
 * off here is a lost one: its seat waits for it.
 * @param noShow told of who never does: an SDK of Colyseus 0.17 can't read what it is told
 */
export function awaitReady(client: Client, { clock, noShow }: { clock: Clock; noShow: SparseLog }): void {
  const { ref, enqueueRaw } = client as Client & ClientPrivate & { ref: WebSocket };
  let kept = 0;
  client.enqueueRaw = (data, options) => {
    // From then on its socket sees to it (clientSocket.ts).
    if (isReady(client)) client.enqueueRaw = enqueueRaw;
    else kept += data.byteLength;
    if (isReady(client) || kept <= maxWaitingBytes) enqueueRaw.call(client, data, options);
    else ref.terminate();
  };
  clock.at(clock.now() + readyWithinMs, () => {
    if (!isWaitedFor(client)) return;
    noShow('did not acknowledge', { sessionId: client.sessionId });
    ref.terminate();
  });
}

const isReady = ({ state }: Client): boolean => state === ClientState.JOINED;
const isWaitedFor = ({ state }: Client): boolean => state === ClientState.JOINING || state === ClientState.RECONNECTING;

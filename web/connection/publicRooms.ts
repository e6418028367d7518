import type { Room } from '@colyseus/sdk';
import { signal } from '@preact/signals';
import { firstWaitMs, inTime, longestWaitMs, pause } from '../../packages/recall-protocol/src/patience.ts';
import { takePulse } from '../../packages/recall-protocol/src/pulse.ts';
import { letGo } from '../../packages/recall-protocol/src/room.ts';
import { troubleOf } from '../../packages/recall-protocol/src/trouble.ts';
import type { Lobby } from '../../src/protocol/sdk.ts';
import type { RoomFacts } from '../../src/protocol/toClient.ts';
import { client, recall } from './client.ts';

/** Public rooms with a free seat, the one that has waited longest first, as they come and go; or why there are none to show. */
export const publicRooms = signal<readonly RoomFacts[] | 'asking' | 'lost' | 'unable' | 'closed'>('asking');

/** Keeps the list live, also through a restart of the server. @returns a function that ends it. */
export function watchPublicRooms(): () => void {
  const end = new AbortController();
  publicRooms.value = 'asking';
  void keepWatching(end.signal);
  return () => end.abort();
}

async function keepWatching(ended: AbortSignal): Promise<void> {
  for (let wait = firstWaitMs; !ended.aborted; wait = Math.min(wait * 2, longestWaitMs)) {
    let why: 'lost' | 'unable' = 'lost';
    try {
      const lobby = await recall.asUser(() => inTime(client.joinOrCreate<Lobby>('lobby', { filter: {} }), letGo));
      await follow(lobby, ended);
      wait = firstWaitMs;
    } catch (error) {
      if (ended.aborted) return;
      const trouble = troubleOf(error);
      if (trouble === 'NO_GUESTS') {
        publicRooms.value = 'closed';
        return;
      }
      if (trouble !== 'AWAY') why = 'unable';
    }
    if (ended.aborted) return;
    publicRooms.value = why;
    await pause(wait);
  }
}

/** Resolves when the connection is over. */
function follow(lobby: Room<Lobby, object>, ended: AbortSignal): Promise<void> {
  // Nothing waits in a lobby to be come back to: a new one knows as much.
  lobby.reconnection.enabled = false;
  const rooms = new Map<string, RoomFacts>();
  const list = () => {
    // So new rooms come at the end, and none moves away under a finger.
    if (!ended.aborted) publicRooms.value = [...rooms.values()].sort((a, b) => a.created_at - b.created_at);
  };
  lobby.onMessage('rooms', (all) => {
    rooms.clear();
    for (const facts of all) rooms.set(facts.room_id, facts);
    list();
  });
  lobby.onMessage('+', ([roomId, facts]) => {
    rooms.set(roomId, facts);
    list();
  });
  lobby.onMessage('-', (roomId) => {
    rooms.delete(roomId);
    list();
  });
  lobby.onMessage('*', () => {});
  const pulse = takePulse(lobby);
  return new Promise((resolve) => {
    lobby.onLeave(() => {
      pulse.stop();
      resolve();
    });
    if (ended.aborted) letGo(lobby);
    else ended.addEventListener('abort', () => letGo(lobby));
  });
}

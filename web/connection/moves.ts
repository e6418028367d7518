import type { Move } from '../state/options.ts';
import { busy, link, refusal } from '../state/screen.ts';
import { randomHex, troubleOf } from './client.ts';
import { comeBackMs, currentRoom } from './session.ts';

/** Makes a move. Where it is refused, `refusal` says why. */
export async function make(move: Move): Promise<void> {
  if (busy.value) return;
  busy.value = true;
  refusal.value = null;
  try {
    await once(move);
  } catch (error) {
    const trouble = troubleOf(error);
    refusal.value = trouble === 'AWAY' || trouble === 'NO_GUESTS' ? 'UNAVAILABLE' : trouble;
  } finally {
    busy.value = false;
  }
}

/**
 * The move carries an id, so that it is done once however often it is sent: where the connection breaks before the
 * answer, it is sent again as soon as that is back.
 */
async function once({ type, payload }: Move): Promise<void> {
  const request = { ...payload, command_id: randomHex(16) };
  try {
    await currentRoom()?.request(type, request);
  } catch (error) {
    if ((error as Error).name === 'rejected') throw error;
    await isOpen();
    await currentRoom()?.request(type, request);
  }
}

/** Resolves when the connection is open again; rejects when there is no hope. */
function isOpen(): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => done(reject), comeBackMs);
    const unsubscribe = link.subscribe((now) => {
      if (now !== 'dropped') done(resolve);
    });
    // `subscribe` calls back at once, before it has returned.
    function done(settle: () => void) {
      clearTimeout(timer);
      queueMicrotask(() => unsubscribe());
      settle();
    }
  });
}

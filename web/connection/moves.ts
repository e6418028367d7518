import { passed, windowNow } from '../state/choice.ts';
import type { Move } from '../state/options.ts';
import { busy, link, refusal } from '../state/screen.ts';
import { randomHex, troubleOf } from './client.ts';
import { comeBackMs, currentRoom, hurry } from './session.ts';

/** The moves on their way, as text. */
const onTheWay = new Set<string>();
let last = Promise.resolve();

/**
 * Makes a move, after those before it. Where it is refused, `refusal` says why. The same move again, while it is on its
 * way, is the impatience of a person and not a second one. While the connection is lost, or the match paused, none is made.
 */
export function make(move: Move): Promise<void> {
  if (link.value !== 'open') return last;
  const text = JSON.stringify(move);
  if (onTheWay.has(text)) return last;
  onTheWay.add(text);
  busy.value = true;
  last = last.then(async () => {
    await send(move);
    onTheWay.delete(text);
    busy.value = onTheWay.size > 0;
  });
  return last;
}

async function send(move: Move): Promise<void> {
  refusal.value = null;
  const window = windowNow.value;
  try {
    await once(move);
    if (move.type === 'pass_window') passed.value = window;
  } catch (error) {
    refusal.value = troubleOf(error);
  }
}

/**
 * The move carries an id, so that it is done once however often it is sent: where the connection breaks before the
 * answer, it is sent again as soon as that is back.
 */
async function once({ type, payload }: Move): Promise<void> {
  const request = { ...payload, command_id: randomHex(16) };
  const roomId = currentRoom()?.roomId;
  hurry();
  try {
    await currentRoom()?.request(type, request);
  } catch (error) {
    if ((error as Error).name === 'rejected') throw error;
    await isOpen();
    // The person may have gone elsewhere meanwhile.
    if (currentRoom()?.roomId === roomId) await currentRoom()?.request(type, request);
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

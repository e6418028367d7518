import { troubleOf } from '../../packages/recall-protocol/src/trouble.ts';
import { passed, windowNow } from '../state/choice.ts';
import type { Move } from '../state/options.ts';
import { busy, link, refusal } from '../state/screen.ts';
import { currentSeat } from './session.ts';

/** The moves on their way, as text. */
const onTheWay = new Set<string>();
let last = Promise.resolve();

/**
 * Makes a move, after those before it. Where it is refused, `refusal` says why. The same move again, while it is on its
 * way, is the impatience of a person and not a second one. While the connection is lost, or the match paused, none is made; where it is lost before
 * the answer, the move is made once all the same.
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

async function send({ type, payload }: Move): Promise<void> {
  refusal.value = null;
  const [seat, window] = [currentSeat(), windowNow.value];
  try {
    await seat?.request(type, payload);
    if (type === 'pass_window') passed.value = window;
  } catch (error) {
    // The person may have gone elsewhere meanwhile.
    if (seat === currentSeat()) refusal.value = troubleOf(error);
  }
}

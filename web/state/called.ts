import { signal } from '@preact/signals';
import type { MatchEvent } from '../../src/protocol/matchEvent.ts';

/** Who called Recall a moment ago (a session id), or empty: for all to see before the match goes on. */
export const justCalled = signal('');

const shownForMs = 4000;
let timer: ReturnType<typeof setTimeout> | undefined;

export function markCall(event: MatchEvent): void {
  if (event.type !== 'recall_called') return;
  justCalled.value = event.session_id;
  clearTimeout(timer);
  timer = setTimeout(() => {
    justCalled.value = '';
  }, shownForMs);
}

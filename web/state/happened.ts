import { signal } from '@preact/signals';
import type { Place } from '../../src/protocol/cards.ts';
import type { MatchEvent } from '../../src/protocol/matchEvent.ts';
import type { CardsShown, PlayerJoined, PlayerLeft, ToClient } from '../../src/protocol/toClient.ts';
import { text } from '../strings.ts';
import { markCall } from './called.ts';
import { createWitness } from './deal.ts';
import { beginLog, clearLog, write, writeEvent } from './log.ts';
import { mark } from './marks.ts';
import { serverClockMoved, serverNow } from './serverTime.ts';
import { hide, hideAll, hideExpired, moveShown, show } from './shown.ts';
import { isRunning, me, type TableState, table } from './table.ts';

/** What the room says, and what it means for the page's state. */

export let witness = createWitness();

/** How long the step lasts that `deadlineAt` ends, ms: for the ring that runs with it. */
export const stepMs = signal(0);

export function tableChanged(next: TableState): void {
  const { deadlineAt, startsAt } = next;
  const endsAt = deadlineAt || startsAt;
  const before = table.value;
  if (endsAt !== (before?.deadlineAt || before?.startsAt)) stepMs.value = Math.max(0, endsAt - serverNow());
  witness.table(next);
  if (before === null && next.matchNumber > 0) beginLog();
  table.value = next;
}

/** The connection was lost, and is back: not all that happened meanwhile was told, and the table has what came of it. */
export function cameBack(): void {
  if (table.value && isRunning(table.value.phase)) write(text.events.log_goes_on);
}

const listeners = new Set<(event: MatchEvent) => void>();

/** Calls `listener` with each event as it happens, before the page's state follows it. */
export function onEvent(listener: (event: MatchEvent) => void): void {
  listeners.add(listener);
}

/** @param missed while the connection was lost: it is written down, and neither shown nor heard */
export function happened(event: MatchEvent, missed = false): void {
  witness.event(event);
  if (!missed) {
    for (const listener of listeners) listener(event);
    mark(event);
    markCall(event);
  }
  writeEvent(event, me.value, nameOf);
  hideWhatMoved(event);
}

export const nameOf = (sessionId: string): string => table.value?.players[sessionId]?.name ?? '';

export function cardsShown(message: CardsShown): void {
  witness.shown(message);
  show(message);
  hideInTime();
}

/** The server's clock was set: nothing has less time left, nor more. */
export function clockMoved({ by_ms }: ToClient['clock_moved']): void {
  serverClockMoved(by_ms);
  moveShown(by_ms);
  // The state has come before.
  const endsAt = table.value?.deadlineAt || table.value?.startsAt;
  if (endsAt) stepMs.value = Math.max(0, endsAt - serverNow());
}

let timer: ReturnType<typeof setTimeout> | undefined;
function hideInTime(): void {
  clearTimeout(timer);
  const next = hideExpired(serverNow());
  if (next !== null) timer = setTimeout(hideInTime, Math.max(1, next - serverNow()));
}

/** A card that has left its place is not shown there any more. */
function hideWhatMoved(event: MatchEvent): void {
  const drawn: Place = { session_id: me.value, slot: -1 };
  switch (event.type) {
    case 'played':
      // From a slot: the drawn card has taken its place.
      if (event.session_id === me.value) hide(drawn);
      hide(event);
      break;
    case 'same_rank_played':
      hide(event);
      break;
    case 'collected':
      if (event.from === 'drawn' && event.session_id === me.value) hide(drawn);
      break;
    case 'jack_swapped':
      hide(event.first, event.second);
      break;
    case 'turn_missed':
    case 'turn_started':
      hide(drawn);
      break;
    case 'match_started':
    case 'match_ended':
      hideAll();
      break;
  }
}

export function joined({ name }: PlayerJoined): void {
  write(text.events.joined(name));
}

export function left({ session_id }: PlayerLeft): void {
  const name = nameOf(session_id);
  if (name) write(text.events.left(name));
}

export function clearTable(): void {
  table.value = null;
  me.value = '';
  hideAll();
  clearLog();
  witness = createWitness();
}

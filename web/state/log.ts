import { signal } from '@preact/signals';
import type { Place } from '../../src/protocol/cards.ts';
import type { MatchEvent } from '../../src/protocol/matchEvent.ts';
import { text } from '../strings.ts';

export interface LogLine {
  readonly id: number;
  readonly text: string;
  /** A match begins with it. */
  readonly first: boolean;
}

const longest = 200;
let ids = 0;

/** What happened, in words, the newest last. */
export const log = signal<readonly LogLine[]>([]);

export function write(...lines: readonly string[]): void {
  if (lines.length > 0) add(lines.map((line) => ({ id: ids++, text: line, first: false })));
}

export function writeEvent(event: MatchEvent, me: string, nameOf: (sessionId: string) => string): void {
  const lines = sentences(event, me, nameOf);
  const first = event.type === 'match_started';
  // It had begun only just now, and nothing is missing.
  if (first && log.value.length === 1 && log.value[0]?.text === text.events.log_begins) clearLog();
  add(lines.map((line, i) => ({ id: ids++, text: line, first: first && i === 0 })));
}

function add(entries: readonly LogLine[]): void {
  log.value = [...log.value, ...entries].slice(-longest);
}

export function clearLog(): void {
  log.value = [];
}

/** The page has come to a match that runs: what it is told from here on is not all. */
export function beginLog(): void {
  log.value = [{ id: ids++, text: text.events.log_begins, first: false }];
}

/** An event in words. None where the next event says it all. */
export function sentences(event: MatchEvent, me: string, nameOf: (sessionId: string) => string): readonly string[] {
  const say = text.events;
  const who = (sessionId: string) => (sessionId === me ? say.you : nameOf(sessionId));
  const whose = (place: Place, by: string) => {
    if (place.session_id === by) return by === me ? say.yourOwn : say.theirOwn;
    return place.session_id === me ? say.your : say.of(nameOf(place.session_id));
  };

  switch (event.type) {
    case 'match_started':
      return [
        say.match_started(event.match_number, who(event.starter), event.discard),
        ...(event.left_out ?? []).map((one) => say.left_out(who(one))),
      ];
    case 'peeked':
      return [say.peeked(who(event.session_id), event.by_lot)];
    case 'peek_over':
      return event.collections.map((one) => say.collection(who(one.session_id), one));
    case 'drew':
      return [say.drew(who(event.session_id))];
    case 'took':
      return [say.took(who(event.session_id), event.card)];
    case 'played':
      return [say.played(who(event.session_id), event.card, event.slot), say.window_opened(event.card.rank)];
    case 'same_rank_played':
      return [say.same_rank_played(who(event.session_id), event.card, event.slot)];
    case 'same_rank_refused':
      return [say.same_rank_refused(who(event.session_id), event.slot, event.penalty_slot !== null)];
    case 'queen_peeked': {
      const { session_id: by, target } = event;
      return [say.queen_peeked(who(by), whose(target, by), target.slot)];
    }
    case 'jack_swapped': {
      const { session_id: by, first, second } = event;
      return [say.jack_swapped(who(by), whose(first, by), first.slot, whose(second, by), second.slot)];
    }
    case 'power_skipped':
      return [say.power_skipped(who(event.session_id), event.power, event.why)];
    case 'collected':
      return [say.collected(who(event.session_id), event.card, event.from)];
    case 'reshuffled':
      return [say.reshuffled(event.draw_pile)];
    case 'recall_called':
      return [say.recall_called(who(event.session_id))];
    case 'turn_missed':
      return [say.turn_missed(who(event.session_id), event.kept_slot !== null)];
    case 'turn_passed':
      return [say.turn_passed(who(event.session_id))];
    case 'bot_took_over':
      return [say.bot_took_over(who(event.session_id))];
    case 'player_back':
      return [say.player_back(who(event.session_id))];
    case 'match_ended': {
      const winners = event.results.filter((one) => one.win_type !== '').map((one) => one.session_id);
      return [say.match_ended(winnersLine(winners, me, nameOf))];
    }
    case 'turn_started':
    case 'window_opened':
    case 'window_closed':
    case 'power_opened':
      return [];
    default:
      // A newer server may tell of more.
      return [];
  }
}

/** Who won, in words, without a full stop. */
export function winnersLine(winners: readonly string[], me: string, nameOf: (sessionId: string) => string): string {
  const others = winners.filter((one) => one !== me).map(nameOf);
  if (!winners.includes(me)) return text.result.won(others);
  return others.length === 0 ? text.result.youWon : text.result.youShare(others);
}

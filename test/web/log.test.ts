import { beforeEach, expect, test } from 'vitest';
import type { CardFace } from '../../src/protocol/cards.ts';
import type { MatchEvent, MatchResult } from '../../src/protocol/matchEvent.ts';
import { cameBack, clearTable, happened, tableChanged } from '../../web/state/happened.ts';
import { log, sentences } from '../../web/state/log.ts';
import { tableOf } from './table.ts';

const names: Record<string, string> = { a: 'Ann', b: 'Bo' };
const told = (event: MatchEvent, me = 'x') => sentences(event, me, (id) => names[id] ?? '').join(' ');
const queen: CardFace = { rank: 'queen', suit: 'hearts', points: 10 };

test('an event is told with names, and with "you" to whom it is about', () => {
  const drew: MatchEvent = { n: 1, type: 'drew', session_id: 'a', deadline_at: 0 };
  expect(told(drew)).toBe('Ann drew a card.');
  expect(told(drew, 'a')).toBe('You drew a card.');
});

test('a swap says whose cards, by the numbers that are on them', () => {
  const swap: MatchEvent = {
    n: 1,
    type: 'jack_swapped',
    session_id: 'a',
    first: { session_id: 'a', slot: 0 },
    second: { session_id: 'b', slot: 3 },
  };
  expect(told(swap)).toBe('Ann swapped their own card 1 and Bo’s card 4.');
  expect(told(swap, 'a')).toBe('You swapped your own card 1 and Bo’s card 4.');
  expect(told(swap, 'b')).toBe('Ann swapped their own card 1 and your card 4.');
});

test('a played card is named, and what may be played on it', () => {
  expect(told({ n: 1, type: 'played', session_id: 'b', slot: -1, card: queen })).toBe(
    'Bo played the drawn card: the queen of hearts. Same rank: anyone may play a queen.',
  );
});

test('a wrong card is not named', () => {
  expect(told({ n: 1, type: 'same_rank_refused', session_id: 'b', slot: 1, penalty_slot: 4 })).toBe(
    'Bo tried card 2: not the rank. One more card.',
  );
});

test('the end says who won', () => {
  const ended = (...winners: string[]): MatchEvent => {
    const result = (session_id: string): MatchResult => {
      const win_type = winners.includes(session_id) ? 'lowest_points' : '';
      return { session_id, points: 5, cards: 2, place: 1, win_type };
    };
    return { n: 1, type: 'match_ended', how: 'lowest_points', results: ['a', 'b'].map(result) };
  };
  expect(told(ended('b'))).toBe('The match is over. Bo wins.');
  expect(told(ended('a', 'b'), 'a')).toBe('The match is over. You win, together with Bo.');
  expect(told(ended())).toBe('The match is over. Nobody wins.');
});

test('a card is named in words, so that ten is heard as ten', () => {
  const ten: CardFace = { rank: '10', suit: 'clubs', points: 10 };
  const six: CardFace = { rank: '6', suit: 'hearts', points: 6 };
  expect(told({ n: 1, type: 'played', session_id: 'b', slot: -1, card: ten })).toBe(
    'Bo played the drawn card: the ten of clubs. Same rank: anyone may play a ten.',
  );
  expect(told({ n: 1, type: 'collected', session_id: 'b', slot: 4, card: six, from: 'discard' })).toBe(
    'Bo collected the six of hearts from the pile.',
  );
});

const written = () => log.value.map((entry) => entry.text);
const running = tableOf({ phase: 'player_turn', matchNumber: 3 }, { a: {}, b: {} });
beforeEach(clearTable);

test('the log of a page that comes to a running match says that it begins there', () => {
  tableChanged(running);
  happened({ n: 9, type: 'drew', session_id: 'a', deadline_at: 0 });
  expect(written()).toEqual(['The log begins here: what happened before is not written down.', 'A drew a card.']);
});

test('the log of a match that begins says nothing of the kind', () => {
  const discard: CardFace = { rank: '9', suit: 'hearts', points: 9 };
  tableChanged({ ...running, phase: 'initial_peek', matchNumber: 1 });
  happened({
    n: 1,
    type: 'match_started',
    match_number: 1,
    players: ['a', 'b'],
    starter: 'b',
    discard,
    deadline_at: 0,
  });
  expect(written()).toEqual(['Match 1 began. The pile opens with the nine of hearts; B has the first turn.']);
});

test('after a lost connection the log says where it goes on, if a match runs', () => {
  tableChanged(tableOf({ phase: 'waiting_for_players' }, { a: {} }));
  cameBack();
  expect(written()).toEqual([]);
  tableChanged(running);
  cameBack();
  expect(written()).toEqual(['The connection is back. Not all that happened meanwhile is written down.']);
});

test('an event of a newer server is passed over', () => {
  expect(told({ n: 1, type: 'something_new', session_id: 'a' } as unknown as MatchEvent)).toBe('');
});

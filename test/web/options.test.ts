import { expect, test } from 'vitest';
import type { Place } from '../../src/protocol/cards.ts';
import { chooseAlso, type Options, optionsOf, resting, type Situation } from '../../web/state/options.ts';
import type { Face, Player, TableState } from '../../web/state/table.ts';
import { collectHints } from '../../web/strings/asks.ts';
import { handOf, tableOf } from './table.ts';

interface More {
  chosen?: readonly Place[];
  drawn?: Face;
  peeking?: boolean;
  passed?: boolean;
}

/** What Ann may do at a table where Bo sits too. */
function ann(fields: Partial<TableState>, me: Partial<Player>, bo: Partial<Player> = {}, more: More = {}): Options {
  const table = tableOf(fields, { ann: { hand: handOf('x x x x'), ...me }, bo: { hand: handOf('x x x x'), ...bo } });
  const { chosen = [], drawn = null, peeking = false, passed = false } = more;
  return optionsOf({ table, me: table.players.ann as Player, chosen, drawn, peeking, passed } satisfies Situation);
}

const labels = ({ others }: Options) => others.map((action) => action.label.is);
const of = (session_id: string, ...slots: number[]): Place[] => slots.map((slot) => ({ session_id, slot }));
const seven = { rank: '7', suit: 'hearts' } as const;

test('the owner of a waiting room may start it, another guest waits', () => {
  const owned = ann({ ownerId: 'user of ann' }, {});
  expect(owned.ask).toEqual({ is: 'start', free: 2, seated: 2, atLeast: 2 });
  expect(owned.primary?.move).toEqual({ type: 'start_match', payload: {} });
  const guest = ann({ ownerId: 'user of bo' }, {});
  expect([guest.ask, guest.primary]).toEqual([{ is: 'await_start', owner: 'Bo' }, null]);
});

test('two cards are chosen for the first look, and then both are looked at', () => {
  const peek = (chosen: Place[]) => ann({ phase: 'initial_peek' }, { status: 'peeking' }, {}, { chosen });
  expect(peek(of('ann', 1)).primary?.move).toBeNull();
  expect(peek(of('ann', 1, 3)).primary?.move).toEqual({ type: 'completed_initial_peek', payload: { slots: [1, 3] } });
  expect([...peek([]).places]).toEqual(['ann:0', 'ann:1', 'ann:2', 'ann:3']);
});

test('the drawn card is played, unless a card of one’s own is chosen', () => {
  const turn = { phase: 'player_turn', turn: 'ann' } as const;
  const play = (chosen: Place[]) => ann(turn, { status: 'playing_card' }, {}, { chosen, drawn: seven });
  expect(play([]).primary?.move).toEqual({ type: 'play_card', payload: { slot: -1 } });
  expect(play(of('ann', 2)).primary?.move).toEqual({ type: 'play_card', payload: { slot: 2 } });
});

test('a player who can draw nothing has to choose a card', () => {
  const options = ann({ phase: 'player_turn', turn: 'ann' }, { status: 'playing_card' });
  expect([options.ask.is, options.primary?.move, options.places.size]).toEqual(['play_any', null, 4]);
});

test('collected cards and empty places can’t be played', () => {
  const options = ann(
    { phase: 'player_turn', turn: 'ann' },
    { status: 'playing_card', hand: handOf('x 7 - x') },
    {},
    { drawn: seven },
  );
  expect([...options.places]).toEqual(['ann:0', 'ann:3', 'ann:-1']);
});

test('Recall may be called on one’s own turn, and only once', () => {
  const call = (recallCalledBy: string) =>
    labels(
      ann({ phase: 'player_turn', turn: 'ann', recallCalledBy }, { status: 'playing_card' }, {}, { drawn: seven }),
    );
  expect(call('')).toContain('recall');
  expect(call('bo')).not.toContain('recall');
});

test('with short windows one may say that one has no card, once, where three people play', () => {
  const fields = { phase: 'same_rank_window', turn: 'bo', discardTop: seven, shortWindows: true } as const;
  const hand = handOf('x x');
  const windowOf = (cy: Partial<Player>, more: { passed?: boolean; shortWindows?: boolean } = {}) => {
    const { passed = false, shortWindows = true } = more;
    const table = tableOf({ ...fields, shortWindows }, { ann: { hand, status: 'same_rank_window' }, bo: { hand }, cy });
    const me = table.players.ann as Player;
    return optionsOf({ table, me, chosen: [], drawn: null, peeking: false, passed });
  };
  const pass = { label: { is: 'pass' }, move: { type: 'pass_window', payload: {} } };
  expect(windowOf({ hand })).toMatchObject({ ask: { pass: 'may' }, others: [pass] });
  expect(windowOf({ hand }, { passed: true })).toMatchObject({ ask: { pass: 'done' }, others: [{ move: null }] });
  for (const none of [windowOf({ hand }, { shortWindows: false }), windowOf({ hand, isBot: true })])
    expect(none).toMatchObject({ ask: { pass: 'none' }, others: [] });
});

test('in the same-rank window one may play, until one was wrong', () => {
  const table = { phase: 'same_rank_window', turn: 'bo', discardTop: seven } as const;
  const open = ann(table, { status: 'same_rank_window' }, {}, { chosen: of('ann', 0) });
  expect(open.primary?.move).toEqual({ type: 'same_rank_play', payload: { slot: 0 } });
  const out = ann(table, { status: 'waiting' });
  expect([out.ask, out.places.size]).toEqual([{ is: 'window_over', rank: '7', why: 'refused' }, 0]);
});

test('a queen looks at any face-down card, a jack swaps any two', () => {
  const table = { phase: 'special_play_window', turn: 'ann' } as const;
  const bo = { hand: handOf('x 5 - x') };
  const queen = ann(table, { status: 'queen_peek', hand: handOf('7 x') }, bo, { chosen: of('bo', 3) });
  expect([...queen.places]).toEqual(['ann:1', 'bo:0', 'bo:3']);
  expect(queen.primary?.move).toEqual({ type: 'queen_peek', payload: { session_id: 'bo', slot: 3 } });
  const jack = ann(table, { status: 'jack_swap', hand: handOf('7 x') }, bo, { chosen: of('bo', 1, 3) });
  expect([...jack.places]).toEqual(['ann:0', 'ann:1', 'bo:0', 'bo:1', 'bo:3']);
  const [first, second] = of('bo', 1, 3);
  expect(jack.primary?.move).toEqual({ type: 'jack_swap', payload: { first, second } });
});

test('a card of one’s collection may be taken from the pile, but in a window, and but a fifth', () => {
  const collect = (phase: TableState['phase'], hand: string) =>
    labels(ann({ phase, turn: 'bo', discardTop: seven }, { hand: handOf(hand), collectionRank: '7' }));
  expect(collect('player_turn', '7 x x')).toEqual(['collect']);
  expect(collect('special_play_window', '7 x x')).toEqual(['collect']);
  expect(collect('same_rank_window', '7 x x')).toEqual([]);
  expect(collect('player_turn', '7 7 7 7 x')).toEqual([]);
});

test('where a card may be collected, it is said what that does and costs', () => {
  const collector = { status: 'playing_card', hand: handOf('7 x x'), collectionRank: '7' } as const;
  const drawn = ann({ phase: 'player_turn', turn: 'ann' }, collector, {}, { drawn: seven }).collects;
  expect(drawn && collectHints[drawn.is](drawn.card)).toBe(
    'Collect it: it stays in your hand, face up, counts its points, and your turn is over. Four sevens win at once.',
  );
  const pile = ann(
    { phase: 'player_turn', turn: 'bo', discardTop: seven },
    { ...collector, status: 'waiting' },
  ).collects;
  expect(pile && collectHints[pile.is](pile.card)).toBe(
    'Collect the seven: it goes into your hand, face up, and counts its points. Four of them win at once.',
  );
  expect(ann({ phase: 'player_turn', turn: 'bo' }, collector).collects).toBeNull();
});

test('while the connection is lost a card can be chosen, and no move be made', () => {
  const turn = ann({ phase: 'player_turn', turn: 'ann' }, { status: 'playing_card' }, {}, { drawn: seven });
  const rest = resting(turn);
  expect([rest.primary?.move, ...rest.others.map((one) => one.move)]).toEqual([null, null]);
  expect(rest.places).toEqual(turn.places);
});

test('after a match its owner may start another; where the owner is away, the server says who may', () => {
  const after = (ownerId: string, connected: boolean) => ann({ phase: 'finished', ownerId }, {}, { connected }).primary;
  expect(after('user of ann', true)?.move).toEqual({ type: 'start_match', payload: {} });
  expect(after('user of bo', true)).toBeNull();
  expect(after('user of bo', false)?.move).toEqual({ type: 'start_match', payload: {} });
});

test('a card that is tapped again is not chosen any more, one too many takes the place of the last', () => {
  const [a, b, c] = of('ann', 0, 1, 2) as [Place, Place, Place];
  expect(chooseAlso([a], a, 2)).toEqual([]);
  expect(chooseAlso([a], b, 2)).toEqual([a, b]);
  expect(chooseAlso([a, b], c, 2)).toEqual([a, c]);
  expect(chooseAlso([a], b, 1)).toEqual([b]);
});

import { fewestPeople } from '../../src/game/window.ts';
import type { Place } from '../../src/protocol/cards.ts';
import type { ClientMessage } from '../../src/protocol/fromClient.ts';
import { collected, type Face, keyOf, type Player, peopleWhoPlay, type TableState } from './table.ts';

/** What a person may do now, and what they are asked: a pure function of what the page knows. The server has the last word. */

/** A request to the room. */
export type Move = ClientMessage;

/** The line above the buttons; the words are in strings.ts. */
export type Ask =
  | { is: 'countdown'; free: number }
  | { is: 'start'; free: number; seated: number; atLeast: number }
  | { is: 'await_start'; owner: string }
  | { is: 'dealing' }
  | { is: 'peek'; left: number }
  | { is: 'remember'; kept: boolean }
  | { is: 'await_peeks' }
  | { is: 'draw' }
  | { is: 'play'; card: Face; called: boolean }
  | { is: 'play_slot'; slot: number; drawn: boolean; called: boolean }
  | { is: 'play_any'; called: boolean }
  | { is: 'window'; rank: string; pass: 'none' | 'may' | 'done' }
  | { is: 'window_slot'; rank: string; slot: number }
  | { is: 'window_over'; rank: string; why: 'refused' | 'none' }
  | { is: 'queen' }
  | { is: 'queen_place'; whose: Player; slot: number }
  | { is: 'jack'; left: number }
  | { is: 'watch_turn'; who: Player; step: 'draw' | 'play' }
  | { is: 'watch_power'; who: Player; power: 'queen' | 'jack' }
  | { is: 'watch' }
  | { is: 'finished'; rematch: boolean; owner: string };

export type Label =
  | {
      is:
        | 'start'
        | 'rematch'
        | 'look'
        | 'draw'
        | 'play_any'
        | 'queen'
        | 'jack'
        | 'skip'
        | 'recall'
        | 'collect_drawn'
        | 'pass';
    }
  | { is: 'play'; card: Face }
  | { is: 'play_slot' | 'window_slot'; slot: number }
  | { is: 'collect'; card: Face };

export interface Action {
  readonly label: Label;
  /** null: first a card has to be chosen. */
  readonly move: Move | null;
}

export interface Options {
  readonly ask: Ask;
  /** Whether something is asked of this person. */
  readonly mine: boolean;
  /** Places that may be chosen, by `keyOf`, and how many go into one move. */
  readonly places: ReadonlySet<string>;
  readonly count: number;
  readonly primary: Action | null;
  readonly others: readonly Action[];
  /** The card that may be collected, and how. */
  readonly collects: { readonly is: 'collect' | 'collect_drawn'; readonly card: Face } | null;
}

const none: ReadonlySet<string> = new Set();
const mostCollected = 4;

/** What the options depend on. */
export interface Situation {
  readonly table: TableState;
  readonly me: Player;
  /** The cards that the person has chosen so far. */
  readonly chosen: readonly Place[];
  /** The drawn card, while one's own. */
  readonly drawn: Face | null;
  /** Whether cards of the initial peek are shown now. */
  readonly peeking: boolean;
  /** The person has said that they have no card for this window. */
  readonly passed: boolean;
}

export function optionsOf(situation: Situation): Options {
  const { table, me } = situation;
  switch (table.phase) {
    case 'waiting_for_players':
      return waiting(table, me);
    case 'dealing':
      return watching({ is: 'dealing' });
    case 'initial_peek':
      return initialPeek(situation);
    case 'player_turn':
      return withCollecting(situation, turn(situation));
    case 'same_rank_window':
      return sameRankWindow(situation);
    case 'special_play_window':
      return withCollecting(situation, power(situation));
    case 'finished':
      return finished(table, me);
  }
}

function watching(ask: Ask): Options {
  return { ask, mine: false, places: none, count: 0, primary: null, others: [], collects: null };
}

function asked(ask: Ask, rest: Partial<Options>): Options {
  return { ...watching(ask), mine: true, ...rest };
}

const isOwner = (table: TableState, player: Player): boolean => player.userId !== '' && player.userId === table.ownerId;
const ownerOf = (table: TableState) => Object.values(table.players).find((player) => isOwner(table, player));

function waiting(table: TableState, me: Player): Options {
  const seated = Object.keys(table.players).length;
  const free = table.maxPlayers - seated;
  const start: Action = { label: { is: 'start' }, move: { type: 'start_match', payload: {} } };
  if (table.startsAt > 0) return watching({ is: 'countdown', free });
  if (!isOwner(table, me)) return watching({ is: 'await_start', owner: ownerOf(table)?.name ?? '' });
  return asked({ is: 'start', free, seated, atLeast: table.minPlayers }, { primary: start });
}

function initialPeek({ table, me, chosen, peeking }: Situation): Options {
  if (peeking) return watching({ is: 'remember', kept: table.gameType === 'classic' });
  if (me.status !== 'peeking') return watching({ is: 'await_peeks' });
  const [first, second] = chosen;
  const move: Move | null =
    first && second ? { type: 'completed_initial_peek', payload: { slots: [first.slot, second.slot] } } : null;
  return asked(
    { is: 'peek', left: 2 - chosen.length },
    {
      places: placesOf([me], () => true),
      count: 2,
      primary: { label: { is: 'look' }, move },
    },
  );
}

function turn({ table, me, chosen, drawn }: Situation): Options {
  if (me.status === 'drawing_card') {
    return asked({ is: 'draw' }, { primary: { label: { is: 'draw' }, move: { type: 'draw_card', payload: {} } } });
  }
  const who = table.players[table.turn];
  if (me.status !== 'playing_card') {
    if (!who) return watching({ is: 'watch' });
    return watching({ is: 'watch_turn', who, step: who.status === 'drawing_card' ? 'draw' : 'play' });
  }

  const called = table.recallCalledBy !== '';
  const places = new Set(placesOf([me], (slot) => !slot.faceUp));
  if (drawn) places.add(keyOf({ session_id: me.sessionId, slot: -1 }));
  const others: Action[] = called ? [] : [{ label: { is: 'recall' }, move: { type: 'call_recall', payload: {} } }];
  const mayCollect = drawn !== null && drawn.rank === me.collectionRank && collected(me) < mostCollected;
  const collects = mayCollect ? ({ is: 'collect_drawn', card: drawn } as const) : null;
  if (collects) others.unshift({ label: { is: 'collect_drawn' }, move: { type: 'collect_drawn', payload: {} } });
  const slot = chosen[0]?.slot ?? -1;
  const play: Move = { type: 'play_card', payload: { slot } };
  const rest = { places, count: 1, others, collects };
  if (slot >= 0) {
    const primary: Action = { label: { is: 'play_slot', slot }, move: play };
    return asked({ is: 'play_slot', slot, drawn: drawn !== null, called }, { ...rest, primary });
  }
  if (!drawn) return asked({ is: 'play_any', called }, { ...rest, primary: { label: { is: 'play_any' }, move: null } });
  return asked(
    { is: 'play', card: drawn, called },
    { ...rest, primary: { label: { is: 'play', card: drawn }, move: play } },
  );
}

function sameRankWindow({ table, me, chosen, passed }: Situation): Options {
  const rank = table.discardTop?.rank ?? '';
  if (me.status !== 'same_rank_window') return watching({ is: 'window_over', rank, why: 'refused' });
  const places = placesOf([me], (slot) => !slot.faceUp);
  if (places.size === 0) return watching({ is: 'window_over', rank, why: 'none' });
  const slot = chosen[0]?.slot;
  if (slot === undefined) {
    const isShort = table.shortWindows && peopleWhoPlay(table).length >= fewestPeople;
    const pass: Action = { label: { is: 'pass' }, move: passed ? null : { type: 'pass_window', payload: {} } };
    return asked(
      { is: 'window', rank, pass: isShort ? (passed ? 'done' : 'may') : 'none' },
      {
        places,
        count: 1,
        primary: { label: { is: 'play_any' }, move: null },
        others: isShort ? [pass] : [],
      },
    );
  }
  const move: Move = { type: 'same_rank_play', payload: { slot } };
  return asked(
    { is: 'window_slot', rank, slot },
    { places, count: 1, primary: { label: { is: 'window_slot', slot }, move } },
  );
}

function power({ table, me, chosen }: Situation): Options {
  const everybody = Object.values(table.players);
  const skip: Action = { label: { is: 'skip' }, move: { type: 'skip_power', payload: {} } };
  const [first, second] = chosen;

  if (me.status === 'queen_peek') {
    const rest = { places: placesOf(everybody, (slot) => !slot.faceUp), count: 1, others: [skip] };
    const whose = first && table.players[first.session_id];
    const label: Label = { is: 'queen' };
    if (!first || !whose) return asked({ is: 'queen' }, { ...rest, primary: { label, move: null } });
    const move: Move = { type: 'queen_peek', payload: { session_id: first.session_id, slot: first.slot } };
    return asked({ is: 'queen_place', whose, slot: first.slot }, { ...rest, primary: { label, move } });
  }
  if (me.status === 'jack_swap') {
    const rest = { places: placesOf(everybody, () => true), count: 2, others: [skip] };
    const move: Move | null = first && second ? { type: 'jack_swap', payload: { first, second } } : null;
    return asked({ is: 'jack', left: 2 - chosen.length }, { ...rest, primary: { label: { is: 'jack' }, move } });
  }
  const who = everybody.find((player) => player.status === 'queen_peek' || player.status === 'jack_swap');
  if (!who) return watching({ is: 'watch' });
  return watching({ is: 'watch_power', who, power: who.status === 'queen_peek' ? 'queen' : 'jack' });
}

/** rules.md 9: the top of the discard pile may be collected by whom it belongs to, in or out of turn. */
function withCollecting({ table, me }: Situation, options: Options): Options {
  const card = table.discardTop;
  if (!card || card.rank !== me.collectionRank || collected(me) >= mostCollected) return options;
  const collect: Action = { label: { is: 'collect', card }, move: { type: 'collect_from_discard', payload: {} } };
  return { ...options, others: [collect, ...options.others], collects: { is: 'collect', card } };
}

/** While nothing can be sent: cards may be chosen, and no move can be made. */
export function resting({ primary, others, ...options }: Options): Options {
  const rest = ({ label }: Action): Action => ({ label, move: null });
  return { ...options, primary: primary && rest(primary), others: others.map(rest) };
}

function finished(table: TableState, me: Player): Options {
  const owner = ownerOf(table);
  // Where the owner is away, the server says who may.
  const may = isOwner(table, me) || !owner?.connected;
  const ask: Ask = { is: 'finished', rematch: may, owner: owner?.name ?? '' };
  if (!may) return watching(ask);
  return asked(ask, { primary: { label: { is: 'rematch' }, move: { type: 'start_match', payload: {} } } });
}

function placesOf(players: readonly Player[], fits: (slot: Player['hand'][number]) => boolean): ReadonlySet<string> {
  return new Set(
    players.flatMap(({ sessionId, hand }) =>
      hand.flatMap((slot, i) => (!slot.empty && fits(slot) ? [keyOf({ session_id: sessionId, slot: i })] : [])),
    ),
  );
}

/** The choice after a card was tapped: once more takes it back; one too many takes the place of the last. */
export function chooseAlso(chosen: readonly Place[], place: Place, count: number): readonly Place[] {
  const without = chosen.filter((one) => keyOf(one) !== keyOf(place));
  if (without.length < chosen.length) return without;
  return [...chosen.slice(0, count - 1), place];
}

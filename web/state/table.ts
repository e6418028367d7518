import { computed, signal } from '@preact/signals';
import type { Place } from '../../src/protocol/cards.ts';
import type { Phase, PlayerJson, StateJson, SyncedCard, SyncedSlot } from '../../src/protocol/state.ts';

/**
 * The room's synced state as the page knows it (docs/protocol.md, 5): what everybody may know. Colyseus changes its own
 * objects in place, so that each change is copied here into a value that the view can compare.
 */

/** A card, as the page draws and names it. */
export interface Face {
  readonly rank: string;
  readonly suit: string;
}

export type Player = Required<PlayerJson>;

/** `discardTop` is null where there is none. */
export interface TableState extends Required<Omit<StateJson, 'discardTop' | 'players'>> {
  readonly discardTop: SyncedCard | null;
  /** By session id. */
  readonly players: Readonly<Record<string, Player>>;
}

const noSlot: SyncedSlot = { empty: false, faceUp: false, rank: '', suit: '' };
const noPlayer: Player = {
  sessionId: '',
  userId: '',
  name: '',
  seat: 0,
  dealNonce: '',
  isBot: false,
  connected: false,
  status: 'waiting',
  cardCount: 0,
  hand: [],
  collectionRank: '',
  points: 0,
  missedTurns: 0,
  place: 0,
  winType: '',
  playedByBot: false,
  dealCommitment: '',
  dealPart: '',
};
const noTable: TableState = {
  roomId: '',
  ownerId: '',
  permission: 'public',
  gameType: 'classic',
  phase: 'waiting_for_players',
  maxPlayers: 0,
  minPlayers: 0,
  turnTimeLimit: 0,
  startsAt: 0,
  turn: '',
  deadlineAt: 0,
  drawPile: 0,
  discardTop: null,
  discardCount: 0,
  recallCalledBy: '',
  winners: [],
  matchNumber: 0,
  dealCommitment: '',
  dealSeed: '',
  dealFormula: 0,
  shortWindows: false,
  players: {},
};

/** A copy of the state as Colyseus has it now. Fields that were never sent have their empty value. */
export function copyOf(state: { toJSON(): StateJson }): TableState {
  const json = state.toJSON();
  const players = Object.entries(json.players ?? {}).map(([id, player]) => [id, withDefaults(player)]);
  const discardTop = json.discardTop?.rank ? json.discardTop : null;
  return { ...noTable, ...json, discardTop, players: Object.fromEntries(players) };
}

function withDefaults(player: PlayerJson): Player {
  return { ...noPlayer, ...player, hand: (player.hand ?? []).map((slot) => ({ ...noSlot, ...slot })) };
}

/** The room that the page shows, or null. */
export const table = signal<TableState | null>(null);
/** The session id of one's own seat: the id of a player. */
export const me = signal('');

export const myself = computed(() => table.value?.players[me.value] ?? null);

/** In the order of the seats, clockwise from the seat after one's own; one's own is the last. */
export const playersFromMe = computed<readonly Player[]>(() => {
  const players = Object.values(table.value?.players ?? {}).sort((a, b) => a.seat - b.seat);
  const mine = players.findIndex((player) => player.sessionId === me.value);
  return [...players.slice(mine + 1), ...players.slice(0, mine + 1)];
});

const still: readonly Phase[] = ['waiting_for_players', 'dealing', 'finished'];
export const isRunning = (phase: Phase): boolean => !still.includes(phase);

/** While the cards are dealt, what was there before stays in sight: who sits where, or how the last match went. */
export function sightOf({ phase, matchNumber }: TableState): 'waiting' | 'result' | 'match' {
  if (isRunning(phase)) return 'match';
  return phase === 'finished' || matchNumber > 0 ? 'result' : 'waiting';
}

/** Those in the match for whom no computer player acts. */
export const peopleWhoPlay = ({ players }: TableState): Player[] =>
  Object.values(players).filter((player) => !player.isBot && !player.playedByBot);

/** Face-up cards in a hand while a match runs are its collection. */
export const collected = (player: Player): number => player.hand.filter((slot) => slot.faceUp).length;

export const keyOf = ({ session_id, slot }: Place): string => `${session_id}:${slot}`;

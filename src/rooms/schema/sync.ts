import type { ArraySchema } from '@colyseus/schema';
import { type Card, rankOf, suitOf } from '../../game/cards.ts';
import type { RoomSettings } from '../../game/state.ts';
import type { PublicPlayer, PublicView } from '../../game/view.ts';
import type { SyncedCard, SyncedPlayer, SyncedSlot, SyncedState } from '../../protocol/state.ts';
import { PlayerState, type RecallState, SlotState } from './state.ts';

/** Writes what everybody may know into the synced state. What has not changed is not touched, so that it isn't sent. */

type Setting = 'permission' | 'gameType' | 'maxPlayers' | 'minPlayers' | 'turnTimeLimit' | 'shortWindows';
/** What is no plain value, and is written by itself. */
type Nested = 'discardTop' | 'winners' | 'players';

/** What a room keeps for as long as it is open. */
export function syncSettings(state: RecallState, settings: RoomSettings): void {
  const { permission, gameType, maxPlayers, minPlayers, turnMs, shortWindows } = settings;
  const turnTimeLimit = turnMs / 1000;
  put(state, { permission, gameType, maxPlayers, minPlayers, turnTimeLimit, shortWindows } satisfies Pick<
    SyncedState,
    Setting
  >);
}

export function sync(state: RecallState, view: PublicView): void {
  const sessionOf = (seat: number | null) => view.players.find((player) => player.seat === seat)?.sessionId ?? '';
  put(state, {
    roomId: view.roomId,
    ownerId: view.ownerId,
    phase: view.phase,
    startsAt: view.startsAt ?? 0,
    turn: sessionOf(view.turn),
    deadlineAt: view.deadlineAt ?? 0,
    drawPile: view.drawPile,
    discardCount: view.discardCount,
    recallCalledBy: view.recallCalledBy ?? '',
    matchNumber: view.matchNumber,
    dealCommitment: view.dealCommitment,
    dealSeed: view.dealSeed,
    dealFormula: view.dealFormula,
  } satisfies Omit<SyncedState, Setting | Nested>);
  put(state.discardTop, shown(view.discardTop));
  resize(state.winners, view.winners.length, (i) => view.winners[i] as string);
  for (const [i, winner] of view.winners.entries()) if (state.winners[i] !== winner) state.winners[i] = winner;
  syncPlayers(state, view.players);
}

function syncPlayers(state: RecallState, players: readonly PublicPlayer[]): void {
  const seated = new Set(players.map((player) => player.sessionId));
  for (const sessionId of [...state.players.keys()]) if (!seated.has(sessionId)) state.players.delete(sessionId);
  for (const player of players) {
    const known = state.players.get(player.sessionId);
    const entry = known ?? new PlayerState();
    syncPlayer(entry, player);
    if (!known) state.players.set(player.sessionId, entry);
  }
}

function syncPlayer(state: PlayerState, player: PublicPlayer): void {
  const { sessionId, userId, name, seat, dealNonce, isBot, connected, status, missedTurns, place, winType } = player;
  put(state, {
    sessionId,
    userId,
    name,
    seat,
    dealNonce,
    isBot,
    connected,
    status,
    missedTurns,
    place,
    winType,
    cardCount: player.hand.filter((held) => held !== null).length,
    collectionRank: player.collectionRank ?? '',
    points: player.points ?? 0,
    playedByBot: player.playedByBot,
    dealCommitment: player.dealCommitment,
    dealPart: player.dealPart,
  } satisfies Omit<SyncedPlayer, 'hand'>);
  syncHand(state, player.hand);
}

function syncHand(state: PlayerState, hand: PublicPlayer['hand']): void {
  resize(state.hand, hand.length, () => new SlotState());
  for (const [i, held] of hand.entries()) {
    const card = held?.card ?? null;
    const { rank, suit } = shown(card);
    put(state.hand[i] as SlotState, { empty: held === null, faceUp: card !== null, rank, suit } satisfies SyncedSlot);
  }
}

/**
 * In place, at its end. A list that is replaced takes its listeners with it, and one that is replaced before a client has
 * seen it leaves the client of Unity without any state.
 */
function resize<T>(list: ArraySchema<T>, length: number, fresh: (i: number) => T): void {
  while (list.length > length) list.pop();
  while (list.length < length) list.push(fresh(list.length));
}

const shown = (card: Card | null): SyncedCard =>
  card === null ? { rank: '', suit: '' } : { rank: rankOf(card), suit: suitOf(card) };

function put<T extends object>(state: T, fields: Partial<T>): void {
  for (const key in fields) {
    const value = fields[key] as T[typeof key];
    if (state[key] !== value) state[key] = value;
  }
}

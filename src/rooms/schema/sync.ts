import type { ArraySchema } from '@colyseus/schema';
import { type Card, rankOf, suitOf } from '../../game/cards.ts';
import type { RoomSettings } from '../../game/state.ts';
import type { PublicPlayer, PublicView } from '../../game/view.ts';
import type { SyncedCard, SyncedPlayer, SyncedSlot, SyncedState } from '../../protocol/state.ts';
import { PlayerState, type RecallState, SlotState } from './state.ts';

/** What is no plain value, and is written by itself. */
type Nested = 'discardTop' | 'winners' | 'players';
type Setting = 'permission' | 'gameType' | 'maxPlayers' | 'minPlayers' | 'turnTimeLimit' | 'shortWindows';

type Plain = Omit<SyncedState, Setting | Nested>;
type PlainPlayer = Omit<SyncedPlayer, 'hand'>;

/** Something of the state, and what was written into it last: to read that of itself takes many times as long. */
interface Written<State, Fields> {
  readonly state: State;
  fields: Fields | undefined;
}

/** A slot of a hand: the card that lies face up in it, or that there is none to be seen. */
type Sight = Card | 'face down' | 'empty';

interface WrittenSlot {
  readonly state: SlotState;
  sight: Sight;
}

interface WrittenPlayer extends Written<PlayerState, PlainPlayer> {
  readonly hand: WrittenSlot[];
}

/**
 * Writes what everybody may know into the synced state, which nobody else writes. What has not changed is not touched, so
 * that it isn't sent.
 */
export class StateWriter {
  readonly #state: RecallState;
  readonly #room: Written<RecallState, Plain>;
  #discardTop: Card | null = null;
  readonly #players = new Map<string, WrittenPlayer>();
  #winners: readonly string[] = [];

  constructor(state: RecallState) {
    this.#state = state;
    this.#room = { state, fields: undefined };
  }

  /** What a room keeps for as long as it is open. Once. */
  settings({ permission, gameType, maxPlayers, minPlayers, turnMs, shortWindows }: RoomSettings): void {
    const turnTimeLimit = turnMs / 1000;
    const fields = { permission, gameType, maxPlayers, minPlayers, turnTimeLimit, shortWindows };
    put({ state: this.#state, fields: undefined }, fields satisfies Pick<SyncedState, Setting>);
  }

  show(view: PublicView): void {
    const sessionOf = (seat: number | null) =>
      seat === null ? '' : (view.players.find((player) => player.seat === seat)?.sessionId ?? '');
    put(this.#room, {
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
    });
    if (view.discardTop !== this.#discardTop)
      put({ state: this.#state.discardTop, fields: undefined }, shown(view.discardTop));
    this.#discardTop = view.discardTop;
    this.#showWinners(view.winners);
    this.#showPlayers(view.players);
  }

  #showWinners(winners: readonly string[]): void {
    const { winners: list } = this.#state;
    while (list.length > winners.length) list.pop();
    for (const [i, winner] of winners.entries()) {
      if (i >= list.length) list.push(winner);
      else if (this.#winners[i] !== winner) list[i] = winner;
    }
    this.#winners = winners;
  }

  #showPlayers(players: readonly PublicPlayer[]): void {
    for (const sessionId of this.#players.keys()) {
      if (players.some((player) => player.sessionId === sessionId)) continue;
      this.#players.delete(sessionId);
      this.#state.players.delete(sessionId);
    }
    for (const player of players) {
      const known = this.#players.get(player.sessionId);
      const written = known ?? { state: new PlayerState(), fields: undefined, hand: [] };
      showPlayer(written, player);
      if (known) continue;
      this.#players.set(player.sessionId, written);
      this.#state.players.set(player.sessionId, written.state);
    }
  }
}

function showPlayer(written: WrittenPlayer, player: PublicPlayer): void {
  const { sessionId, userId, name, seat, dealNonce, isBot, connected, status, missedTurns, place, winType } = player;
  put(written, {
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
    cardCount: player.hand.reduce((count, held) => (held === null ? count : count + 1), 0),
    collectionRank: player.collectionRank ?? '',
    points: player.points ?? 0,
    playedByBot: player.playedByBot,
    dealCommitment: player.dealCommitment,
    dealPart: player.dealPart,
  });
  showHand(written.state.hand, written.hand, player.hand);
}

/**
 * In place, at its end. A list that is replaced takes its listeners with it, and one that is replaced before a client has
 * seen it leaves the client of Unity without any state.
 */
function showHand(list: ArraySchema<SlotState>, written: WrittenPlayer['hand'], hand: PublicPlayer['hand']): void {
  for (; written.length > hand.length; written.pop()) list.pop();
  for (const [i, held] of hand.entries()) {
    const sight = held === null ? 'empty' : (held.card ?? 'face down');
    const slot = written[i];
    if (!slot) {
      const state = new SlotState();
      showSlot(state, sight);
      list.push(state);
      written.push({ state, sight });
    } else if (slot.sight !== sight) {
      slot.sight = sight;
      showSlot(slot.state, sight);
    }
  }
}

/** What doesn't change of it is not sent. */
function showSlot(state: SlotState, sight: Sight): void {
  const card = typeof sight === 'number' ? sight : null;
  const slot: SyncedSlot = { empty: sight === 'empty', faceUp: card !== null, ...shown(card) };
  put({ state, fields: undefined }, slot);
}

const nothing: SyncedCard = { rank: '', suit: '' };
const shown = (card: Card | null): SyncedCard => (card === null ? nothing : { rank: rankOf(card), suit: suitOf(card) });

function put<State extends Fields, Fields extends object>(written: Written<State, Fields>, fields: Fields): void {
  const { state, fields: before = state } = written;
  for (const key in fields) {
    const value = fields[key];
    if (before[key] !== value) state[key] = value as State[typeof key];
  }
  written.fields = fields;
}

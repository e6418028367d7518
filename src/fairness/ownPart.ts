import { isHex32, partCommitmentOf } from './fairness.ts';

/**
 * A client's side of a deal (rules.md 4): it commits once the server has, and reveals once the parts are closed, after it
 * has kept what it then saw. The page and the load test's players take part by this.
 */

/** A seat of a deal, as the state shows it. */
export interface DealSeat {
  readonly seat: number;
  readonly sessionId: string;
  readonly dealNonce: string;
  /** To its part; empty: it takes none. */
  readonly dealCommitment: string;
}

/** What a client keeps of one deal for itself. Only this is to be trusted in a check, whatever the server says later. */
export interface OwnPart {
  readonly roomId: string;
  readonly matchNumber: number;
  readonly sessionId: string;
  readonly nonce: string;
  /** How often a part of one's own for this match, or for a later one, was opened before: more than 0, and the deal was begun again. */
  readonly openedBefore: number;
  /** The server's commitment, as it stood before this part was made. */
  readonly promised: string;
  /** What stood when the parts were closed, kept before the nonce was revealed; null so far. */
  readonly closed: { readonly serverCommitment: string; readonly seats: readonly DealSeat[] } | null;
  /** The server has confirmed that it has the nonce. */
  readonly confirmed: boolean;
}

/** The synced state, as far as it matters here. */
export interface DealState {
  readonly roomId: string;
  readonly phase: string;
  readonly matchNumber: number;
  readonly dealCommitment: string;
  readonly players: Iterable<DealSeat>;
}

/** Where a client keeps its parts: over a reload, where it is a page. */
export interface PartKeeper {
  of(roomId: string, matchNumber: number): OwnPart | null;
  /** Of this match and of all later ones. */
  since(roomId: string, matchNumber: number): readonly OwnPart[];
  keep(part: OwnPart): void;
}

/** What it asks of the room. */
export type DealMessage =
  | { readonly type: 'deal_commit'; readonly payload: { match_number: number; commitment: string } }
  | { readonly type: 'deal_reveal'; readonly payload: { match_number: number; nonce: string } };

export interface ParticipantOptions {
  readonly sessionId: string;
  readonly keeper: PartKeeper;
  /** 32 random bytes, in lower-case hex. */
  readonly freshNonce: () => string;
  /** Resolves when the server has done it. */
  readonly send: (message: DealMessage) => Promise<unknown>;
}

/** Takes part for one connection to a seat. */
export class Participant {
  readonly #options: ParticipantOptions;
  /** What was asked for, so that no state asks twice. */
  readonly #asked = new Set<string>();

  constructor(options: ParticipantOptions) {
    this.#options = options;
  }

  /** Does what the state calls for. To be called with each change of it. */
  see(state: DealState): void {
    const { phase } = state;
    if (phase === 'waiting_for_players' || phase === 'finished') this.#commit(state);
    else if (phase === 'dealing') this.#reveal(state);
  }

  #commit(state: DealState): void {
    const mine = this.#seatIn(state);
    if (!mine || !isHex32(state.dealCommitment)) return;
    const { keeper, sessionId, freshNonce } = this.#options;
    const { roomId, matchNumber } = nextDeal(state);
    const known = keeper.of(roomId, matchNumber);
    const part =
      known?.sessionId === sessionId
        ? known
        : {
            ...{ roomId, matchNumber, sessionId, nonce: freshNonce() },
            openedBefore: openedIn(keeper.since(roomId, matchNumber), matchNumber),
            ...{ promised: state.dealCommitment, closed: null, confirmed: false },
          };
    const commitment = commitmentTo(part);
    if (part !== known) keeper.keep(part);
    if (mine.dealCommitment !== commitment) {
      void this.#ask(commitment, { type: 'deal_commit', payload: { match_number: matchNumber, commitment } });
    }
  }

  #reveal(state: DealState): void {
    const { keeper, sessionId } = this.#options;
    const { roomId, matchNumber } = nextDeal(state);
    const part = keeper.of(roomId, matchNumber);
    const mine = this.#seatIn(state);
    if (!part || part.sessionId !== sessionId || mine?.dealCommitment !== commitmentTo(part)) return;
    // What stands is kept once: after the nonce was sent, nothing that the server says counts any more.
    const kept = part.closed ? part : { ...part, closed: closedIn(state) };
    if (kept !== part) keeper.keep(kept);
    // A server that has promised something else since, or nothing, could still choose its secret by this nonce.
    if (kept.confirmed || kept.closed?.serverCommitment !== kept.promised) return;
    const { nonce } = kept;
    void this.#ask(nonce, { type: 'deal_reveal', payload: { match_number: matchNumber, nonce } }).then((isDone) => {
      // Not over a newer part: that one knows how many there were.
      if (isDone && keeper.of(roomId, matchNumber)?.nonce === nonce) keeper.keep({ ...kept, confirmed: true });
    });
  }

  /** @returns whether the server has done it. */
  async #ask(what: string, message: DealMessage): Promise<boolean> {
    if (this.#asked.has(what)) return false;
    this.#asked.add(what);
    try {
      await this.#options.send(message);
      return true;
    } catch (error) {
      // What was refused would be refused again; after a lost connection it is asked for again.
      if ((error as Error).name !== 'rejected') this.#asked.delete(what);
      return false;
    }
  }

  #seatIn({ players }: DealState): DealSeat | undefined {
    return [...players].find((one) => one.sessionId === this.#options.sessionId);
  }
}

const nextDeal = ({ roomId, matchNumber }: DealState) => ({ roomId, matchNumber: matchNumber + 1 });

/** A server that begins a deal again once it knows what comes of it can choose among as many. */
const openedIn = (parts: readonly OwnPart[], matchNumber: number): number =>
  parts.reduce((sum, one) => sum + one.openedBefore + (one.closed || one.matchNumber > matchNumber ? 1 : 0), 0);

const commitmentTo = ({ nonce, roomId, matchNumber, sessionId }: OwnPart): string =>
  partCommitmentOf(nonce, roomId, matchNumber, sessionId);

const closedIn = ({ dealCommitment, players }: DealState): OwnPart['closed'] => ({
  serverCommitment: dealCommitment,
  seats: [...players]
    .map(({ seat, sessionId, dealNonce, dealCommitment }) => ({ seat, sessionId, dealNonce, dealCommitment }))
    .sort((a, b) => a.seat - b.seat),
});

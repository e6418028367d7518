/** Times by the clock's `elapsed`, ms. */
type State =
  | { readonly is: 'open' }
  /** The journal can't be reached: nothing moves, and the time since then is given back. */
  | { readonly is: 'paused'; readonly since: number }
  /** Given up, lost or over: nothing is done any more. */
  | { readonly is: 'ended' };

const open: State = { is: 'open' };
const ended: State = { is: 'ended' };

/** How a room stands with its journal. What has ended stays so. */
export class RoomStatus {
  #state: State = open;

  get is(): State['is'] {
    return this.#state.is;
  }

  /** Since when it is paused, or null. */
  get pausedSince(): number | null {
    return this.#state.is === 'paused' ? this.#state.since : null;
  }

  get hasEnded(): boolean {
    return this.#state.is === 'ended';
  }

  /** @returns whether it was open until now. */
  pause(now: number): boolean {
    if (this.#state.is !== 'open') return false;
    this.#state = { is: 'paused', since: now };
    return true;
  }

  /** The time of the pause was given back until `until`. @param isOver nothing more was lost meanwhile */
  gaveBack(until: number, isOver: boolean): void {
    if (this.#state.is === 'paused') this.#state = isOver ? open : { is: 'paused', since: until };
  }

  end(): void {
    this.#state = ended;
  }
}

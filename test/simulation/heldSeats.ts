/** So many tokens of a seat are good for its return. */
const tokensKept = 4;

/** Seats that wait for their players, and the tokens by which these come back: `SeatTokens`, without Colyseus. */
export class HeldSeats {
  readonly #held = new Set<string>();
  /** The newest last. */
  readonly #tokens = new Map<string, readonly string[]>();

  hold(sessionId: string): void {
    this.#held.add(sessionId);
  }

  /** Somebody has come, or the seat was given up. */
  letGo(sessionId: string): void {
    this.#held.delete(sessionId);
  }

  keepToken(sessionId: string, token: string): void {
    this.#tokens.set(sessionId, [...(this.#tokens.get(sessionId) ?? []), token].slice(-tokensKept));
  }

  /** Whether the seat is held for who has that token: the newest one of the seat's, or one before. */
  isHeldFor(sessionId: string, token: string): 'newest' | 'earlier' | null {
    const tokens = this.#tokens.get(sessionId) ?? [];
    if (!this.#held.has(sessionId) || !tokens.includes(token)) return null;
    return tokens.at(-1) === token ? 'newest' : 'earlier';
  }
}

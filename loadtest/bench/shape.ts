/** What a move of ours is, on average, which the floors do as well. */
export interface Shape {
  /** People at a table. */
  readonly seats: number;
  /** To all of them, the answer included. */
  readonly frames: number;
  /** The same with the frames' headers. */
  readonly bytes: number;
  /** After each of which the state is patched; those beyond one come by themselves, a moment after the move. */
  readonly steps: number;
  /** Whether the floor sends all those frames, or as few as it can. */
  readonly isWhole: boolean;
}

/** The first byte of the answer to a move, as Colyseus has it, and of all that others are told. */
export const answerCode = 22;
export const otherCode = 13;

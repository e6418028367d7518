import type { BotLevel } from '../game/state.ts';

/** How well a computer player remembers and chooses (rules.md 13). Shares are from 0 to 1. */
export interface Level {
  /** Of what it knows, the share that it still knows a turn of its own later. */
  readonly keeps: number;
  /** Of the same-rank plays that it knows of, the share that it tries. */
  readonly tries: number;
  /** Of these tries, the share that goes to a wrong card. */
  readonly errs: number;
  /** It calls Recall at an estimate of so many points or less. */
  readonly callsAt: number;
  /** After so many rounds, each further one makes it call at a point more. */
  readonly patience: number;
}

const medium: Level = { keeps: 0.8, tries: 0.95, errs: 0.1, callsAt: 5, patience: 12 };

export const levels: Readonly<Record<BotLevel, Level>> = { easy: medium, medium, hard: medium, expert: medium };

import type { BotLevel } from '../game/state.ts';
import { type CallPolicy, callsAtChance, callsAtPoints, callsBelowOthers } from './call.ts';
import { type JackPolicy, swapsAnything, swapsByGain, swapsForLower, swapsForLowerOrBreaks } from './jack.ts';
import { looksAnywhere, looksAtOwn, looksByGain, looksWhereItTellsMost, type QueenPolicy } from './queen.ts';

/** How well a computer player remembers and chooses (rules.md 13). Shares and chances are from 0 to 1. */
export interface Level {
  /** Of what it knows, the share that it still knows a turn of its own later. */
  readonly keeps: number;
  /** Of the same-rank plays that it knows of, the share that it tries. */
  readonly tries: number;
  /** Of these tries, the share that goes to a wrong card. */
  readonly errs: number;
  /** How far it counts on getting rid of known cards in windows: see `prospectOf`. */
  readonly awaits: number;
  readonly queen: QueenPolicy;
  readonly jack: JackPolicy;
  readonly calls: CallPolicy;
}

const expertAwaits = 0.4;

export const levels: Readonly<Record<BotLevel, Level>> = {
  easy: {
    keeps: 0.7,
    tries: 0.9,
    errs: 0.25,
    awaits: 0,
    queen: looksAnywhere,
    jack: swapsAnything,
    calls: callsAtPoints(3),
  },
  medium: {
    keeps: 0.8,
    tries: 0.95,
    errs: 0.1,
    awaits: 0,
    queen: looksAtOwn,
    jack: swapsForLower,
    calls: callsAtPoints(5),
  },
  hard: {
    keeps: 0.9,
    tries: 0.98,
    errs: 0.02,
    awaits: 0.15,
    queen: looksWhereItTellsMost,
    jack: swapsForLowerOrBreaks,
    calls: callsBelowOthers(7),
  },
  expert: {
    keeps: 1,
    tries: 1,
    errs: 0,
    awaits: expertAwaits,
    queen: looksByGain,
    jack: swapsByGain(expertAwaits),
    calls: callsAtChance(0.7),
  },
};

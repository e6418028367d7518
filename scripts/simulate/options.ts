import { parseArgs } from 'node:util';
import { numberFrom, oneOf } from '../../harness/arguments.ts';
import type { BotLevel, GameType } from '../../src/game/state.ts';

interface Options {
  readonly matches: number;
  readonly seats: number;
  readonly seed: string;
  readonly type: GameType;
  readonly level: BotLevel;
}

export const usage =
  'npm run simulate -- [--matches 10000] [--seats 4] [--seed 1] [--type classic|clear] [--level easy|medium|hard|expert]';

/** @throws Error whose message says in one line which argument is wrong, and what it may be. */
export function optionsFrom(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      matches: { type: 'string', default: '10000' },
      seats: { type: 'string', default: '4' },
      seed: { type: 'string', default: '1' },
      type: { type: 'string', default: 'classic' },
      level: { type: 'string', default: 'medium' },
    },
  });
  return {
    matches: numberFrom('matches', values.matches, 1, 10_000_000),
    seats: numberFrom('seats', values.seats, 2, 8),
    seed: values.seed,
    type: oneOf('type', values.type, ['classic', 'clear']),
    level: oneOf('level', values.level, ['easy', 'medium', 'hard', 'expert']),
  };
}

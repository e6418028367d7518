import { parseArgs } from 'node:util';
import { numberFrom, oneOf } from '../../harness/arguments.ts';
import type { GameType } from '../../src/game/state.ts';

interface Options {
  readonly matches: number;
  readonly seed: string;
  readonly type: GameType;
}

export const usage = 'npm run tournament -- [--matches 1000] [--seed 1] [--type classic|clear]';

/** @throws Error whose message says in one line which argument is wrong, and what it may be. */
export function optionsFrom(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      matches: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      type: { type: 'string', default: 'classic' },
    },
  });
  return {
    matches: numberFrom('matches', values.matches, 1, 10_000_000),
    seed: values.seed,
    type: oneOf('type', values.type, ['classic', 'clear']),
  };
}

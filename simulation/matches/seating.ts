import type { BotLevel } from '../../src/game/state.ts';

/** The weakest first. */
export const botLevels: readonly BotLevel[] = ['easy', 'medium', 'hard', 'expert'];

/** All ways in which one player of each level can sit, so that no level has the better seats. */
export const arrangements: readonly (readonly BotLevel[])[] = arranged(botLevels);

function arranged(levels: readonly BotLevel[]): BotLevel[][] {
  if (levels.length === 0) return [[]];
  return levels.flatMap((first) => arranged(levels.filter((one) => one !== first)).map((rest) => [first, ...rest]));
}

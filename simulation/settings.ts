import type { RoomSettings } from '../src/game/state.ts';
import { settingsFor } from './matches/settings.ts';
import type { Random } from './random.ts';

/** What differs from run to run, so that no two kinds of trouble hide each other. */
export interface Settings {
  readonly settings: RoomSettings;
  readonly players: number;
  readonly bots: number;
  readonly processes: number;
  readonly leaseMs: number;
  readonly botDelayMs: readonly [number, number];
  /** How long players think, from and to, ms. */
  readonly thinkMs: readonly [number, number];
  /** How long there is trouble, ms, and how long it is quiet in between on average. */
  readonly troubleMs: number;
  readonly quietMs: number;
}

/** @param seed of the run; every seventh one has a journal that is soon full, and draws nothing for it, so that seeds keep their runs */
export function settingsOf(random: Random, seed: number): Settings {
  const players = random.between(1, 3);
  const bots = players === 1 ? random.between(1, 2) : random.between(0, 1);
  const startsByItself = random.chance(0.3);
  return {
    settings: {
      ...settingsFor(Math.max(2, players + bots), random.pick(['classic', 'clear']), 'easy'),
      allowDiscardTake: random.chance(0.5),
      shortWindows: false,
      startDelayMs: startsByItself ? random.between(3_000, 8_000) : null,
      turnMs: random.between(2, 6) * 1_000,
      initialPeekMs: random.between(2, 5) * 1_000,
      windowMs: random.between(500, 2_000),
      powerMs: random.between(1, 4) * 1_000,
      showMs: random.between(1, 5) * 1_000,
      graceMs: random.between(3, 20) * 1_000,
      maxTurns: random.between(4, 10),
      maxEntries: seed % 7 === 3 ? 20 + (seed % 40) : 30_000,
    },
    players,
    bots,
    processes: random.between(2, 3),
    leaseMs: 3_000,
    botDelayMs: [200, 900],
    thinkMs: [50, random.pick([300, 1_000])],
    troubleMs: random.between(10, 50) * 1_000,
    quietMs: random.pick([600, 1_500, 4_000]),
  };
}

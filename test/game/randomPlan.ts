import fc from 'fast-check';
import type { RoomSettings } from '../../src/game/state.ts';
import { numbers } from './basics.ts';

/** A setting of a room by which nobody plays otherwise. All others are rules, and each value of one is tried at random. */
type NoRule =
  | `${'permission' | 'passwordHash' | 'allowedUsers' | 'allowedRoles' | 'maxPlayers' | 'minPlayers' | 'botLevel'}`
  | `${'turn' | 'initialPeek' | 'window' | 'power' | 'show' | 'reservation' | 'grace' | 'empty' | 'ttl' | 'startDelay'}Ms`
  | 'random'
  | 'missedTurns';
export type Rules = Omit<RoomSettings, NoRule>;

/** A rule that isn't here doesn't compile. */
const valuesOfRules: { [R in keyof Rules]: fc.Arbitrary<Rules[R]> } = {
  gameType: fc.constantFrom('classic' as const, 'clear' as const),
  redKingPoints: fc.constantFrom(0, 10),
  allowDiscardTake: fc.boolean(),
  shortWindows: fc.boolean(),
  maxTurns: fc.constantFrom(200, 200, 60, 7),
  maxEntries: fc.constantFrom(30_000, 30_000, 30_000, 100),
};
export const anyRules: fc.Arbitrary<Rules> = fc.record(valuesOfRules) as fc.Arbitrary<Rules>;

/** What is likely to happen in a random match; everything else follows from its seed. */
export interface Plan {
  readonly seed: number;
  readonly seats: number;
  readonly persons: number;
  readonly rules: Rules;
  /** How many cards are in the draw pile of the first deal, by hand; null: a full deal. */
  readonly fewCards: number | null;
  /** The room starts by itself. */
  readonly autoStart: boolean;
  readonly matches: number;
  /** Between matches people come, go and ask faster and more often than a room bears. */
  readonly restless: boolean;
  /** Chances, in percent: to call when one can, to try a wrong card, to let a step's time pass, to ask for nonsense. */
  readonly calls: number;
  readonly wrong: number;
  readonly idles: number;
  readonly nonsense: number;
  /** In per mille: that somebody drops, leaves, comes back, or the room is gone for a while. */
  readonly unrest: number;
  /** In percent: that a player takes part in a deal. */
  readonly parts: number;
  /** After so many commands nobody does anything any more. fast-check makes it small where a match fails. */
  readonly commands: number;
}

export const plans: fc.Arbitrary<Plan> = fc
  .record({
    seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    seats: fc.integer({ min: 2, max: 8 }),
    persons: fc.integer({ min: 1, max: 8 }),
    rules: anyRules,
    fewCards: fc.oneof(fc.constant(null), fc.constant(null), fc.integer({ min: 0, max: 12 })),
    autoStart: fc.boolean(),
    matches: fc.constantFrom(1, 1, 2),
    restless: fc.oneof({ weight: 14, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    calls: fc.constantFrom(0, 1, 5, 30),
    wrong: fc.constantFrom(0, 5, 40),
    idles: fc.constantFrom(0, 2, 30),
    nonsense: fc.constantFrom(0, 5, 20),
    unrest: fc.constantFrom(0, 2, 10, 40),
    parts: fc.constantFrom(0, 50, 100),
    commands: fc.oneof({ weight: 9, arbitrary: fc.constant(5_000) }, { weight: 1, arbitrary: fc.nat(500) }),
  })
  .map((plan) => ({ ...plan, persons: Math.min(plan.persons, plan.seats) }));

/** Choices that follow from a seed. */
export class Random {
  private readonly next: () => number;

  constructor(seed: string | number) {
    this.next = numbers(seed);
  }

  /** A whole number from 0 to `count` - 1. */
  below = (count: number): number => Math.floor(this.next() * count);

  percent(chance: number): boolean {
    return this.next() * 100 < chance;
  }

  one<T>(from: readonly T[]): T | undefined {
    return from[this.below(from.length)];
  }
}

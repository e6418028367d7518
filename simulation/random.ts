import type { Chance, Stream } from '../src/game/chance.ts';
import { seededChance } from './matches/chance.ts';

const { stream } = seededChance('');

/** Everything that a run leaves to chance, in words. The same seed gives the same answers to the same questions. */
export class Random {
  readonly #stream: Stream;

  constructor(seed: number | string, label: string) {
    this.#stream = stream(`${seed}`, label);
  }

  /** A whole number from 0 to `count` - 1. */
  below(count: number): number {
    return this.#stream(count);
  }

  /** A whole number, both ends included. */
  between(from: number, to: number): number {
    return from + this.#stream(to - from + 1);
  }

  /** Whether something of this probability (0 to 1) happens. */
  chance(probability: number): boolean {
    return this.#stream(1_000_000) < probability * 1_000_000;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.#stream(items.length)] as T;
  }

  uuid(): string {
    const hex = (digits: number) => Array.from({ length: digits }, () => this.below(16).toString(16)).join('');
    return [8, 4, 4, 4, 12].map(hex).join('-');
  }

  /** How long until something happens that happens once in `mean` ms. */
  wait(mean: number): number {
    return Math.max(1, Math.round(-Math.log(1 - this.#stream(1_000_000) / 1_000_000) * mean));
  }
}

/** The deals of one process. Ids of its seats are like nobody else's. */
export function chanceOf(seed: number, process: string): Chance {
  const chance = seededChance(`${seed}|${process}`);
  return { ...chance, freshId: () => `${process} ${chance.freshId()}` };
}

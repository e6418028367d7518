import type { Refusal } from '../harness/player.ts';
import type { Code } from '../src/protocol/errors.ts';

/** What a race between players, or with the clock, is refused with: no fault of anybody. */
const races = new Set<Code>([
  'NOT_YOUR_TURN',
  'WRONG_PHASE',
  'NO_SUCH_SLOT',
  'CARD_LOCKED',
  'RANK_MISMATCH',
  'ALREADY_CALLED',
]);

/** Counts what the clients of a load test have seen. */
export class Summary {
  readonly #begun = performance.now();
  readonly #matches = new Set<string>();
  readonly #roundTripsMs: number[] = [];
  readonly #refused = new Map<string, number>();
  readonly #failed = new Map<string, number>();

  /** A match is over; each of its players may say so. */
  finished(roomId: string, matchNumber: number): void {
    this.#matches.add(`${roomId} ${matchNumber}`);
  }

  moved(roundTripMs: number, refused: Refusal | null): void {
    this.#roundTripsMs.push(roundTripMs);
    if (!refused) return;
    if (refused.code && races.has(refused.code)) count(this.#refused, refused.code);
    else this.failed(`${refused.code ?? 'no answer'}: ${refused.message}`);
  }

  /** A client could not go on. */
  failed(why: string): void {
    count(this.#failed, why);
  }

  get matches(): number {
    return this.#matches.size;
  }

  get failures(): number {
    return sum(this.#failed);
  }

  /** @param clients how many played */
  text(clients: number): string {
    const seconds = (performance.now() - this.#begun) / 1000;
    const moves = this.#roundTripsMs.length;
    const sorted = this.#roundTripsMs.toSorted((a, b) => a - b);
    const percentile = (share: number) => (sorted[Math.ceil(share * moves) - 1] ?? 0).toFixed(1);
    return [
      `${this.#matches.size} matches finished, ${clients} clients, ${seconds.toFixed(1)} s`,
      `${moves} moves, ${(moves / seconds).toFixed(1)} a second`,
      `round trip of a move in ms: 50 % ${percentile(0.5)}, 95 % ${percentile(0.95)}, 99 % ${percentile(0.99)}, longest ${percentile(1)}`,
      `moves that came too late: ${listed(this.#refused)}`,
      `failed: ${listed(this.#failed)}`,
      '',
    ].join('\n');
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

const sum = (counts: Map<string, number>): number => [...counts.values()].reduce((total, one) => total + one, 0);

const listed = (counts: Map<string, number>): string =>
  counts.size === 0 ? 'none' : [...counts].map(([what, times]) => `${times} × ${what}`).join('; ');

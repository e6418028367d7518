import type { Played } from '../../simulation/matches/match.ts';
import { botLevels } from '../../simulation/matches/seating.ts';
import type { BotLevel } from '../../src/game/state.ts';

/** What the levels have made of a tournament. */
export class Standings {
  #matches = 0;
  #turns = 0;
  #moves = 0;
  readonly #wins = new Map<BotLevel, number>();
  readonly #points = new Map<BotLevel, number>();

  /** @param seating the level of each seat */
  add(seating: readonly BotLevel[], { room, moves }: Played): void {
    const { match } = room;
    if (!match) throw new Error('no match was played');
    this.#matches += 1;
    this.#turns += match.turnNumber;
    this.#moves += moves;
    const winners = match.results.filter(({ winType }) => winType !== '').length;
    for (const { seat, points, winType } of match.results) {
      const level = seating[seat];
      if (level === undefined) throw new Error(`nobody was to sit in seat ${seat}`);
      addTo(this.#points, level, points);
      // A win that several share is divided among them.
      if (winType !== '') addTo(this.#wins, level, 1 / winners);
    }
  }

  /** Lines of a table. */
  lines(): string[] {
    const mean = (sum: number) => (sum / this.#matches).toFixed(2);
    return [
      row('level', 'wins', 'share', 'to the level below', 'points'),
      ...botLevels.map((level, i) => {
        const wins = this.#wins.get(level) ?? 0;
        const below = botLevels[i - 1];
        const winsBelow = below === undefined ? 0 : (this.#wins.get(below) ?? 0);
        const ratio = winsBelow > 0 ? (wins / winsBelow).toFixed(2) : '';
        const share = `${((100 * wins) / this.#matches).toFixed(1)} %`;
        return row(level, wins.toFixed(1), share, ratio, mean(this.#points.get(level) ?? 0));
      }),
      '',
      row('a match', 'turns', 'moves'),
      row('mean', mean(this.#turns), mean(this.#moves)),
    ];
  }
}

function addTo(sums: Map<BotLevel, number>, level: BotLevel, amount: number): void {
  sums.set(level, (sums.get(level) ?? 0) + amount);
}

const row = (title: string, ...cells: string[]): string =>
  title.padEnd(10) + cells.map((cell, i) => cell.padStart(i === 2 ? 20 : 10)).join('');

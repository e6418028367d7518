import type { Played } from '../../simulation/matches/match.ts';
import type { Match } from '../../src/game/state.ts';

/** How the matches of a simulation went. */
export class Tally {
  #matches = 0;
  #moves = 0;
  readonly #turns: number[] = [];
  readonly #endings = new Map<string, number>();
  readonly #points: number[];
  readonly #wins: number[];

  constructor(seats: number) {
    this.#points = new Array<number>(seats).fill(0);
    this.#wins = new Array<number>(seats).fill(0);
  }

  add({ room, moves }: Played): void {
    const { match } = room;
    if (!match) throw new Error('no match was played');
    this.#matches += 1;
    this.#moves += moves;
    this.#turns.push(match.turnNumber);
    const ending = endingOf(match);
    this.#endings.set(ending, (this.#endings.get(ending) ?? 0) + 1);
    for (const { seat, points, winType } of match.results) {
      this.#points[seat] = (this.#points[seat] ?? 0) + points;
      if (winType !== '') this.#wins[seat] = (this.#wins[seat] ?? 0) + 1;
    }
  }

  /** Lines of a table; a win that several share counts for each of them. */
  lines(): string[] {
    const share = (count: number) => `${((100 * count) / this.#matches).toFixed(1)} %`;
    const mean = (sum: number) => (sum / this.#matches).toFixed(2);
    const turns = this.#turns.toSorted((a, b) => a - b);
    const quantile = (q: number) => turns[Math.floor(q * (turns.length - 1))] ?? 0;
    const sum = turns.reduce((total, n) => total + n, 0);
    const endings = [...this.#endings].sort(([, a], [, b]) => b - a);
    return [
      row('ended by', 'matches', 'share'),
      ...endings.map(([ending, count]) => row(ending, `${count}`, share(count))),
      '',
      row('a match', 'mean', 'median', '95 %', 'longest'),
      row('turns', mean(sum), `${quantile(0.5)}`, `${quantile(0.95)}`, `${quantile(1)}`),
      row('moves', mean(this.#moves)),
      '',
      row('seat', 'points', 'wins', 'share'),
      ...this.#points.map((points, seat) => {
        const wins = this.#wins[seat] ?? 0;
        return row(`${seat}`, mean(points), `${wins}`, share(wins));
      }),
    ];
  }
}

function endingOf({ how, calledBy }: Match): string {
  switch (how) {
    case 'lowest_points':
      return calledBy === null ? 'the last turn' : 'a call of Recall';
    case 'empty_hand':
      return 'an empty hand';
    case 'four_of_a_kind':
      return 'four of a kind';
    default:
      return 'nobody left';
  }
}

const row = (title: string, ...cells: string[]): string =>
  title.padEnd(20) + cells.map((cell) => cell.padStart(10)).join('');

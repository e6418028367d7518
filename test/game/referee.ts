import type { Event, EventOf } from '../../src/game/events.ts';
import type { Room } from '../../src/game/state.ts';
import { dealing } from './refereeDeal.ts';
import { ending } from './refereeEnd.ts';
import { RefereeTable } from './refereeTable.ts';
import { turns } from './refereeTurn.ts';
import { windows } from './refereeWindow.ts';

/**
 * A second reading of rules.md: a referee who sees every event of a room, keeps the table by hand, and objects to whatever
 * the rules don't allow. Shares no code with the rules under test but for what a card is.
 */

/** What the referee looks at to judge one event. */
export interface Call {
  readonly t: RefereeTable;
  readonly s: Room['settings'];
  readonly at: number;
  /** The room before the command and after it. */
  readonly before: Room;
  readonly after: Room;
  readonly previous: Event | null;
  /** Objects unless it holds. */
  rule(holds: boolean, what: string): void;
}

export type Judges = { readonly [T in Event['type']]?: (call: Call, event: EventOf<T>) => void };

const judges: Judges = { ...dealing, ...turns, ...windows, ...ending };

export class Referee {
  table = new RefereeTable();
  /** The first deal was made by hand: any number of cards. */
  private readonly rigged: boolean;
  private at = 0;
  private previous: Event | null = null;

  constructor(rigged: boolean) {
    this.rigged = rigged;
  }

  /** Takes notice of what one command made happen: `before` became `after`. */
  watch(events: readonly Event[], before: Room, after: Room): void {
    for (const event of events) {
      if (event.type === 'match_started') this.newTable(event.matchNumber);
      this.judge(event, before, after);
      this.at = event.at;
      this.previous = event;
    }
    const { must, step } = this.table;
    if (must) throw new Error(`${must} has not come after ${JSON.stringify(this.previous)}`);
    if (['played', 'closed', 'between'].includes(step)) throw new Error(`stuck: ${step}`);
  }

  private newTable(matchNumber: number): void {
    if (this.table.step !== 'over') throw new Error('a match was started while one runs');
    const { deal } = this.table;
    this.table = new RefereeTable();
    this.table.deal = deal;
    this.table.rigged = this.rigged && matchNumber === 1;
  }

  private judge(event: Event, before: Room, after: Room): void {
    const t = this.table;
    const { previous } = this;
    const rule = (holds: boolean, what: string) => {
      if (!holds) throw new Error(`${what}: ${JSON.stringify(event)} after ${JSON.stringify(previous)}`);
    };
    rule(event.at >= this.at, 'time runs backwards');
    if (t.must) rule(event.type === t.must, `${t.must} is due`);
    t.must = null;
    const call: Call = { t, s: after.settings, at: event.at, before, after, previous, rule };
    (judges[event.type] as ((call: Call, event: Event) => void) | undefined)?.(call, event);
  }
}

import type { Chance, Stream } from './chance.ts';
import type { Event, MatchEvent, RoomEvent } from './events.ts';
import { evolve } from './evolve.ts';
import { playerAt } from './room.ts';
import type { Match, Player, Room } from './state.ts';

/** One decision in the making: the events so far, and the room as they leave it. */
export class Decision {
  room: Room;
  readonly now: number;
  readonly chance: Chance;
  readonly events: Event[] = [];

  constructor(room: Room, now: number, chance: Chance) {
    this.room = room;
    this.now = now;
    this.chance = chance;
  }

  emit(event: RoomEvent | MatchEvent): void {
    const dated: Event = { ...event, at: this.now };
    this.events.push(dated);
    this.room = evolve(this.room, dated);
  }

  /** @throws TypeError where no match was ever played: callers have checked. */
  get match(): Match {
    if (!this.room.match) throw new TypeError('no match');
    return this.room.match;
  }

  player(seat: number): Player {
    return playerAt(this.match, seat);
  }

  /** The stream of this match for one use (rules.md 4). */
  stream(label: string): Stream {
    return this.chance.stream(this.match.seed, label);
  }
}

import type { Event } from '../src/game/events.ts';
import { evolve, initial } from '../src/game/evolve.ts';
import type { Room } from '../src/game/state.ts';
import { type PublicView, publicView } from '../src/game/view.ts';
import type { Hooks } from '../src/hooks.ts';
import { Announcer, type Audience, type WayIn } from '../src/table/announce.ts';
import { matchEvent } from '../src/table/projection.ts';

/** One event as it is durable, and all that follows from it. */
export interface Line {
  readonly event: Event;
  readonly before: Room;
  readonly after: Room;
  /** The fencing token of the claim that wrote it. */
  readonly token: number;
  /** How many match events there are up to here. */
  readonly matchEvents: number;
}

/** A room as the journal has it, and nothing else: what anybody may have been told. */
export class Ledger {
  readonly lines: Line[] = [];
  readonly #views = new Map<number, PublicView>();
  readonly #announced = new Map<number, { type: string; payload: unknown }[]>();

  get room(): Room {
    return this.lines.at(-1)?.after ?? initial;
  }

  get length(): number {
    return this.lines.length;
  }

  add(event: Event, token: number): Line {
    const before = this.room;
    const after = evolve(before, event);
    const isMatchEvent = matchEvent(after, event) !== null;
    const matchEvents = (this.lines.at(-1)?.matchEvents ?? 0) + Number(isMatchEvent);
    const line = { event, before, after, token, matchEvents };
    this.lines.push(line);
    return line;
  }

  /** The event with this number; they count from 1. */
  line(n: number): Line | undefined {
    return this.lines[n - 1];
  }

  /** What everybody sees after the first `n` events. */
  view(n: number): PublicView {
    const known = this.#views.get(n);
    if (known) return known;
    const view = publicView(this.line(n)?.after ?? initial);
    this.#views.set(n, view);
    return view;
  }

  /** The messages that an event gives rise to, whoever may be there. */
  announced(n: number): readonly { type: string; payload: unknown }[] {
    const known = this.#announced.get(n);
    if (known) return known;
    const said: { type: string; payload: unknown }[] = [];
    const line = this.line(n);
    const ways: WayIn[] = line?.event.type === 'seat_connected' ? ['created', 'joined', 'back'] : ['back'];
    for (const wayIn of ways)
      if (line) new Announcer(listening(said, wayIn), nothingMissed, silentHooks).announce(line);
    this.#announced.set(n, said);
    return said;
  }
}

function listening(said: { type: string; payload: unknown }[], wayIn: WayIn): Audience {
  const hear = (type: string, payload: unknown) => void said.push({ type, payload });
  return {
    all: hear,
    others: (_, ...message) => hear(...message),
    one: (_, ...message) => hear(...message),
    wayInOf: () => wayIn,
    caughtUp: () => false,
  };
}

const nothingMissed = { of: () => null, begin: () => {} };
const silentHooks: Hooks = { on: () => () => {}, emit: () => {} };

import type { Event } from '../src/game/events.ts';
import type { Entry } from '../src/journal/journal.ts';

/** So much the time of a room may be astray between two events, ms; and of long ones, in which a clock may be made up for. */
const toleranceMs = 200;
const slew = 0.01;

/**
 * Time as one room reckons it, beside the true one. As long as one process has the room, as much time passes there as
 * passes in truth, whatever becomes of that process' wall clock: so whatever runs keeps the time that it has left.
 */
export class RoomClock {
  /** By claim, what was asked of the journal, and when it was first: then it was decided. */
  readonly #asked = new Map<number, { from: number; text: string; time: number }>();
  #last: { token: number; at: number; time: number } | null = null;

  /** @param time in truth, ms */
  decided(token: number, from: number, entries: readonly Entry[], time: number): void {
    const text = entries.join('\n');
    const asked = this.#asked.get(token);
    const isRepeat = asked?.from === from && asked.text === text;
    if (entries.length > 0 && !isRepeat) this.#asked.set(token, { from, text, time });
  }

  /** @returns what is wrong, or null. */
  stored(token: number, from: number, entries: readonly Entry[]): string | null {
    const asked = this.#asked.get(token);
    const events = entries.map((entry) => JSON.parse(entry) as Event);
    const [event] = events;
    if (!event || asked?.from !== from) {
      this.#last = null;
      return null;
    }
    const last = this.#last?.token === token ? this.#last : null;
    const [passed, inTruth] = [event.at - (last?.at ?? 0), asked.time - (last?.time ?? 0)];
    const moved = events.reduce((sum, one) => sum + (one.type === 'clock_moved' ? one.byMs : 0), 0);
    this.#last = { token, at: event.at + moved, time: asked.time };
    if (!last || Math.abs(passed - inTruth) <= toleranceMs + slew * inTruth) return null;
    return `by the room's clock ${passed} ms have passed since the event before, and ${inTruth} ms in truth`;
  }
}

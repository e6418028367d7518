import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { tokenOf } from '../../harness/site.ts';
import type { MatchEvent } from '../../src/protocol/matchEvent.ts';
import type { Pace } from './pace.ts';
import { answerIn, messageIn, Seat } from './seat.ts';
import { otherCode } from './shape.ts';

/** What all tables have done since it was reset. */
export class Meter {
  asked = 0;
  /** Those that were answered. */
  moves = 0;
  refused = 0;
  /** The first that was. */
  refusal = '';
  /** Public ones, as one at each table has heard them. */
  events = 0;
  /** From when a move was due to its answer, µs. */
  latencies: RecordableHistogram = createHistogram();

  reset(): void {
    this.asked = 0;
    this.moves = 0;
    this.refused = 0;
    this.events = 0;
    this.refusal = '';
    this.latencies.reset();
  }
}

/** Four people at a table, who make one move after the other. */
export abstract class Table {
  readonly seats: readonly Seat[];
  protected readonly meter: Meter;
  readonly #pace: Pace;
  /** What is under way, by seat and id. */
  readonly #asked: readonly Map<number, { readonly dueAt: number; readonly send: (seat: Seat) => number }>[];

  constructor(seats: readonly Seat[], meter: Meter, pace: Pace) {
    this.seats = seats;
    this.meter = meter;
    this.#pace = pace;
    this.#asked = seats.map(() => new Map());
    seats.forEach((seat, i) => {
      seat.listener = {
        answered: (id, ok, frame) => this.#answered(i, id, ok, frame),
        ...(i === 0 && { told: (frame) => this.told(frame) }),
      };
    });
  }

  abstract begin(): void;

  /** One move was answered. */
  protected abstract moved(seat: number, frame: Buffer): void;

  /** The first of them has heard something. */
  protected abstract told(frame: Buffer): void;

  /** Asks for a move, when its time has come. */
  protected move(seat: number, send: (seat: Seat) => number): void {
    this.#pace.next(this, (dueAt) => {
      const one = this.seats[seat];
      if (!one) return;
      this.meter.asked++;
      this.#asked[seat]?.set(send(one), { dueAt, send });
    });
  }

  #answered(seat: number, id: number, ok: boolean, frame: Buffer): void {
    const asked = this.#asked[seat]?.get(id);
    if (!asked) return;
    this.#asked[seat]?.delete(id);
    this.meter.moves++;
    this.meter.latencies.record(Math.max(1, Math.round((performance.now() - asked.dueAt) * 1000)));
    if (ok) this.moved(seat, frame);
    else this.#refused(seat, asked.send, frame);
  }

  #refused(seat: number, send: (seat: Seat) => number, frame: Buffer): void {
    const { code } = answerIn(frame) as { code?: string };
    this.meter.refused++;
    this.meter.refusal ||= `${code}`;
    // Whose time is over (NOT_YOUR_TURN, WRONG_PHASE) is told how it goes on.
    if (code === 'UNAVAILABLE') setTimeout(() => this.move(seat, send), againMs);
  }
}

/** After so long a move is asked for again that could not be stored. */
const againMs = 100;

/** A table of ours: draws a card, plays it, and begins anew when the match is over. */
export class RecallTable extends Table {
  readonly #drawing = new Set<number>();

  /**
   * @param url of the process that opens it
   * @param via the one that they are connected to, if that is another
   * @returns the first with its room, and all others in it.
   */
  static async open(url: string, n: number, people: number, via = url): Promise<readonly Seat[]> {
    const tokens = await Promise.all(Array.from({ length: people }, (_, i) => tokenOf(`player_${n}_${i}`)));
    const first = await Seat.join(url, 'create/recall', { max_players: people, turn_time_limit: 300 }, tokens[0], via);
    const others = tokens.slice(1).map((token) => Seat.join(via, `joinById/${first.roomId}`, {}, token));
    return [first, ...(await Promise.all(others))];
  }

  begin(): void {
    this.#ask(0, 'start_match');
  }

  #ask(seat: number, type: string, payload: object = {}): void {
    this.move(seat, (one) => one.request(type, payload));
  }

  protected moved(seat: number): void {
    if (this.#drawing.delete(seat)) this.#ask(seat, 'play_card', { slot: -1 });
  }

  protected told(frame: Buffer): void {
    const { type, payload } = messageIn(frame);
    if (type !== 'match_event') return;
    this.meter.events++;
    const event = payload() as MatchEvent;
    switch (event.type) {
      case 'match_started':
        for (let i = 0; i < this.seats.length; i++) this.#ask(i, 'completed_initial_peek', { slots: [0, 1] });
        break;
      case 'turn_started': {
        const seat = this.#seatOf(event.session_id);
        if (event.step === 'play') this.#ask(seat, 'play_card', { slot: 0 });
        else {
          this.#drawing.add(seat);
          this.#ask(seat, 'draw_card');
        }
        break;
      }
      case 'power_opened':
        this.#ask(this.#seatOf(event.session_id), 'skip_power');
        break;
      case 'match_ended':
        this.begin();
        break;
    }
  }

  #seatOf(sessionId: string): number {
    return this.seats.findIndex((seat) => seat.sessionId === sessionId);
  }
}

/** A table of a floor: each in turn asks for a move, when the one before is answered, and what it leads to was told. */
export class CountingTable extends Table {
  /** Steps that were announced and have not been told yet; below 0 where they came before. */
  #awaited = 0;
  #next = 0;
  #isWaiting = false;

  /** At a room of stock Colyseus. */
  static async open(url: string, people: number): Promise<readonly Seat[]> {
    const first = await Seat.join(url, 'create/counting');
    const others = Array.from({ length: people - 1 }, () => Seat.join(url, `joinById/${first.roomId}`));
    return [first, ...(await Promise.all(others))];
  }

  /** At one that is `ws` alone. */
  static openFrames(url: string, n: number, people: number): Promise<readonly Seat[]> {
    return Promise.all(Array.from({ length: people }, () => Seat.open(url, `/${n}`)));
  }

  begin(): void {
    this.move(this.#next, (seat) => seat.request('move'));
    this.#next = (this.#next + 1) % this.seats.length;
  }

  protected moved(_seat: number, frame: Buffer): void {
    this.#awaited += (answerIn(frame) as { more?: number }).more ?? 0;
    this.#goOn(true);
  }

  protected told(frame: Buffer): void {
    if (frame[0] !== otherCode || messageIn(frame).type !== 'turn') return;
    this.#awaited--;
    this.#goOn(false);
  }

  #goOn(isAnswered: boolean): void {
    this.#isWaiting ||= isAnswered;
    if (!this.#isWaiting || this.#awaited > 0) return;
    this.#isWaiting = false;
    this.begin();
  }
}

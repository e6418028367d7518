import type { Random } from '../../simulation/random.ts';
import { type Fate, fateOf } from '../support/fate.ts';

/** What everybody may know, and what was of use once: none of it is a secret that lets anybody in now. */
export class Known {
  /** Session ids of seats. */
  readonly sessions: string[] = [];
  /** Passes that were used, and those of the strangers' own reservations elsewhere. */
  readonly passes: string[] = [];
  /** Reconnection tokens that are dead, and those of the strangers' own seats elsewhere. */
  readonly tokens: string[] = [];
  /** Room ids, user ids, process ids. */
  readonly others: string[] = [];
  /** The seat that somebody is coming back to just now. */
  target: string | undefined;
}

const hex = '0123456789abcdef';

/** People without a seat in the room, who try connection after connection to it. */
export class Strangers {
  readonly #random: Random;
  readonly #ports: readonly number[];
  readonly #roomId: string;
  readonly #known: Known;
  /** How often connections ended in which way. */
  readonly ends = new Map<number, number>();
  /** The addresses by which something was told to a stranger. */
  readonly leaks: string[] = [];
  #going = true;
  #loops: Promise<void>[] = [];

  constructor(random: Random, ports: readonly number[], roomId: string, known: Known) {
    this.#random = random;
    this.#ports = ports;
    this.#roomId = roomId;
    this.#known = known;
  }

  /** @param many at a time */
  begin(many: number): void {
    this.#loops = Array.from({ length: many }, () => this.#try());
  }

  get tries(): number {
    return [...this.ends.values()].reduce((sum, one) => sum + one, 0);
  }

  async stop(): Promise<void> {
    this.#going = false;
    await Promise.all(this.#loops);
  }

  async #try(): Promise<void> {
    while (this.#going) {
      const address = `ws://127.0.0.1:${this.#random.pick(this.#ports)}${this.#path()}`;
      const { end, frames } = await connect(address);
      this.ends.set(end, (this.ends.get(end) ?? 0) + 1);
      if (frames > 0) this.leaks.push(address);
    }
  }

  #path(): string {
    const { target, sessions } = this.#known;
    const sessionId = target && this.#random.chance(0.8) ? target : this.#random.pick(sessions);
    const process = this.#random.chance(0.5) ? 'process' : `process-${this.#guess(this.#known.passes)}`;
    const token = this.#random.chance(0.4) ? `&reconnectionToken=${this.#guess(this.#known.tokens)}` : '';
    const skip = this.#random.chance(0.2) ? '&skipHandshake=1' : '';
    return `/${process}/${this.#roomId}?sessionId=${sessionId}${token}${skip}`;
  }

  #guess(used: readonly string[]): string {
    const { sessions, others } = this.#known;
    const made = Array.from({ length: this.#random.pick([0, 9, 22, 32]) }, () => this.#random.pick([...hex])).join('');
    return encodeURIComponent(this.#random.pick([made, ...used, ...sessions, ...others]));
  }
}

/** Whoever gets in says that they are there, and gives the seat up. */
const joinRoom = Buffer.from([10]);
const leaveRoom = Buffer.from([12]);

const connect = (address: string): Promise<Fate> =>
  fateOf(address, {
    onFrame(socket) {
      socket.send(joinRoom);
      socket.send(leaveRoom);
    },
  });

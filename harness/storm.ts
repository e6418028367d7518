import { setTimeout as pause } from 'node:timers/promises';
import type { Front } from './front.ts';
import { retry } from './party.ts';
import type { Process } from './process.ts';
import { TcpProxy } from './proxy.ts';
import type { Random } from './random.ts';

export interface StormOptions {
  /** Between two cuts, at most. */
  readonly calmMs: number;
  /** After so many cuts somebody is killed. */
  readonly cutsForAKill: number;
  /** Who is; or nobody, this time. */
  readonly victim: () => Promise<Process | undefined> | Process | undefined;
}

/** Of servers in a storm: seats are held for longer than anybody is away. */
export const stormSettings = { LEASE_S: '1', RECONNECT_GRACE_S: '60', SAME_RANK_WINDOW_S: '0.2', EMPTY_ROOM_S: '0.5' };

/** For each of two players a way of their own to a server, and where they find it. */
export async function waysTo({ port }: Front): Promise<{ ways: readonly TcpProxy[]; urls: readonly string[] }> {
  const ways = await Promise.all([TcpProxy.start(port), TcpProxy.start(port)]);
  return { ways, urls: ways.map((way) => `http://127.0.0.1:${way.port}`) };
}

/** Cuts the connections of players again and again, and kills the processes of their rooms now and then. */
export class Storm {
  /** Those that may be cut. */
  readonly ways: TcpProxy[] = [];
  cuts = 0;
  kills = 0;
  readonly #random: Random;
  readonly #options: StormOptions;

  constructor(random: Random, options: StormOptions) {
    this.#random = random;
    this.#options = options;
  }

  /** Cuts one of them for 0.1 to 2 s, a moment from now. @returns when it is cut, and who was killed serves again */
  async strike(): Promise<void> {
    const { calmMs, cutsForAKill, victim } = this.#options;
    await pause(this.#random.number() * calmMs);
    const way = this.#random.oneOf(this.ways);
    if (!way) return;
    void this.#cut(way);
    this.cuts++;
    const killed = this.cuts % cutsForAKill === 0 && (await victim());
    if (!killed) return;
    this.kills++;
    await killed.end('SIGKILL');
    await retry(() => killed.start());
  }

  /** Strikes again and again, as long as that is so. */
  async rage(goesOn: () => boolean): Promise<void> {
    while (goesOn()) await this.strike();
  }

  /** These are whole, and are cut no more. */
  spare(ways: readonly TcpProxy[]): void {
    for (const way of ways) {
      this.ways.splice(this.ways.indexOf(way), 1);
      way.restore();
    }
  }

  async #cut(way: TcpProxy): Promise<void> {
    way.cut();
    await pause(100 + this.#random.number() * 1_900);
    way.restore();
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { DeployedSite } from './deployedSite.ts';
import { Party } from './party.ts';
import { guestOf } from './process.ts';

/** Players at tables of two, newcomers all the while, and what became of them. */
export class DeployCrowd {
  readonly parties: readonly Party[];
  /** How long somebody was without their table, ms. */
  readonly silences: number[];
  /** What a newcomer's calls failed with. */
  readonly failures: string[] = [];
  newcomers = 0;
  readonly #url: string;
  readonly #over = new AbortController();
  #coming: Promise<void> = Promise.resolve();

  private constructor(url: string, parties: readonly Party[], silences: number[]) {
    this.#url = url;
    this.parties = parties;
    this.silences = silences;
  }

  static async sitDown(site: DeployedSite, tables: number, thinkMs: number): Promise<DeployCrowd> {
    const silences: number[] = [];
    const onWait = (ms: number) => void silences.push(ms);
    const table = { urls: [site.url], bots: 0, room: { turn_time_limit: 30 } };
    const parties = await Party.beginAll(tables, { ...table, thinkMs, onWait });
    const crowd = new DeployCrowd(site.url, parties, silences);
    crowd.#coming = crowd.#newcomers();
    return crowd;
  }

  get witnesses() {
    return this.parties.flatMap((party) => party.witnesses);
  }

  /** @returns when everybody is at their table, and every table has moved on. */
  async playOn(): Promise<void> {
    await Promise.all(this.parties.map((party) => party.playOn()));
  }

  /** Nobody comes any more. */
  async end(): Promise<void> {
    this.#over.abort();
    await this.#coming;
  }

  /** Each signs in, opens a room, and leaves. */
  async #newcomers(): Promise<void> {
    const { signal } = this.#over;
    for (; !signal.aborted; await delay(200, undefined, { signal }).catch(() => {})) {
      this.newcomers++;
      try {
        const client = await guestOf(this.#url, 'Newcomer');
        const room = await client.create('recall', { bots: 1 });
        room.onMessage('*', () => {});
        await room.leave();
      } catch (error) {
        this.failures.push(`${(error as { code?: number }).code}: ${(error as Error).message}`);
      }
    }
  }
}

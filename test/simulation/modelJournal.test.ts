import { ModelJournal } from '../../simulation/modelJournal.ts';
import { ModelStore } from '../../simulation/modelStore.ts';
import { JournalUnavailable } from '../../src/journal/journal.ts';
import { alongContract } from '../journal/alongContract.ts';
import { journalContract } from '../journal/contract.ts';
import { journalAgreesWithModel } from '../journal/model.ts';
import type { JournalStore } from '../journal/store.ts';

/** A simulation tells nothing of real journals unless its own is one. */
journalContract('the model of the simulation', async () => new DirectStore(), { leases: true });
journalAgreesWithModel('the model of the simulation', async () => new DirectStore(), 200);
alongContract('the model of the simulation', async () => new DirectStore());

/** The model without a network: what is asked is done at once. */
class DirectStore implements JournalStore {
  readonly #store = new ModelStore({ now: () => this.now(), leaseMs: Number.POSITIVE_INFINITY });
  #now = 1_800_000_000_000;
  #processes = 0;
  #down = false;

  async start(options: { format?: number } = {}): Promise<ModelJournal> {
    const look = async <T>(at: (store: ModelStore) => T): Promise<T> => {
      if (this.#down) throw new JournalUnavailable('the store is down');
      return at(this.#store);
    };
    return new ModelJournal(`process ${++this.#processes}`, { ask: (_, step) => look(step), look }, options);
  }

  async lose(journal: ModelJournal): Promise<void> {
    this.#store.endLease(journal.owner);
  }

  async pass(ms: number): Promise<void> {
    this.#now += ms;
  }

  now(): number {
    return this.#now;
  }

  async breakDown(): Promise<void> {
    this.#down = true;
  }

  async repair(): Promise<void> {
    this.#down = false;
  }

  async dispose(): Promise<void> {}
}

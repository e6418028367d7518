import { appendFailures, appendSeconds } from '../ops/metrics.ts';
import { span } from '../ops/trace.ts';
import { Fenced, type Journal, JournalUnavailable, NoSuchRoom, type OpenJournal } from './journal.ts';

/** The same journal; how long its appends take is measured, and those that fail are counted. */
export function measured(journal: Journal): Journal {
  const claimed = (claim: OpenJournal): OpenJournal => ({
    ...claim,
    async append(...entries) {
      const began = performance.now();
      try {
        await span('append', () => claim.append(...entries));
      } catch (error) {
        appendFailures.inc({ why: whyOf(error) });
        throw error;
      }
      appendSeconds.observe((performance.now() - began) / 1000);
    },
  });
  const own: Pick<Journal, 'create' | 'open'> = {
    create: async (...args) => claimed(await journal.create(...args)),
    open: async (...args) => claimed(await journal.open(...args)),
  };
  return new Proxy(own as Journal, {
    get(_, name) {
      const value = Reflect.get(own, name) ?? Reflect.get(journal, name);
      return typeof value === 'function' ? value.bind(journal) : value;
    },
  });
}

function whyOf(error: unknown) {
  if (error instanceof JournalUnavailable) return error.inDoubt ? 'in_doubt' : 'unavailable';
  if (error instanceof Fenced) return 'fenced';
  return error instanceof NoSuchRoom ? 'gone' : 'failed';
}

import type { Log } from '../ops/log.ts';
import { appendFailures, appendSeconds } from '../ops/metrics.ts';
import { sparsely } from '../ops/sparse.ts';
import { span } from '../ops/trace.ts';
import { Fenced, type Journal, JournalUnavailable, NoSuchRoom, type OpenJournal } from './journal.ts';

/** The same journal; how long its appends take is measured, and those that fail are counted, and the log has why. */
export function measured(journal: Journal, log: Log): Journal {
  const tell = sparsely(log, 'warn', 'what has happened in a room could not be stored');
  const claimed = (claim: OpenJournal): OpenJournal => ({
    ...claim,
    async append(...entries) {
      const began = performance.now();
      try {
        await span('append', () => claim.append(...entries));
      } catch (error) {
        const why = whyOf(error);
        appendFailures.inc({ why });
        if (!ofTakeover.has(why)) tell(why, { err: error, roomId: claim.roomId });
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

/** Which have lines of their own. */
const ofTakeover: ReadonlySet<string> = new Set(['fenced', 'gone']);

function whyOf(error: unknown) {
  if (error instanceof JournalUnavailable) return error.inDoubt ? 'in_doubt' : 'unavailable';
  if (error instanceof Fenced) return 'fenced';
  return error instanceof NoSuchRoom ? 'gone' : 'failed';
}

import type { Journal, OpenJournal } from '../../src/journal/journal.ts';

/** The journal, with something in the way of each append. */
export function withAppend(on: Journal, append: (stock: () => Promise<void>) => Promise<void>): Journal {
  const changed = (claim: OpenJournal): OpenJournal => ({
    ...claim,
    append: (...entries) => append(() => claim.append(...entries)),
  });
  return new Proxy(on, {
    get(target, name) {
      if (name === 'create')
        return async (...args: Parameters<Journal['create']>) => changed(await target.create(...args));
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

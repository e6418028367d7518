import { afterEach, describe, expect, test, vi } from 'vitest';
import { comeAndGo } from '../../harness/crowd.ts';
import { brief, type Leftovers, leftovers, ofPeople } from '../../harness/leftovers.ts';
import { killAll } from '../../harness/process.ts';
import { kinds, Site } from '../../harness/site.ts';

/** Few and for a short time; `npm run cleanup` has 500 users for two minutes. */
const [users, seconds] = [30, 4];

// There the SDK tells of each lost connection.
afterEach(killAll);

/** What is there when nobody is, once what they had has ended. */
const settled = (site: Site, as?: Leftovers) =>
  vi.waitFor(
    async () => {
      const left = await leftovers(site, users);
      if (as) expect(left).toEqual(as);
      expect(ofPeople(left)).toEqual([]);
      return left;
    },
    { timeout: 60_000, interval: 200 },
  );

describe.each(kinds)('%s', (kind) => {
  test('users who connect, drop and come back leave nothing behind when they are gone', async () => {
    const site = await Site.open(kind, brief);
    // A process has its lobby from its first visitor on.
    for (const via of site.processes.keys())
      await (await (await site.client('vera', via)).joinOrCreate('lobby')).leave();
    const before = await settled(site);
    const counts = await comeAndGo({ urls: site.processes.map(({ url }) => url), users, seconds });
    for (const what of ['create', 'joinAtRandom', 'join', 'visit', 'drop', 'reconnect', 'takeOver', 'leave'])
      expect(counts, what).toHaveProperty(what);
    await settled(site, before);
    await site.close();
  }, 120_000);
});

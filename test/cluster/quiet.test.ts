import { afterEach, expect, test } from 'vitest';
import { killAll } from './process.ts';
import { commandsOf, fill, sumOf } from './quiet.ts';
import { Site } from './site.ts';

/** `npm run presence` counts for ten seconds, with 100 users and with 1,000. */
const [few, many, seconds] = [6, 60, 3];

// There the SDK tells of each message that a test doesn't listen to.
afterEach(killAll);

test('while nothing changes, Redis is asked as much for many users as for few', async () => {
  // Fewer signs of life of the processes themselves.
  const site = await Site.open('two processes on one Redis', { LEASE_S: '6' });
  const asked = new Map<number, number>();
  for (const users of [few, many]) {
    const connections = await fill(site, users);
    asked.set(users, sumOf(await commandsOf(site, seconds)));
    await Promise.all(connections.map((room) => room.leave()));
  }
  await site.close();
  const [forFew = 0, forMany = 0] = [asked.get(few), asked.get(many)];
  expect(forFew).toBeGreaterThan(0);
  // One more for each would be 54 more; what the processes say of themselves comes earlier or later by a few.
  expect(Math.abs(forMany - forFew)).toBeLessThan((many - few) / 2);
}, 120_000);

import { afterAll, expect, test } from 'vitest';
import { killAll } from '../../harness/process.ts';
import { fill, furnish, type Load, loadOf, sumOf } from '../../harness/quiet.ts';
import { Site } from '../../harness/site.ts';

/** `npm run presence` counts for longer, with more users and more rooms. */

// There the SDK tells of each message that a test doesn't listen to.
afterAll(killAll);

test.concurrent('while nothing changes, Redis is asked as much for many users as for few', async () => {
  const [few, many, seconds] = [6, 60, 3];
  // Fewer signs of life of the processes themselves.
  const site = await Site.open('two processes on one Redis', { LEASE_S: '6' });
  const asked: Load[] = [];
  for (const users of [few, many]) {
    const connections = await fill(site, users);
    asked.push(await loadOf(site, seconds));
    await Promise.all(connections.map((room) => room.leave()));
  }
  await site.close();
  const [forFew = 0, forMany = 0] = asked.map(sumOf);
  expect(forFew).toBeGreaterThan(0);
  // One more for each would be 54 more; what the processes say of themselves comes earlier or later by a few.
  expect(Math.abs(forMany - forFew)).toBeLessThan((many - few) / 2);
}, 120_000);

test.concurrent('while nothing changes, Redis is asked as much, and answers as much, for many rooms as for few', async () => {
  const [few, many] = [10, 300];
  // Once in ten leases, rooms are looked for that nobody has.
  const [lease, seconds] = [2, 21];
  const open = async (rooms: number) => {
    const site = await Site.open('two processes on one Redis', { LEASE_S: `${lease}` });
    await furnish(site, rooms);
    return site;
  };
  const sites = [await open(few), await open(many)];
  // At the same time: a busy machine is late with both.
  const [forFew, forMany] = (await Promise.all(sites.map((site) => loadOf(site, seconds)))) as [Load, Load];
  await Promise.all(sites.map((site) => site.close()));

  expect(forFew.commands.size).toBeGreaterThan(3);
  for (const [command, times] of forMany.commands)
    expect([command, times - (forFew.commands.get(command) ?? 0) < (many - few) / 2]).toEqual([command, true]);
  // It answers little, and walks all that anybody listens to.
  expect([...forMany.commands.keys()]).not.toContain('pubsub channels');
  // All names of rooms, once from each process, would make it 30 more.
  const each = (load: Load) => load.bytes / sumOf(load);
  expect(each(forMany) - each(forFew)).toBeLessThan(15);
}, 120_000);

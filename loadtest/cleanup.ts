// npm run cleanup -- [--users 500] [--seconds 120]
// So many users connect, drop and come back for so long, with short times to live: what is left of them when they are gone
// and those have passed, on two processes with a Redis of their own, and in the embedded default.
import { setTimeout as pause } from 'node:timers/promises';
import { readNumbers } from '../harness/arguments.ts';
import { comeAndGo } from '../harness/crowd.ts';
import { brief, type Leftovers, leftovers, ofPeople } from '../harness/leftovers.ts';
import { killAll } from '../harness/process.ts';
import { silenceSdk } from '../harness/silence.ts';
import { kinds, Site } from '../harness/site.ts';

const { users, seconds } = readNumbers(
  { users: 500, seconds: 120 },
  'npm run cleanup -- [--users 500] [--seconds 120]',
);
/** The file of the embedded default is swept each minute. */
const patienceMs = 150_000;
silenceSdk();

let failed = false;
try {
  for (const kind of kinds) {
    const site = await Site.open(kind, brief);
    for (const via of site.processes.keys())
      await (await (await site.client('vera', via)).joinOrCreate('lobby')).leave();
    const before = await untilGone(site);
    const commands = await commandsOf(site);
    console.log(`\n${kind}: ${users} users for ${seconds} s`);
    const counts = await comeAndGo({ urls: site.processes.map(({ url }) => url), users, seconds });
    for (const what of Object.keys(counts).sort()) console.log(`  ${String(counts[what]).padStart(7)} ${what}`);
    const commandsAfter = await commandsOf(site);
    const { stored } = await leftovers(site, 0, true);
    const since = performance.now();
    const after = await untilGone(site);
    const waited = ((performance.now() - since) / 1000).toFixed(1);
    if (site.redis) {
      console.log(`  commands of Redis: ${commandsAfter - commands}`);
      const keys = [before.stored, stored, after.stored].map(({ length }) => length);
      console.log(`  keys: ${keys[0]} before, ${keys[1]} when the last one went, ${keys[2]} after ${waited} s more`);
    }
    console.log(`  stored before: ${before.stored.join(', ')}`);
    console.log(`  stored after:  ${after.stored.join(', ')}`);
    for (const what of ['listed', 'seated', 'present'] as const) console.log(`  ${what} after: ${after[what].length}`);
    const same = JSON.stringify(after) === JSON.stringify(before);
    console.log(same ? '  nothing is left' : '  SOMETHING IS LEFT');
    failed ||= !same;
    await site.close();
  }
} finally {
  await killAll();
}
process.exit(failed ? 1 : 0);

/** As it is when nothing of people or rooms is left, or when that has not come about for long. */
async function untilGone(site: Site): Promise<Leftovers> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const left = await leftovers(site, users, true);
    if (ofPeople(left).length === 0 || performance.now() > until) return left;
    await pause(500);
  }
}

/** How many Redis has had. */
async function commandsOf({ redis }: Site): Promise<number> {
  const stats = await redis?.client().info('stats');
  return Number(/total_commands_processed:(\d+)/.exec(stats ?? '')?.[1] ?? 0);
}

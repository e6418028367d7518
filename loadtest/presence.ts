// npm run presence -- [--users 100,1000] [--rooms 10,1000] [--seconds 31]
// What Redis is asked, and how much it answers, with the default settings, while users are connected, or rooms are open,
// and nothing changes: as Redis MONITOR shows it, by command, with two processes and a Redis of their own.
import type { Room } from '@colyseus/sdk';
import { readNumbers } from '../harness/arguments.ts';
import { killAll } from '../harness/process.ts';
import { fill, furnish, type Load, loadOf, sumOf } from '../harness/quiet.ts';
import { silenceSdk } from '../harness/silence.ts';
import { Site } from '../harness/site.ts';

const { users, rooms, seconds } = readNumbers(
  { users: [100, 1000], rooms: [10, 1000], seconds: 31 },
  'npm run presence -- [--users 100,1000] [--rooms 10,1000] [--seconds 31]',
);
silenceSdk();

const row = (name: string, cells: readonly (number | string)[]) =>
  console.log(name.padEnd(24) + cells.map((cell) => String(cell).padStart(14)).join(''));

try {
  await compare('users', users, fill);
  await compare('rooms', rooms, furnish);
} finally {
  await killAll();
}
process.exit();

/** A table with a column for each number of them. */
async function compare(
  what: string,
  numbers: readonly number[],
  come: (site: Site, count: number) => Promise<readonly Room[]>,
): Promise<void> {
  const columns: Load[] = [];
  for (const count of numbers) {
    // All of them come from this address.
    const settings = { LEASE_S: '3', MAX_CONNECTIONS_ADDRESS: '100000' };
    const site = await Site.open('two processes on one Redis', settings);
    const connections = await come(site, count);
    columns.push(await loadOf(site, seconds));
    const open = connections.filter(({ connection }) => connection.isOpen).length;
    if (open !== count) console.log(`only ${open} of ${count} were connected`);
    await site.close();
  }
  console.log(`Commands that Redis was asked in ${seconds} s in which nothing changed`);
  const names = columns.flatMap(({ commands }) => [...commands.keys()]);
  row(
    'command',
    numbers.map((count) => `${count} ${what}`),
  );
  for (const name of [...new Set(names)].sort())
    row(
      name,
      columns.map(({ commands }) => commands.get(name) ?? 0),
    );
  row('all', columns.map(sumOf));
  row(
    'bytes answered',
    columns.map(({ bytes }) => bytes),
  );
}

// npm run presence -- [--users 100,1000] [--seconds 10]
// What Redis is asked, with the default settings, while users are connected and nothing changes: as Redis MONITOR shows it, by command, with two
// processes and a Redis of their own.
import { readNumbers } from '../scripts/arguments.ts';
import { killAll } from '../test/cluster/process.ts';
import { commandsOf, fill, sumOf } from '../test/cluster/quiet.ts';
import { Site } from '../test/cluster/site.ts';

const { users: numbers, seconds } = readNumbers(
  { users: [100, 1000], seconds: 10 },
  'npm run presence -- [--users 100,1000] [--seconds 10]',
);
// There the SDK tells of each message that nobody listens to.
Object.assign(console, { info() {}, warn() {} });

const columns: ReadonlyMap<string, number>[] = [];
try {
  for (const users of numbers) {
    const site = await Site.open('two processes on one Redis', { LEASE_S: '3' });
    const connections = await fill(site, users);
    columns.push(await commandsOf(site, seconds));
    const open = connections.filter(({ connection }) => connection.isOpen).length;
    if (open !== users) console.log(`only ${open} of ${users} users were connected`);
    await site.close();
  }
} finally {
  await killAll();
}
const row = (name: string, cells: readonly (number | string)[]) =>
  console.log(name.padEnd(24) + cells.map((cell) => String(cell).padStart(14)).join(''));
console.log(`Commands that Redis was asked in ${seconds} s in which nothing changed`);
row(
  'command',
  numbers.map((users) => `${users} users`),
);
for (const command of [...new Set(columns.flatMap((counts) => [...counts.keys()]))].sort())
  row(
    command,
    columns.map((counts) => counts.get(command) ?? 0),
  );
row('all', columns.map(sumOf));
process.exit();

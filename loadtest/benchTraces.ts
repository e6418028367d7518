// npm run bench:traces [-- --rounds 5 --rooms 10 --seconds 10]: what traces cost a server. One process without them, one that
// traces a hundredth and one that traces all take turns; the same tables play at each as fast as they can.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { readNumbers } from '../harness/arguments.ts';
import { SdkPlayer } from '../harness/player.ts';
import { guestOf, killAll, Process } from '../harness/process.ts';
import type { GameRoom } from '../src/protocol/sdk.ts';

const { rounds, rooms, seconds } = readNumbers(
  { rounds: 5, rooms: 10, seconds: 10 },
  'npm run bench:traces -- [--rounds 5] [--rooms 10] [--seconds 10]',
);
// Each retry of an SDK is a line of its own.
console.info = () => {};

let sent = 0;
const collector = createServer(async (request, response) => {
  for await (const chunk of request) sent += chunk.length;
  response.end('{}');
}).listen(0, '127.0.0.1');
await once(collector, 'listening');
const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;

const ways = {
  off: {},
  'one in a hundred': { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: '0.01' },
  all: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
};
const found = Object.keys(ways).map((way) => ({ way, costs: [] as number[] }));
for (let round = 1; round <= rounds; round++) {
  for (const { way, costs } of found) costs.push(await costOf(ways[way as keyof typeof ways]));
  console.log(`${round}: ${found.map(({ way, costs }) => `${way} ${costs.at(-1)?.toFixed(0)}`).join(', ')} µs a move`);
}
for (const { way, costs } of found) console.log(`${way}: ${median(costs).toFixed(0)} µs of CPU a move (median)`);
console.log(`${(sent / 1e6).toFixed(0)} MB were sent to the collector`);
collector.close();
process.exit();

/** @returns CPU time of the server for each move that is answered, µs. */
async function costOf(settings: Record<string, string>): Promise<number> {
  const server = await Process.start(settings);
  for (let table = 0; table < rooms; table++) await seat(server.url, table);
  // Until what runs often is compiled.
  await delay(3000);
  const before = await read(server.url);
  await delay(seconds * 1000);
  const after = await read(server.url);
  await killAll();
  return ((after.cpuS - before.cpuS) * 1e6) / (after.moves - before.moves);
}

/** Two players, who begin anew whenever a match is over. */
async function seat(url: string, table: number): Promise<void> {
  const [ann, bob] = [await guestOf(url, 'Ann'), await guestOf(url, 'Bob')];
  const first = await ann.create<GameRoom>('recall', { max_players: 2 });
  first.onMessage('*', () => {});
  const second = await bob.joinById<GameRoom>(first.roomId);
  for (const [i, room] of [first, second].entries()) {
    room.reconnection.enabled = false;
    new SdkPlayer(room, { seed: 2 * table + i, takesPart: false });
  }
  const begin = () => first.request('start_match', {}).catch(() => {});
  let phase = '';
  first.onStateChange((state) => {
    if (state.phase === 'finished' && phase !== 'finished') void begin();
    phase = state.phase;
  });
  await begin();
}

async function read(url: string): Promise<{ cpuS: number; moves: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return { cpuS: value('process_cpu_seconds_total'), moves: value('recall_move_seconds_count') };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] as number;
}

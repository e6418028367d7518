// npm run bench:takeover -- [--rooms 1000] [--players 50]
// One of two processes is killed with all its matches: how long until the other one has them, and how long players who
// come back meanwhile wait. Starts processes and a Redis of its own.
import { setTimeout as pause } from 'node:timers/promises';
import { Client, type Room } from '@colyseus/sdk';
import { readNumbers } from '../harness/arguments.ts';
import { Cluster } from '../harness/cluster.ts';
import { guestOf, killAll } from '../harness/process.ts';
import { silenceSdk } from '../harness/silence.ts';

const { rooms, players } = readNumbers(
  { rooms: 1000, players: 50 },
  'npm run bench:takeover -- [--rooms 1000] [--players 50]',
);
silenceSdk();

// Nothing happens in these matches by itself.
const still = { INITIAL_PEEK_S: '3600', LEASE_S: '3', RECONNECT_GRACE_S: '3600' };
const cluster = await Cluster.start(2, still);
const [first, second] = cluster.processes as [(typeof cluster.processes)[0], (typeof cluster.processes)[0]];
try {
  await second.end('SIGTERM');
  const seated = await begin();
  await second.start();
  // Who has only just come to Redis takes nobody for dead before a lease has passed (docs/recovery.md).
  await pause(4_000);
  const eager = spread(seated, players);
  for (const room of eager) room.reconnection.enabled = true;
  const since = performance.now();
  const waiting = eager.map(async (room) => {
    await new Promise((resolve) => room.onReconnect(() => resolve(null)));
    await move(room);
    return performance.now() - since;
  });
  await first.end('SIGKILL');
  const [allMs, waits] = await Promise.all([untilAllAreBack(since), Promise.all(waiting)]);
  const others = seated.filter((room) => !eager.includes(room));
  await Promise.all(others.map(async (room) => move(await comeBack(room))));

  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number) => `${((sorted[Math.ceil(share * sorted.length) - 1] ?? 0) / 1000).toFixed(2)} s`;
  console.log(
    `${rooms} matches of one process, taken over by another: all ${(allMs / 1000).toFixed(2)} s after the kill`,
  );
  console.log(
    `${players} SDKs that reconnected meanwhile had a move accepted after ${at(0.5)} (median), ${at(1)} (longest)`,
  );
  console.log(`afterwards a move was accepted in each of the other ${others.length} rooms`);
} finally {
  await killAll();
  await cluster.stop();
}
process.exit();

function move(room: Room): Promise<unknown> {
  return room.request('completed_initial_peek', { slots: [0, 1] });
}

async function comeBack(room: Room): Promise<Room> {
  const back = await new Client(cluster.front.url).reconnect(room.reconnectionToken);
  back.onMessage('*', () => {});
  return back;
}

/** Matches against computer players, which wait for the initial peek of their one person. */
async function begin(): Promise<Room[]> {
  const client = await guestOf(cluster.front.url, 'Ann');
  const seated: Room[] = [];
  for (let from = 0; from < rooms; from += 50) {
    const opening = Array.from({ length: Math.min(50, rooms - from) }, async () => {
      const room = await client.create('recall', { max_players: 4, bots: 3 });
      Object.assign(room.reconnection, { enabled: false, minUptime: 0 });
      room.onMessage('*', () => {});
      await room.request('start_match', {});
      return room;
    });
    seated.push(...(await Promise.all(opening)));
  }
  return seated;
}

/** @returns ms */
async function untilAllAreBack(since: number): Promise<number> {
  const dead = await cluster.listed().then((rows) => rows[0]?.processId);
  for (;;) {
    const rows = await cluster.listed();
    if (rows.length === rooms && rows.every(({ processId }) => processId !== dead)) return performance.now() - since;
    await pause(50);
  }
}

/** So many of them, evenly. */
function spread<T>(all: readonly T[], count: number): T[] {
  return all.filter((_, i) => Math.floor((i * count) / all.length) !== Math.floor(((i - 1) * count) / all.length));
}

// npm run bench:takeover -- [--rooms 1000] [--players 50]
// One of two processes is killed with all its matches: how long until the other one has them, and how long players who
// come back meanwhile wait. Starts processes and a Redis of its own.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Room } from '@colyseus/sdk';
import { Cluster } from '../test/cluster/cluster.ts';
import { guestOf, killAll } from '../test/cluster/process.ts';

const { values } = parseArgs({
  options: { rooms: { type: 'string', default: '1000' }, players: { type: 'string', default: '50' } },
});
const [rooms, players] = [Number(values.rooms), Number(values.players)];
// There the SDK tells of each lost connection.
Object.assign(console, { info() {}, warn() {} });

// Nothing happens in these matches by itself.
const still = { INITIAL_PEEK_S: '3600', LEASE_S: '3', RECONNECT_GRACE_S: '3600' };
const cluster = await Cluster.start(2, still);
const [first, second] = cluster.processes as [(typeof cluster.processes)[0], (typeof cluster.processes)[0]];
try {
  await second.end('SIGTERM');
  const seated = await begin();
  await second.start();
  const since = performance.now();
  await first.end('SIGKILL');
  const eager = spread(seated, players);
  const [allMs, waits] = await Promise.all([untilAllAreBack(since), Promise.all(eager.map(comeBack))]);
  const accepted = await Promise.all(seated.filter((room) => !eager.includes(room)).map(comeBack));

  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number) => `${((sorted[Math.ceil(share * sorted.length) - 1] ?? 0) / 1000).toFixed(2)} s`;
  console.log(
    `${rooms} matches of one process, taken over by another: all ${(allMs / 1000).toFixed(2)} s after the kill`,
  );
  console.log(
    `${players} players who came back meanwhile had a move accepted after ${at(0.5)} (median), ${at(1)} (longest)`,
  );
  console.log(`afterwards a move was accepted in each of the other ${accepted.length} rooms`);

  /** @returns ms from the kill until a move was accepted. */
  async function comeBack(room: Room): Promise<number> {
    const client = await guestOf(second.url, 'Back');
    for (;;) {
      const back = await client.reconnect(room.reconnectionToken).catch(() => null);
      if (!back) {
        await pause(50);
        continue;
      }
      back.onMessage('*', () => {});
      await back.request('completed_initial_peek', { slots: [0, 1] });
      return performance.now() - since;
    }
  }
} finally {
  await killAll();
  await cluster.stop();
}
process.exit();

/** Matches against computer players, which wait for the initial peek of their one person. */
async function begin(): Promise<Room[]> {
  const client = await guestOf(first.url, 'Ann');
  const seated: Room[] = [];
  for (let from = 0; from < rooms; from += 50) {
    const opening = Array.from({ length: Math.min(50, rooms - from) }, async () => {
      const room = await client.create('recall', { max_players: 4, bots: 3 });
      room.reconnection.enabled = false;
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

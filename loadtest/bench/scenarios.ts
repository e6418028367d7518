import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { retry } from '../../harness/party.ts';
import { operator, tokenOf } from '../../harness/site.ts';
import { Bystander } from './bystander.ts';
import { DiskWatch } from './disk.ts';
import { type Load, loadOf, many, quantile } from './load.ts';
import { Gate, OpenLoop, type Pace } from './pace.ts';
import { seats } from './rows.ts';
import { Seat } from './seat.ts';
import { type Keeper, Measured, nobodyLimited, runAsServer } from './servers.ts';
import type { Shape } from './shape.ts';
import { CountingTable, Meter, RecallTable } from './tables.ts';

/** How many come in at a time. */
const atATime = 20;

/** How long something is looked at, and how long all of it goes on before. */
interface While {
  readonly seconds: number;
  readonly settleSeconds: number;
}

/** Somebody beside them asks so often, ms: few enough to cost next to nothing. */
const pingEveryMs = 50;

/** What a person thinks about a move, ms. */
const [thinkMinMs, thinkMaxMs] = [1000, 3500];
const thinking = (times: number): Pace => ({
  next(_, make) {
    setTimeout(() => make(performance.now()), times * (thinkMinMs + Math.random() * (thinkMaxMs - thinkMinMs)));
  },
});
/** At a table of ours as long again goes by between two moves, while cards are shown and windows are open. */
const stockThinks = 2;

export interface Cut {
  readonly clients: number;
  readonly medianMs: number;
  readonly lastMs: number;
  /** How often one was refused and had to try again. */
  readonly refused: number;
}

export interface Human extends Load {
  readonly movesPerS: number;
  /** Of WebSocket, headers included, to all of them, and the writes that took. */
  readonly bytesPerS: number;
  readonly writesPerS: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly pingP99Ms: number;
  readonly flushP99Ms: number;
  readonly refused: number;
  readonly cut: Cut;
}

/** Matches of four at a human pace, with all times as the rules have them; and then all connections are cut at once. */
export async function humanPace(keeper: Keeper, tables: number, { seconds, settleSeconds }: While): Promise<Human> {
  const server = await Measured.recall(keeper, nobodyLimited);
  const meter = new Meter();
  try {
    const opened = await many(tables, atATime, (n) => RecallTable.open(server.url, n, seats));
    for (const table of opened.map((all) => new RecallTable(all, meter, thinking(1)))) {
      setTimeout(() => table.begin(), Math.random() * settleSeconds * 500);
    }
    const bystander = await Bystander.come(server.url, pingEveryMs);
    await pause(settleSeconds * 1000);
    meter.reset();
    bystander.roundTrips.reset();
    const sent = async () => ({
      bytes: opened.flat().reduce((sum, seat) => sum + seat.bytes, 0),
      writes: (await server.usage()).writes,
    });
    const before = await sent();
    const disk = new DiskWatch();
    const load = await loadOf(server, seconds).finally(() => disk.stop());
    const flushes = await disk.stop();
    const after = await sent();
    const [{ moves, latencies, refused }, pings] = [meter, bystander.roundTrips];
    const figures = {
      ...load,
      movesPerS: moves / seconds,
      bytesPerS: (after.bytes - before.bytes) / seconds,
      writesPerS: (after.writes - before.writes) / seconds,
      p50Ms: latencies.percentile(50) / 1000,
      p99Ms: latencies.percentile(99) / 1000,
      pingP99Ms: pings.percentile(99) / 1000,
      flushP99Ms: quantile(flushes, 0.99),
      refused,
    };
    bystander.leave();
    return { ...figures, cut: await cutAll(opened.flat()) };
  } finally {
    await server.dispose();
  }
}

/** All of them lose their connections, and come back as the SDKs do. */
async function cutAll(all: readonly Seat[], url?: string): Promise<Cut> {
  const since = performance.now();
  for (const seat of all) seat.socket.terminate();
  return comeBack(all, since, url);
}

async function comeBack(all: readonly Seat[], since: number, url?: string): Promise<Cut> {
  const back = await Promise.all(
    all.map(async (seat) => ({ ...(await seat.comeBack(url)), ms: performance.now() - since })),
  );
  const waits = back.map(({ ms }) => ms);
  return {
    clients: all.length,
    medianMs: quantile(waits, 0.5),
    lastMs: quantile(waits, 1),
    refused: back.reduce((sum, { refused }) => sum + refused, 0),
  };
}

export interface StockPeople {
  /** Nothing but connections and their pings. */
  readonly idle: Load;
  /** About as many moves as at tables of ours, each in that shape. */
  readonly moving: Load & Pick<Human, 'movesPerS' | 'p50Ms' | 'p99Ms'>;
}

/** The same connections to a stock server: as long as nobody moves, and then at a human pace. */
export async function stockPeople(
  tables: number,
  shape: Shape,
  { seconds, settleSeconds }: While,
): Promise<StockPeople> {
  const server = await Measured.floor('stock', shape);
  const meter = new Meter();
  try {
    const opened = await many(tables, atATime, () => CountingTable.open(server.url, shape.seats));
    await pause(1000);
    const idle = await loadOf(server, seconds);
    for (const table of opened.map((all) => new CountingTable(all, meter, thinking(stockThinks)))) {
      setTimeout(() => table.begin(), Math.random() * settleSeconds * 500);
    }
    await pause(settleSeconds * 1000);
    meter.reset();
    const load = await loadOf(server, seconds);
    const [p50Ms = 0, p99Ms = 0] = [50, 99].map((share) => meter.latencies.percentile(share) / 1000);
    return { idle, moving: { ...load, movesPerS: meter.moves / seconds, p50Ms, p99Ms } };
  } finally {
    await server.dispose();
  }
}

export interface Waiting {
  readonly rooms: number;
  readonly kbRoom: number;
  readonly core: number;
  readonly redis: number;
  readonly redisKbRoom: number;
}

/** Rooms that wait for players, to which nobody is connected. */
export async function waitingRooms(keeper: Keeper, rooms: number, { seconds, settleSeconds }: While): Promise<Waiting> {
  const server = await Measured.recall(keeper, { ...nobodyLimited, EMPTY_ROOM_S: '3600' });
  try {
    // Each by somebody else: whoever opens one is asked how many they have, and nobody has thousands.
    const open = async () => {
      const token = await tokenOf(randomUUID());
      await retry(() => Seat.reserve(server.url, 'create/recall', {}, token));
    };
    await many(Math.ceil(rooms / 50), atATime, open);
    // Also the compiler has done its work then.
    const before = (await server.usage(true)).rssBytes;
    const { memoryMb } = await server.redisUse();
    await many(rooms, atATime, open);
    // The seat of who has opened it lapses meanwhile.
    await pause(settleSeconds * 1000);
    const after = (await server.usage(true)).rssBytes;
    const { core, redis, redisMb } = await loadOf(server, seconds);
    const redisKbRoom = ((redisMb - memoryMb) * 1024) / rooms;
    return { rooms, kbRoom: (after - before) / rooms / 1024, core, redis, redisKbRoom };
  } finally {
    await server.dispose();
  }
}

export interface BotMatches extends Load {
  readonly matches: number;
  readonly pingP99Ms: number;
}

/** Matches of computer players, and one person in each who is connected and does nothing, so that one plays for them too. */
export async function botMatches(
  keeper: Keeper,
  matches: number,
  { seconds, settleSeconds }: While,
): Promise<BotMatches> {
  const server = await Measured.recall(keeper, { ...nobodyLimited, MISSED_TURNS: '1', INITIAL_PEEK_S: '3' });
  try {
    await many(matches, atATime, async (n) => {
      const seat = await openWithBots(server.url, n);
      await seat.answers('start_match');
      return seat;
    });
    const bystander = await Bystander.come(server.url, pingEveryMs);
    await pause(settleSeconds * 1000);
    bystander.roundTrips.reset();
    const load = await loadOf(server, seconds);
    bystander.leave();
    return { ...load, matches, pingP99Ms: bystander.roundTrips.percentile(99) / 1000 };
  } finally {
    await server.dispose();
  }
}

const openWithBots = async (url: string, n: number): Promise<Seat> =>
  Seat.join(
    url,
    'create/recall',
    { max_players: seats, bots: seats - 1, turn_time_limit: 5 },
    await tokenOf(`person_${n}`),
  );

export interface Killed extends Cut {
  readonly rooms: number;
}

/**
 * A process with so many matches is killed: it starts again (in a file), or another one has them (on Redis). Their players
 * come back as the SDKs do.
 */
export async function afterKill(keeper: Keeper, rooms: number): Promise<Killed> {
  const settings = { ...nobodyLimited, INITIAL_PEEK_S: '3600' };
  const first = await Measured.recall(keeper, settings);
  const second = keeper === 'sqlite' ? undefined : await Measured.recall(keeper, settings, first);
  try {
    const all = await many(rooms, atATime, async (n) => {
      const seat = await openWithBots(first.url, n);
      await seat.answers('start_match');
      return seat;
    });
    // Who has only just come to Redis takes nobody for dead before a lease has passed.
    if (second) await pause(4000);
    const since = performance.now();
    await first.kill();
    const back = comeBack(all, since, second?.url);
    if (!second) await first.startAgain();
    return { ...(await back), rooms };
  } finally {
    await second?.dispose();
    await first.dispose();
  }
}

export interface Hop {
  readonly movesPerS: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUs: number;
  /** Of the process that forwards. */
  readonly proxyCpuUs: number;
}

/** Has a process take no rooms. @throws Error where it refuses */
async function drain({ url }: Measured): Promise<void> {
  const headers = { Authorization: `Bearer ${await operator}` };
  const answer = await fetch(`${url}/admin/drain`, { method: 'POST', headers });
  if (!answer.ok) throw new Error(`it was not drained: ${await answer.text()}`);
}

/** The same moves, asked of the process that has the rooms, and of another one. */
export async function throughProxy(rooms: number, movesPerS: number, seconds: number): Promise<readonly [Hop, Hop]> {
  const home = await Measured.recall('redis-everysec');
  const other = await Measured.recall('redis-everysec', undefined, home);
  try {
    // Rooms are opened by who has the fewest: by this one all of the second half would be.
    await drain(other);
    const hop = async (via: Measured, from: number): Promise<Hop> => {
      const meter = new Meter();
      const gate = new Gate();
      const opened = await many(rooms, atATime, (n) => RecallTable.open(home.url, from + n, seats, via.url));
      for (const table of opened.map((all) => new RecallTable(all, meter, gate))) table.begin();
      await pause(2000);
      gate.shut();
      await pause(500);
      gate.open(new OpenLoop(movesPerS, rooms));
      await pause(500);
      meter.reset();
      const used = async () => Promise.all([home, other].map(async (one) => (await one.usage()).cpu));
      const before = await used();
      await pause(seconds * 1000);
      const after = await used();
      const moves = meter.moves;
      gate.shut();
      const us = (i: number) => {
        const [from, to] = [before[i], after[i]];
        return from && to ? (to.user + to.system - from.user - from.system) / moves : Number.NaN;
      };
      for (const seat of opened.flat()) seat.socket.terminate();
      return {
        movesPerS: moves / seconds,
        p50Ms: meter.latencies.percentile(50) / 1000,
        p99Ms: meter.latencies.percentile(99) / 1000,
        cpuUs: us(0),
        proxyCpuUs: us(1),
      };
    };
    return [await hop(home, 0), await hop(other, rooms)];
  } finally {
    await other.dispose();
    await home.dispose();
  }
}

/** @returns matches a second of the engine alone, four medium players */
export async function simulated(matches: number): Promise<number> {
  const said = await runAsServer(process.execPath, ['scripts/simulate.ts', '--matches', String(matches)]);
  return Number(/^(\d+) matches a second/m.exec(said)?.[1]);
}

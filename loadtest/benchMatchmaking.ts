// npm run bench:matchmaking
// How many seats a second matchmaking gives out, and how long one takes, by how many rooms are listed: by the index in
// Redis, and by @colyseus/redis-driver. Both with Colyseus' own matchmaker and presence, the same rooms and the same
// redis-server, which it starts for itself. Takes about two minutes.
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type IRoomCache, initializeRoomCache, type MatchMakerDriver, matchMaker, Room } from '@colyseus/core';
import { RedisDriver } from '@colyseus/redis-driver';
import { RedisPresence } from '@colyseus/redis-presence';
import { Redis } from 'ioredis';
import { readNumbers } from '../harness/arguments.ts';
import { RedisServer } from '../harness/redis.ts';
import { RedisRoomIndex } from '../src/cluster/driver.ts';
import { joinAtRandom } from '../src/cluster/joinAtRandom.ts';
import type { RoomIndex } from '../src/cluster/roomIndex.ts';
import type { RoomFacts } from '../src/protocol/toClient.ts';

readNumbers({}, 'npm run bench:matchmaking, which has no options');
// Stock matchmaking listens once for each caller that waits for its lock.
EventEmitter.defaultMaxListeners = 100;

const warmUpMs = 500;
const measureMs = 4000;
const seatsOfRoom = 4;
const gameType = 'classic';

/** A room that is over when its seats are given out, so that as many stay listed as there were. */
class StockRoom extends Room<{ metadata: RoomFacts }> {
  override maxClients = seatsOfRoom;
  override autoDispose = false;
  override patchRate = 2_147_483_647;
  #seats = 0;

  override async onCreate({ roomId = `room_${randomUUID()}` }: { roomId?: string }): Promise<void> {
    this.roomId = roomId;
    await this.setMatchmaking({ metadata: factsOf(roomId) });
  }

  seat(): void {
    this.#seats += 1;
    if (this.#seats === seatsOfRoom) setImmediate(() => void this.disconnect());
  }
}

interface Contestant {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly driver: () => MatchMakerDriver;
  /** @returns the id of the room in which somebody got a seat. */
  readonly join: (driver: MatchMakerDriver) => Promise<string>;
}

interface Result {
  readonly name: string;
  readonly rooms: number;
  readonly callers: number;
  readonly seatsPerS: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

const server = await RedisServer.start({ appendfsync: 'everysec' });

const contestants: readonly Contestant[] = [
  {
    name: 'recall',
    sizes: [10, 1000, 10_000, 100_000],
    driver: () => new RedisRoomIndex(new Redis(server.url)),
    async join(driver) {
      const roomId = `room_${randomUUID()}`;
      const sit = async (room: IRoomCache) => (await matchMaker.reserveSeatFor(room, {})).roomId;
      return joinAtRandom(
        driver as RoomIndex,
        { gameType, roomId, maxSize: seatsOfRoom },
        {
          enter: (room) => sit(room).catch(() => undefined),
          open: async () => sit(await matchMaker.createRoom('recall', { roomId })),
        },
      );
    },
  },
  {
    name: 'stock',
    sizes: [10, 1000, 10_000],
    driver: () => new RedisDriver(server.url),
    join: async () => (await matchMaker.joinOrCreate('recall', { game_type: gameType })).roomId,
  },
];

const results: Result[] = [];
print('driver', 'rooms', 'callers', 'seats/s', 'median ms', 'p99 ms');
matchMaker.setHealthChecksEnabled(false);
matchMaker.defineRoomType('recall', StockRoom).filterBy(['game_type']).sortBy({ clients: -1 });
for (const contestant of contestants) {
  const presence = new RedisPresence(server.url);
  await matchMaker.setup(presence, contestant.driver());
  await matchMaker.accept();
  let listed = 0;
  for (const rooms of contestant.sizes) {
    for (; listed < rooms; listed++) await list(listed);
    await settle();
    for (const callers of [1, 32]) {
      await measure(contestant, rooms, callers, warmUpMs);
      const result = await measure(contestant, rooms, callers, measureMs);
      results.push(result);
      print(
        result.name,
        rooms,
        callers,
        result.seatsPerS.toFixed(0),
        result.medianMs.toFixed(2),
        result.p99Ms.toFixed(2),
      );
    }
  }
  await matchMaker.driver.shutdown();
  presence.shutdown();
  await server.client().flushall();
}
compare();
await server.dispose();
process.exit();

/** What else is listed in a busy cluster: half of the rooms play, a quarter is private, a quarter waits for others. */
async function list(n: number): Promise<void> {
  const roomId = `room_${randomUUID()}`;
  const facts: Partial<RoomFacts> = [
    { phase: 'player_turn' as const, current_size: 4 },
    { phase: 'player_turn' as const, current_size: 4 },
    { permission: 'private' as const },
    { game_type: 'clear' as const, current_size: n % 3 },
  ][n % 4] as Partial<RoomFacts>;
  const metadata = { ...factsOf(roomId), ...facts };
  const [locked, isPrivate] = [n % 4 < 2, n % 4 === 2];
  const flags = { locked, private: isPrivate, unlisted: isPrivate, clients: metadata.current_size, maxClients: 8 };
  const row = initializeRoomCache({ roomId, name: 'recall', processId: 'elsewhere', metadata, ...flags });
  const written = matchMaker.driver.persist(row, true);
  if (n % 500 === 0) await written;
}

/** Every write before this has been answered. */
async function settle(): Promise<void> {
  await matchMaker.driver.has('');
}

function factsOf(roomId: string): RoomFacts {
  return {
    room_id: roomId,
    owner_id: randomUUID(),
    permission: 'public',
    game_type: gameType,
    current_size: 0,
    people: 0,
    max_size: seatsOfRoom,
    min_players: 2,
    turn_time_limit: 30,
    auto_start: true,
    phase: 'waiting_for_players',
    created_at: Date.now(),
  };
}

async function measure({ name, join }: Contestant, rooms: number, callers: number, forMs: number): Promise<Result> {
  const times: number[] = [];
  const start = performance.now();
  const end = start + forMs;
  const call = async () => {
    for (let begun = start; begun < end; ) {
      // Who is refused in a burst tries again, as a player would.
      const roomId = await join(matchMaker.driver).catch(() => undefined);
      if (roomId === undefined) continue;
      const now = performance.now();
      times.push(now - begun);
      begun = now;
      (matchMaker.getLocalRoomById(roomId) as StockRoom | undefined)?.seat();
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  const seconds = (performance.now() - start) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(Math.floor(times.length * share), times.length - 1)] ?? Number.NaN;
  // Rooms that are not full stay for the next run; what is being disposed of is not part of it.
  await delay(100);
  return { name, rooms, callers, seatsPerS: times.length / seconds, medianMs: at(0.5), p99Ms: at(0.99) };
}

function print(driver: string, ...columns: (string | number)[]): void {
  console.log(driver.padEnd(8) + columns.map((column) => String(column).padStart(11)).join(''));
}

/** What is wanted of the index, and what came of it. */
function compare(): void {
  const of = (name: string, rooms: number, callers: number) =>
    results.find((one) => one.name === name && one.rooms === rooms && one.callers === callers) as Result;
  const tell = (what: string, ratio: number, wanted: string, met: boolean) =>
    console.log(`${what.padEnd(60)}${ratio.toFixed(2).padStart(9)}   ${wanted}: ${met ? 'met' : 'MISSED'}`);
  console.log();
  for (const callers of [1, 32]) {
    const kept = of('recall', 100_000, callers).seatsPerS / of('recall', 10, callers).seatsPerS;
    tell(`recall, ${callers} at once: 100,000 rooms against 10`, kept, 'at least 0.7', kept >= 0.7);
  }
  for (const callers of [1, 32]) {
    const faster = of('recall', 10_000, callers).seatsPerS / of('stock', 10_000, callers).seatsPerS;
    tell(`${callers} at once, 10,000 rooms: recall against stock`, faster, 'at least 100', faster >= 100);
  }
  for (const { name, rooms, callers, p99Ms, medianMs } of results) {
    if (name !== 'recall' || callers === 1) continue;
    const spread = p99Ms / medianMs;
    tell(`recall, ${callers} at once, ${rooms} rooms: p99 against median`, spread, 'below 10', spread < 10);
  }
}

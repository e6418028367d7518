// npm run bench:old-rooms -- [--matches 1000] [--starts 3]
// A room in which many matches were played, beside one that has had its first: what its journal holds, and what it costs
// the process that takes it over. Starts processes and a Redis of its own.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readNumbers } from '../harness/arguments.ts';
import { RedisServer } from '../harness/redis.ts';
import { serve } from '../harness/serve.ts';
import { seededChance } from '../simulation/matches/chance.ts';
import { playMatches } from '../simulation/matches/match.ts';
import { settingsFor } from '../simulation/matches/settings.ts';
import { evolve, initial } from '../src/game/evolve.ts';
import type { Room } from '../src/game/state.ts';
import { openDatabase } from '../src/journal/database.ts';
import { type Journal, knownFormat } from '../src/journal/journal.ts';
import { RedisJournal } from '../src/journal/redis.ts';
import { SqliteJournal } from '../src/journal/sqlite.ts';
import { type StoredRoom, storedInFile, storedInRedis } from '../src/journal/stored.ts';
import { Recorder } from '../src/table/recorder.ts';
import { stepsOf } from '../src/table/steps.ts';

const { matches, starts } = readNumbers(
  { matches: 1000, starts: 3 },
  'npm run bench:old-rooms -- [--matches 1000] [--starts 3]',
);

/** Where rooms lie, and the settings by which a server finds them there. */
interface Place {
  readonly settings: Record<string, string>;
  journal(): Promise<{ journal: Journal; close(): void }>;
  look(roomId: string): Promise<StoredRoom | null>;
  dispose(): Promise<void>;
}

async function inFile(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'recall-old-rooms-'));
  return {
    settings: { DATA_DIR: folder },
    async journal() {
      const database = openDatabase(folder);
      return { journal: new SqliteJournal(database), close: () => database.close() };
    },
    look: async (roomId) => storedInFile(folder, roomId),
    dispose: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function onRedis(): Promise<Place> {
  const redis = await RedisServer.start();
  return {
    settings: { REDIS_URL: redis.url, LEASE_S: '1' },
    async journal() {
      const client = redis.client();
      await once(client, 'ready');
      return { journal: new RedisJournal(client), close: () => client.disconnect() };
    },
    look: (roomId) => storedInRedis(redis.url, roomId),
    dispose: () => redis.dispose(),
  };
}

/** Four play `matches` matches in a room. @returns its id, and what was written there in all, bytes */
async function play({ journal: open }: Place, matches: number): Promise<{ roomId: string; writtenBytes: number }> {
  const { journal, close } = await open();
  const roomId = `room_${randomUUID()}`;
  // Nobody is there, and nothing of it is to end meanwhile.
  const settings = { ...settingsFor(4, 'classic', 'medium'), maxEntries: 1_000_000_000, graceMs: 3_600_000 };
  // All of it was before now: a match takes less than an hour.
  const playing = playMatches(settings, seededChance('old rooms'), roomId, Date.now() - matches * 3_600_000);
  const options = { replayTtlMs: 3_600_000, format: knownFormat };
  let [room, writtenBytes] = [initial as Room, 0];
  let recorder: Recorder | undefined;
  for (let match = 0; match < matches; match++) {
    const { value: events } = playing.next();
    if (recorder) {
      const recording = recorder.record(stepsOf(room, events));
      for (const entry of recording.entries) writtenBytes += Buffer.byteLength(entry);
      room = await recorder.append(recording);
    } else {
      room = events.reduce(evolve, initial);
      recorder = await Recorder.create(journal, room, events, options);
      for (const event of events) writtenBytes += Buffer.byteLength(JSON.stringify(event));
    }
  }
  await recorder?.release();
  await journal.close();
  close();
  return { roomId, writtenBytes };
}

async function heldIn({ look }: Place, roomId: string): Promise<{ entries: number; bytes: number }> {
  const stored = await look(roomId);
  if (!stored) throw new Error(`${roomId} is gone`);
  const entries = await stored.read(0, 1_000_000);
  stored.close();
  return { entries: entries.length, bytes: entries.reduce((sum, entry) => sum + Buffer.byteLength(entry), 0) };
}

/** A process starts and brings the room back. @returns how long that took, ms, and its RSS then, MB */
async function takeOver({ settings }: Place, roomId: string): Promise<{ ms: number; rssMb: number }> {
  const { promise: brought, resolve } = Promise.withResolvers<number>();
  const hear = (line: string) => {
    if (!line.includes(roomId) || !line.includes('a room was brought here')) return;
    resolve((JSON.parse(line) as { ms: number }).ms);
  };
  const env = { ...process.env, PORT: '0', HOST: '127.0.0.1', NODE_ENV: 'production', LOG_LEVEL: 'info', ...settings };
  const jwt = { JWT_SECRET: 'a secret of more than thirty-two characters', ALLOW_GUESTS: 'true' };
  const { child, url } = serve({ ...env, ...jwt }, hear);
  const ended = new Promise((resolve) => child.once('close', resolve));
  await url;
  const ms = await brought;
  await pause(500);
  const rssMb = Number(execFileSync('ps', ['-o', 'rss=', '-p', `${child.pid}`], { encoding: 'utf8' })) / 1024;
  child.kill('SIGTERM');
  await ended;
  return { ms, rssMb };
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

console.log('| journal | matches | written, KB | entries kept | KB | taken over in, ms | RSS of the process, MB |');
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const [name, make] of [
  ['SQLite', inFile],
  ['Redis', onRedis],
] as const) {
  for (const count of [1, matches]) {
    const place = await make();
    try {
      const { roomId, writtenBytes } = await play(place, count);
      const { entries, bytes } = await heldIn(place, roomId);
      const taken: Awaited<ReturnType<typeof takeOver>>[] = [];
      for (let start = 0; start < starts; start++) taken.push(await takeOver(place, roomId));
      const [ms, rssMb] = [median(taken.map((one) => one.ms)), median(taken.map((one) => one.rssMb))];
      const kb = (bytes: number) => (bytes / 1024).toFixed(0);
      const cells = [name, count, kb(writtenBytes), entries, kb(bytes), ms, rssMb.toFixed(0)];
      console.log(`| ${cells.join(' | ')} |`);
    } finally {
      await place.dispose();
    }
  }
}
process.exit();

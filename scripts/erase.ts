// npm run erase -- USER_ID
// Erases a user from where the settings say that everything lies (DATA_DIR, REDIS_URL), whether servers run on it or not:
// docs/operations.md, "Erasing a person". Ends with 1 where that is not done (yet).
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { operatorHere, readOptions } from '../harness/arguments.ts';
import { RedisRoomIndex } from '../src/cluster/driver.ts';
import { Erasing, type ErasingOptions } from '../src/cluster/erasing.ts';
import { here } from '../src/cluster/everywhere.ts';
import { keptInRedis } from '../src/cluster/kept.ts';
import { livingIn } from '../src/cluster/redisProcesses.ts';
import { loadEnvFile, readConfig, redisOf } from '../src/config.ts';
import { keptInFile } from '../src/file/kept.ts';
import { openDatabase } from '../src/journal/database.ts';
import { lockFolder } from '../src/journal/folderLock.ts';
import { reachRedis } from '../src/journal/redisCheck.ts';
import { connectRedis } from '../src/journal/redisClient.ts';
import { RedisPeople } from '../src/journal/redisPeople.ts';
import { RedisPipelines } from '../src/journal/redisPipelines.ts';
import { rewriteAof, scrubFile, vacuumIfDue } from '../src/journal/scrub.ts';
import { realClock } from '../src/ops/clock.ts';
import { createLog } from '../src/ops/log.ts';
import type { RedisAddress } from '../src/ops/redisAddress.ts';
import type { Audit } from '../src/people/audit.ts';
import type { Revocations } from '../src/people/revocations.ts';
import { hashOfUser, isUserId } from '../src/people/user.ts';

const { userId } = readOptions((args) => {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const [id, ...more] = positionals;
  if (!isUserId(id) || more.length > 0) throw new Error('USER_ID must be the id of one user');
  return { userId: id };
}, 'npm run erase -- USER_ID');

/** What there is to do it with, where nobody else does it. */
type Means = Pick<ErasingOptions, 'sessions' | 'journal' | 'traces'>;
interface Place {
  readonly revocations: Revocations;
  readonly audit: Audit;
  /** Null where servers run there: one of them does it. */
  readonly means: Means | null;
  close(): void;
}

/** Who has asked, in the log. */
const by = 'npm run erase';
/** So long running servers have, ms: they look every 2 s. */
const patienceMs = 60_000;

loadEnvFile('.env');
const config = readConfig(process.env);
const [clock, log] = [realClock, createLog('info')];
try {
  const redis = redisOf(config);
  const place = redis ? await inRedis(redis) : inFile();
  const whom = hashOfUser(userId);
  await place.audit.write({ who: operatorHere(), what: 'erase', whom, how: null });
  const user = { id: userId, guest: false, expiresAt: undefined };
  if (place.means) {
    const erasing = new Erasing({ ...place.means, revocations: place.revocations, everywhere: here(), clock, log });
    const found = await erasing.erase(user, by);
    console.log(found ? 'That user is erased.' : 'There was nothing of that user.');
  } else {
    await place.revocations.erase(user, by);
    await isDone(place.revocations);
    console.log('That user is erased: the log of the server that runs says whether anything was there.');
  }
  place.close();
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

function inFile(): Place {
  const { dataDir } = config;
  if (!existsSync(join(dataDir, 'recall.sqlite')))
    throw new Error(`There is no recall.sqlite in DATA_DIR (${dataDir}).`);
  const unlock = lockFolder(dataDir);
  const database = openDatabase(dataDir);
  const close = () => {
    database.close();
    unlock?.();
  };
  // A server that has the file moves what is stored by itself when the clock is set.
  const kept = keptInFile(database, config, unlock ? clock : { ...clock, onJump() {} }, log);
  const scrub = async () => {
    scrubFile(database);
    vacuumIfDue(database);
  };
  return { ...kept, means: unlock && { ...kept, traces: { forget: async () => false, scrub } }, close };
}

async function inRedis(where: RedisAddress): Promise<Place> {
  await reachRedis(where);
  const [redis, listed] = [connectRedis(where, () => {}), connectRedis(where, () => {})];
  await Promise.all([redis, listed].map((one) => once(one, 'ready')));
  const close = () => {
    for (const one of [redis, listed]) one.disconnect();
  };
  const living = () => livingIn(redis);
  const traces = { index: new RedisRoomIndex(listed), living, scrub: () => rewriteAof(redis) };
  const kept = keptInRedis(redis, async () => {}, config.sessionTtlMs, traces);
  const journal = new RedisPeople(new RedisPipelines(redis, { waitReplicas: config.waitReplicas }));
  return { ...kept, means: (await living()).size > 0 ? null : { ...kept, journal }, close };
}

/** @throws Error when it has taken too long */
async function isDone(revocations: Revocations): Promise<void> {
  const until = performance.now() + patienceMs;
  while ((await revocations.erasing()).some((one) => one.userId === userId)) {
    if (performance.now() > until)
      throw new Error('It is not done yet, and goes on by itself: the log of the servers says why it takes so long.');
    await delay(200);
  }
}

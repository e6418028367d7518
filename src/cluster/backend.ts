import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { LocalPresence, matchMaker, type Presence } from '@colyseus/core';
import { RedisPresence } from '@colyseus/redis-presence';
import type { Redis } from 'ioredis';
import { connectionsOf } from '../colyseus/inside.ts';
import type { Config } from '../config.ts';
import { openFile } from '../file/file.ts';
import type { SettableClock } from '../journal/databaseTime.ts';
import { lockFolder } from '../journal/folderLock.ts';
import type { Journal } from '../journal/journal.ts';
import { RedisJournal } from '../journal/redis.ts';
import { checkRedis } from '../journal/redisCheck.ts';
import { connectRedis, reconnectWhenSilent } from '../journal/redisClient.ts';
import type { AnyRedis } from '../journal/redisCluster.ts';
import { Patience } from '../journal/redisPatience.ts';
import { rewriteAof } from '../journal/scrub.ts';
import type { Clock } from '../ops/clock.ts';
import type { Log } from '../ops/log.ts';
import { leasesLost, redisErrors, redisSlow } from '../ops/metrics.ts';
import { pace } from '../ops/pace.ts';
import type { RedisAddress } from '../ops/redisAddress.ts';
import { type Buckets, localBuckets, redisBuckets } from '../people/bucket.ts';
import type { Follow } from '../people/follow.ts';
import { type Limits, localLimits } from '../people/limit.ts';
import { localPresence, type PresenceStore } from '../people/presence.ts';
import { redisLimits } from '../people/redisLimit.ts';
import { redisPresence } from '../people/redisPresence.ts';
import { redisUserRooms } from '../people/redisUserRooms.ts';
import { localUserRooms, type UserRooms } from '../people/userRooms.ts';
import { RedisRoomIndex } from './driver.ts';
import { type Everywhere, everywhereInRedis, here } from './everywhere.ts';
import { type Kept, keptInRedis } from './kept.ts';
import { LocalRoomIndex } from './localRoomIndex.ts';
import { living } from './processes.ts';
import { reachableAt } from './reachable.ts';
import type { Recovery } from './recovery.ts';
import { redisProcesses } from './redisProcesses.ts';
import type { RoomIndex } from './roomIndex.ts';
import { type Handover, handoverChannel, Takeover } from './takeover.ts';
import { troubleIn } from './trouble.ts';

/** Where another process is asked (host and port), and what is shown to it (`proxyKeyOf`). */
export interface Door {
  readonly address: string;
  readonly key: string;
}

/** What this process stands on: a file of its own, or a Redis that it shares with others. Everything else is the same. */
export interface Backend extends Kept {
  readonly presence: Presence;
  readonly follow: Follow;
  readonly index: RoomIndex;
  readonly userRooms: UserRooms;
  readonly limits: Limits;
  readonly buckets: Buckets;
  readonly journal: Journal;
  /** Every process of the site, this one among them. */
  readonly everywhere: Everywhere;
  /** How users are there. */
  readonly presenceStore: PresenceStore;
  /** Where a process can be reached that lives and isn't ending (host and port), or null. */
  readonly addressOf: (owner: string) => Promise<string | null>;
  /** The same of all others. */
  readonly othersAt: () => Promise<readonly Door[]>;
  /** What is shown to that process, as one that forwards to it: whoever can read Redis knows it. */
  readonly proxyKeyOf: (owner: string) => Promise<string>;
  /** The same of this process. */
  readonly proxyKey: string;
  /** Nobody listens where that process was: its rooms may be opened. */
  readonly onDead: (owner: string) => Promise<void>;
  /** What is wrong with each part, in a few words; null where nothing is. */
  readonly health: () => Promise<{ readonly journal: string | null; readonly redis?: string | null }>;
  /** Before anybody is let in. @throws Error with one line that says what to set. */
  readonly check: () => Promise<void>;
  /** When this process serves, on that port: the others may know where, and it looks after their rooms. */
  readonly join: (port: number, recovery: Recovery, rooms: Rooms) => Promise<void>;
  /** This process takes no more rooms, and the others know it. */
  readonly retire: () => Promise<void>;
  /** After `retire`: it takes rooms again. */
  readonly rejoin: () => Promise<void>;
  /** When this process has released its rooms: the others may have them. */
  readonly leave: (released: readonly string[]) => Promise<void>;
  /** After the journal is closed. */
  readonly close: () => Promise<void>;
}

/** What the rooms of this process have to be told. */
export interface Rooms {
  /** The journal can't be reached. */
  pause(): void;
  /** They may have been taken over meanwhile. */
  confirm(): void;
}

/** So often Redis is told to rewrite its append-only file at most, ms: it copies all that it has. */
const rewriteEveryMs = 600_000;

/** So often Redis is asked whether it still hears a connection. */
const askEveryMs = 1000;

/** One process, one file. @throws Error when `DATA_DIR` can't be used, or another process uses it. */
export function embedded(config: Config, clock: SettableClock, log: Log): Backend {
  const unlock = takeFolder(config, log);
  const { dataDir: folder, replayTtlMs, sessionTtlMs } = config;
  let rooms: Rooms | undefined;
  const file = openFile({ folder, replayTtlMs, sessionTtlMs }, clock, log, {
    onDeath(err) {
      log.fatal({ err }, 'the thread that owns the data file has failed: this process ends');
      process.exit(1);
    },
    onStall: () => rooms?.pause(),
  });
  const { journal, sessions, revocations, audit } = file;
  const troubleOf = troubleIn(log);
  const presence = new LocalPresence();
  return {
    presence,
    follow: async (channel, told) => {
      await presence.subscribe(channel, told);
    },
    index: new LocalRoomIndex(clock),
    userRooms: localUserRooms(),
    ...{ journal, sessions, revocations, audit },
    limits: localLimits,
    buckets: localBuckets,
    everywhere: here(),
    traces: { forget: async () => false, scrub: file.scrub },
    presenceStore: localPresence(),
    addressOf: async () => null,
    proxyKeyOf: async () => '',
    proxyKey: randomUUID(),
    othersAt: async () => [],
    onDead: async () => {},
    health: async () => ({ journal: await troubleOf(file.probe(), 'can not be written') }),
    check: () => file.opened,
    join: async (_port, _recovery, ours) => {
      rooms = ours;
    },
    retire: async () => {},
    rejoin: async () => {},
    leave: async () => {},
    async close() {
      await file.close();
      unlock();
    },
  };
}

/**
 * Two processes on one file take rooms from each other. Those on one Redis share no file: what is made in `DATA_DIR` there
 * are the secrets, which are the same for all.
 */
function takeFolder({ dataDir, allowSharedDataDir }: Config, log: Log): () => void {
  const unlock = lockFolder(dataDir);
  if (unlock) return unlock;
  const line = `another process uses DATA_DIR (${resolve(dataDir)})`;
  if (!allowSharedDataDir)
    throw new Error(`${line}: end it, or set DATA_DIR to another folder, or REDIS_URL to run several processes`);
  log.warn(`${line}: the two take rooms from each other`);
  return () => {};
}

/**
 * One of any number of processes on one Redis. Colyseus' own health checks are turned off: they take a process that is
 * slow for once for dead, and delist its rooms; leases tell better (takeover.ts).
 */
export function inRedis(where: RedisAddress, config: Config, clock: Clock, log: Log): Backend {
  matchMaker.setHealthChecksEnabled(false);
  const told = (err: Error) => {
    redisErrors.inc();
    log.warn({ err }, 'Redis can not be reached');
  };
  // None of them queues anything while Redis is away: whoever asks is told at once, and nothing piles up.
  const patience = new Patience({
    onChange({ slow, ...times }) {
      redisSlow.set(Number(slow));
      if (slow) log.warn(times, 'Redis answers late: it is waited for longer, and moves take as long as its answers');
      else log.info(times, 'Redis answers in time again');
    },
  });
  const connect = () => connectRedis(where, told, patience);
  const [redis, listed, shared] = [connect(), connect(), connect()];
  const presence = new LastingPresence(shared);
  const { sub: subscriber } = connectionsOf(presence);
  patience.guide(subscriber);
  for (const one of [listed, shared]) reconnectWhenSilent(one, askEveryMs);
  // While this one is away, others take this process for dead, unless they have missed Redis as well: longer than the
  // journal needs to find that out.
  reconnectWhenSilent(subscriber, config.leaseMs / 3, 2);
  // Who listened there is not heard for a moment.
  shared.on('-node', () => takeover?.reconnected());
  const follow: Follow = async (channel, told, onGap) => {
    await presence.subscribe(channel, told);
    // Whichever comes back last: to fill the gap takes both.
    for (const one of [subscriber, shared]) one.on('ready', () => subscriber.subscribe(channel).then(onGap, () => {}));
  };
  const processes = redisProcesses(shared);
  const index = new RedisRoomIndex(listed, { processId: () => matchMaker.processId });
  let takeover: Takeover | undefined;
  let rooms: Rooms | undefined;
  /** Where the others reach this process; empty while it takes no rooms. */
  let address = '';
  let beginTakeover = async () => {};
  const proxyKey = randomUUID();
  // Colyseus gives this process its id when its server is made. It is the name of an owner as well.
  const self = () => matchMaker.processId;
  const journal = new RedisJournal(redis, {
    owner: self,
    about: () => address && `${proxyKey}@${address}`,
    leaseMs: config.leaseMs,
    waitReplicas: config.waitReplicas,
    onAvailability(available) {
      if (available) takeover?.reconnected();
      else rooms?.pause();
    },
    onLapsed() {
      leasesLost.inc();
      rooms?.confirm();
    },
  });
  const reach = async (owner: string) => asReach(await journal.about(owner));
  const addressOf = async (owner: string) => (await reach(owner)).address ?? null;
  const rewrite = async () => {
    const failed = (err: unknown) =>
      log.warn({ err }, 'Redis was not told to rewrite its append-only file: do it by hand');
    await rewriteAof(shared).catch(failed);
  };
  const rewriteNowAndThen = pace(rewrite, rewriteEveryMs, clock);
  const livingNow = () => living(processes);
  const troubleOf = troubleIn(log);

  return {
    ...keptInRedis(shared, follow, config.sessionTtlMs, {
      ...{ index, living: livingNow },
      scrub: async () => void rewriteNowAndThen(''),
    }),
    presence,
    follow,
    index,
    userRooms: redisUserRooms(shared),
    limits: redisLimits(shared, log),
    buckets: redisBuckets(shared, log),
    journal,
    everywhere: everywhereInRedis({
      ...{ follow, self, living: livingNow, leaseMs: config.leaseMs },
      publish: (channel, message) => shared.publish(channel, message),
    }),
    presenceStore: redisPresence(shared, follow, self, config.leaseMs),
    addressOf,
    proxyKeyOf: async (owner) => (await reach(owner)).key,
    proxyKey,
    async othersAt() {
      const others = [...(await livingNow())].filter((processId) => processId !== journal.owner);
      const doors = await Promise.all(others.map(reach));
      return doors.flatMap(({ address, key }) => (address === undefined ? [] : [{ address, key }]));
    },
    onDead: (owner) => journal.endLease(owner),
    async health() {
      const [journalTrouble, redisTrouble] = await Promise.all([
        // As it renews its lease, and more often: a Redis that refuses to write is of no use.
        troubleOf(journal.announce(), 'can not be written'),
        troubleOf(Promise.all([listed.ping(), shared.ping(), heard(subscriber)]), 'does not answer'),
      ]);
      return { journal: journalTrouble, redis: redisTrouble };
    },
    async check() {
      const { production, allowVolatileRedis: allowVolatile, waitReplicas } = config;
      await checkRedis(redis, { production, allowVolatile, waitReplicas, log });
      await Promise.all([listed, shared, subscriber].map(ready));
    },
    async join(port, recovery, ours) {
      rooms = ours;
      const { leaseMs } = config;
      beginTakeover = async () => {
        // One whose beginning has failed half way.
        takeover?.stop();
        address = config.peerAddress ?? reachableAt(config.host, port);
        takeover = new Takeover({
          ...{ self: journal.owner, journal, presence, processes, index, recovery },
          ...{ leaseMs, clock, log },
        });
        await takeover.start();
      };
      await beginTakeover();
      // Not with the next renewal alone: a deploy ends the next process at once, and that one hands its calls on to this.
      await journal.announce();
    },
    async retire() {
      takeover?.stop();
      address = '';
      presence.isListed = false;
      // Where Redis is away, nobody asks.
      await Promise.all([journal.announce(), processes.remove(journal.owner)]).catch(() => {});
    },
    async rejoin() {
      presence.isListed = true;
      await beginTakeover();
      await Promise.all([journal.announce(), matchMaker.stats.persist(true)]);
    },
    async leave(released) {
      const handover: Handover = { from: journal.owner, roomIds: released };
      await redis.publish(handoverChannel, JSON.stringify(handover));
    },
    async close() {
      index.close();
      for (const one of [redis, shared, subscriber]) one.disconnect();
    },
  };
}

/** Colyseus would close it before its last calls are answered: `close` does. */
class LastingPresence extends RedisPresence {
  /** Whether Colyseus may write down how many rooms this process has: who is on that list is chosen to open the next one. */
  isListed = true;

  override shutdown(): void {}

  /** A room that closes while Redis is away: nobody waits for it. */
  override unsubscribe(...args: Parameters<RedisPresence['unsubscribe']>): Promise<this> {
    return super.unsubscribe(...args).catch(() => this);
  }

  /** How many rooms this process has, which Colyseus writes now and then, and again with the next one: nobody waits for it. */
  override hset(...args: Parameters<RedisPresence['hset']>): Promise<boolean> {
    return this.isListed ? super.hset(...args).catch(() => false) : Promise.resolve(false);
  }
}

/** What a process says about itself; one of an older version says its address alone. */
function asReach(about: string | null): { address: string | undefined; key: string } {
  const [, key = '', address] = /^(?:([\w-]+)@)?(.+)$/.exec(about ?? '') ?? [];
  return { address, key };
}

async function heard({ status }: Redis): Promise<void> {
  if (status !== 'ready') throw new Error(status);
}

async function ready(redis: AnyRedis): Promise<void> {
  if (redis.status !== 'ready') await once(redis, 'ready');
}

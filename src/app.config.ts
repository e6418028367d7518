import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { embedded, inRedis } from './cluster/backend.ts';
import { Drain } from './cluster/drain.ts';
import { Erasing } from './cluster/erasing.ts';
import { isHeard, leastBusy } from './cluster/heard.ts';
import { Hops } from './cluster/hops.ts';
import { isForwarded, openProxy, passedOn } from './cluster/proxy.ts';
import { Recovery } from './cluster/recovery.ts';
import type { RoomIndex } from './cluster/roomIndex.ts';
import { defineRoom, defineServer, matchMaker, type Server } from './colyseus/colyseus.ts';
import { type Config, redisOf } from './config.ts';
import { fairness } from './fairness/fairness.ts';
import { createHooks } from './hooks.ts';
import { Ending } from './http/ending.ts';
import { sometimes } from './http/health.ts';
import { guardRequests } from './http/requestGate.ts';
import { httpRoutes } from './http/routes.ts';
import { securityHeaders } from './http/securityHeaders.ts';
import type { OpenJournal } from './journal/journal.ts';
import { measured } from './journal/measured.ts';
import { receiveConnections, SeatTransport } from './matchmaking/arrival.ts';
import { answerMatchmaking, roomType } from './matchmaking/matchmaking.ts';
import { closeRoom, inspectRoom } from './matchmaking/operatorsCalls.ts';
import { realClock } from './ops/clock.ts';
import { putGates } from './ops/gates.ts';
import { colyseusLogger, createLog } from './ops/log.ts';
import { watchMemory } from './ops/memory.ts';
import { healthy, refusals, roomsClosed, roomsOpened } from './ops/metrics.ts';
import { nameRequests } from './ops/requestId.ts';
import { sparsely } from './ops/sparse.ts';
import { isTrusted, peerAddress, trackAddresses } from './people/address.ts';
import { createAttempts } from './people/attempts.ts';
import { Connections } from './people/connections.ts';
import { followPresence } from './people/followPresence.ts';
import { createIdentity } from './people/identity.ts';
import { createLapses } from './people/lapses.ts';
import { growing } from './people/limit.ts';
import { PresenceKeeper } from './people/presenceKeeper.ts';
import { countRequests } from './people/requests.ts';
import { UsersHere } from './people/usersHere.ts';
import type { HealthPart } from './protocol/http.ts';
import { roomTypes } from './protocol/roomTypes.ts';
import { followErasing } from './rooms/erasing.ts';
import { Expiry } from './rooms/expiry.ts';
import { showRooms } from './rooms/figures.ts';
import { enterLobby } from './rooms/lobby/enterLobby.ts';
import { LobbyRoom } from './rooms/lobby/lobbyRoom.ts';
import { RecallRoom } from './rooms/recallRoom.ts';
import { followSignOuts, partWithSignedOut } from './rooms/signOut.ts';
import { followUserRooms, tellerOfUserRooms } from './rooms/userLists.ts';
import type { Services } from './services.ts';
import { limitConnections } from './sockets/addressLimit.ts';
import { PendingUpgrades } from './sockets/pendingUpgrades.ts';
import { limitPipelining } from './sockets/pipelining.ts';
import { createHttpServer } from './sockets/transport.ts';
import { readLiving } from './table/reading.ts';

/** The server of this process; Colyseus' matchmaker allows one at a time. */
export interface App {
  readonly server: Server;
  readonly services: Services;
  /** Its name, for the others. */
  readonly processId: string;
  /**
   * Starts to serve.
   * @returns the port.
   * @throws Error when it can't listen there.
   */
  listen(): Promise<number>;
  /**
   * Hands on what it is asked, takes no more rooms, releases those that there are, closes every connection, and then the
   * journal.
   */
  stop(): Promise<void>;
}

const sweepEveryMs = 60_000;
/** How long a call may take that is handed on when this process ends, or is under way then. */
const callPatienceMs = 5000;
/**
 * So many connections wait in the system until they are taken, as far as that lets them (net.core.somaxconn): Node's 511 are
 * too few for all who come back at once after a cut, and who is left out tries again after a second, three, seven.
 */
const backlog = 4096;
/** A proxy keeps a connection that it doesn't use for less than this, ms (deploy/nginx.conf: 2 s). */
const proxyKeepsMs = 3000;

/**
 * Puts the server together: rooms, routes and pages.
 * @param overrides services in place of the usual ones, for tests
 * @throws Error when `DATA_DIR` can't be used, or another process uses it.
 */
export function createApp(config: Config, overrides: Partial<Services> = {}): App {
  const { clock = realClock, log = createLog(config.logLevel) } = overrides;
  const redis = redisOf(config);
  const backend = redis ? inRedis(redis, config, clock, log) : embedded(config, clock, log);
  const { revocations, sessions, presenceStore } = { ...backend, ...overrides };
  const { everywhere, traces } = backend;
  const journal = measured(overrides.journal ?? backend.journal, log);
  const presence = new PresenceKeeper({ store: presenceStore, sessions, clock, log, ...config });
  const recovery = new Recovery({
    journal,
    clock,
    log,
    isHere,
    closing: (roomId) => roomHere(roomId)?.closing,
    revive: reviver(backend.index, (room) => void partWithSignedOut({ revocations, log }, room)),
  });
  const noKeys = sparsely(
    log,
    'warn',
    'the keys of the identity provider (JWKS_URL) can not be had: accounts can not sign in',
  );
  const services: Services = {
    config,
    log,
    clock,
    revocations,
    chance: fairness,
    noShow: sparsely(log, 'info', 'nobody sat down in a seat that was asked for: an SDK before 0.18 never does'),
    hooks: createHooks((name, error) => log.error({ err: error, hook: name }, 'a subscriber of a hook failed')),
    identity: createIdentity(config, revocations, (err) => noKeys('', { err })),
    memory: watchMemory(config.maxMemoryMb, log),
    takesRooms: () => !drain.isDrained,
    limits: backend.limits,
    buckets: backend.buckets,
    countRequest: countRequests(config, backend.limits),
    attempts: createAttempts(config, backend.limits),
    lapses: createLapses(config, backend.limits),
    comings: growing(backend.limits, 'comings_room_address', config.rateLimitComingsAddress, config.rateLimitWindowMs),
    index: backend.index,
    userRooms: backend.userRooms,
    usersHere: new UsersHere(),
    sessions,
    connections: new Connections(presence),
    presenceStore,
    presence,
    erasing: new Erasing({ revocations, sessions, journal, everywhere, traces, clock, log }),
    tellOfUserRooms: tellerOfUserRooms(backend.presence, clock, log),
    recovery,
    ...overrides,
    journal,
  };
  services.hooks.on('room_created', () => roomsOpened.inc());
  services.hooks.on('room_closed', ({ reason }) => roomsClosed.inc({ reason }));

  const ending = new Ending({ othersAt: backend.othersAt, patienceMs: callPatienceMs });
  const drain = new Drain({
    ...{ self: () => matchMaker.processId, backend, recovery, isHeard, log },
    listedAt: async (roomId) => {
      const row = (await backend.index.findByIds([roomId])).get(roomId);
      return row?.processId === matchMaker.processId ? undefined : row?.processId;
    },
    takeCalls: async (takes) => (takes ? ending.takeAll() : ending.takeNoCalls()),
    release: releaseAll,
  });
  let serves = false;
  const ofBackend = sometimes(backend.health);
  const health = async () => {
    const parts = await ofBackend();
    return {
      process: drain.isDrained ? 'is drained' : ending.hasBegun ? 'is ending' : serves ? null : 'is starting',
      ...parts,
    };
  };
  const showMetrics = async () => {
    showRooms(services);
    for (const [part, trouble] of Object.entries(await health())) {
      healthy.set({ part: part as HealthPart }, Number(trouble === null));
    }
  };
  const control = {
    inspect: (roomId: string) => inspectRoom(services, roomId),
    close: (roomId: string) => closeRoom(services, roomId),
    drain: (processId?: string) => drain.drain(processId),
    undrain: (processId?: string) => drain.undrain(processId),
  };
  const http = createHttpServer(config);
  const upgrades = new PendingUpgrades(config.requestTimeoutMs);
  const server = defineServer({
    rooms: {
      [roomType]: defineRoom(RecallRoom, { services } as never),
      [roomTypes.lobby]: defineRoom(LobbyRoom, { services } as never),
    },
    express: (app) => httpRoutes(app, { ...services, audit: backend.audit, control, health, showMetrics }),
    transport: new SeatTransport(http, { config, log, upgrades, beforeUpgrade: receiveConnections(services) }),
    presence: backend.presence,
    driver: backend.index,
    publicAddress: config.publicAddress,
    selectProcessIdToCreateRoom: leastBusy,
    logger: colyseusLogger(log),
    greet: false,
    // Its own handlers would end the process at any error that nobody catches: main.ts has ours.
    gracefullyShutdown: false,
  });

  log.setBindings({ process: matchMaker.processId });
  const { addressOf, proxyKeyOf, proxyKey, onDead } = backend;
  const hops = new Hops(config.leaseMs);
  const warnOfForwarder = (address: string) =>
    log.warn(
      { address },
      `X-Forwarded-For came from ${address}, which TRUST_PROXY does not name, and was passed over. If that is a proxy of yours, set TRUST_PROXY=${address}: until then all who come through it are limited as one. Else somebody has made it up.`,
    );
  // What looks at a connection and what comes on it, one after the other, before Colyseus does.
  const byAnother = (request: IncomingMessage) => isForwarded(request, proxyKey);
  const tellOfTooMany = sparsely(log, 'warn', 'too many connections from one address');
  putGates(http, [
    nameRequests((request) => byAnother(request) || isTrusted(peerAddress(request.socket), config.trustProxy)),
    securityHeaders(config),
    limitPipelining(sparsely(log, 'warn', 'a connection was cut off that sends requests without waiting for answers')),
    limitConnections({
      config,
      isForwarded: byAnother,
      onRefused(group) {
        refusals.inc({ by: 'connection', code: 'TOO_MANY_REQUESTS' });
        return tellOfTooMany(group);
      },
    }),
    upgrades.gate,
    guardRequests,
    ending.gate,
    openProxy({ recovery, log, upgrades, hops, proxyKey, patienceMs: config.leaseMs, addressOf, proxyKeyOf, onDead }),
    trackAddresses(config.trustProxy, byAnother, {
      isOurs: ({ headers }) => passedOn in headers,
      onUntrusted: warnOfForwarder,
    }),
  ]);
  answerMatchmaking(services, enterLobby);
  const sweeping = setInterval(() => sweep(services), sweepEveryMs).unref();
  const expiry = new Expiry(services, RecallRoom.here);
  let recovered: Promise<void> | undefined;

  return {
    server,
    services,
    processId: matchMaker.processId,
    async listen() {
      await backend.check();
      await followSignOuts(services);
      await followErasing(everywhere, services);
      await followUserRooms(services, backend.follow);
      await followPresence(services);
      await drain.start();
      await presence.start();
      const failure = new AbortController();
      const failed = once(http, 'error', { signal: failure.signal }).then(([error]) => Promise.reject(error));
      await Promise.race([server.listen(config.port, config.host, backlog), failed]);
      failure.abort();
      const { port } = http.address() as AddressInfo;
      await backend.join(port, recovery, {
        pause() {
          for (const room of RecallRoom.here) room.pause();
        },
        confirm() {
          for (const room of RecallRoom.here) room.confirm();
        },
      });
      recovered = recovery.bringAll().catch((error) => log.error({ err: error }, 'recovering rooms failed'));
      expiry.start();
      services.erasing.start();
      serves = true;
      return port;
    },
    async stop() {
      clearInterval(sweeping);
      await ending.takeNoCalls();
      await expiry.stop();
      await services.erasing.stop();
      await backend.retire();
      ending.takeNothing();
      await recovery.stop();
      await recovered;
      const released = [...RecallRoom.here].map((room) => room.roomId);
      await presence.stop();
      await server.gracefullyShutdown(false);
      await backend.leave(released).catch((error) => log.warn({ err: error }, 'handing rooms over failed'));
      await ending.answered(callPatienceMs);
      if (config.trustProxy && ending.isReplaced) {
        await ending.letGo(proxyKeepsMs);
        await ending.answered(callPatienceMs);
      }
      http.closeAllConnections();
      // Only now that of `http`: it ends kept connections.
      http.close();
      await journal.close();
      await backend.close();
    },
  };
}

const roomHere = (roomId: string) => matchMaker.getLocalRoomById(roomId) as RecallRoom | undefined;
const isHere = (roomId: string): boolean => roomHere(roomId) !== undefined;

/** Also those that are just being opened, or brought here. */
async function releaseAll(): Promise<readonly string[]> {
  const released: string[] = [];
  while (RecallRoom.here.size > 0) {
    const rooms = [...RecallRoom.here];
    await Promise.all(rooms.map((room) => room.handOver()));
    released.push(...rooms.map((room) => room.roomId));
    await delay(10);
  }
  return released;
}

/** A room comes back under its id, and stays listed all the while. */
const reviver = (index: RoomIndex, onBack: (room: RecallRoom) => void) => async (claim: OpenJournal) => {
  await index.takeOver(claim.roomId, matchMaker.processId);
  try {
    // Before Colyseus has to do with it, which would hand on the text alone of what is wrong, and log it.
    const read = await readLiving(claim);
    await matchMaker.handleCreateRoom(roomType, { claim, read });
    // It may be gone again already, or another process has listed it as its own meanwhile.
    const room = roomHere(claim.roomId);
    if (room) onBack(room);
  } catch (error) {
    await index.remove(claim.roomId, matchMaker.processId);
    throw error;
  }
};

async function sweep({ index, sessions, log }: Pick<Services, 'index' | 'sessions' | 'log'>): Promise<void> {
  await Promise.all([index.sweep(), sessions.sweep()]).catch((error) => {
    log.warn({ err: error }, 'removing what has expired failed');
  });
}

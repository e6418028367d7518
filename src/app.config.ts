import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defineRoom, defineServer, LocalDriver, LocalPresence, matchMaker } from '@colyseus/core';
import { WebSocketTransport } from '@colyseus/ws-transport';
import { Recovery } from './cluster/recovery.ts';
import type { Config } from './config.ts';
import { fairness } from './fairness/fairness.ts';
import { createHooks } from './hooks.ts';
import { httpRoutes } from './http/routes.ts';
import { openDatabase } from './journal/database.ts';
import { SqliteJournal } from './journal/sqlite.ts';
import { colyseusLogger, createLog } from './ops/log.ts';
import { trackAddresses } from './people/address.ts';
import { createAttempts } from './people/attempts.ts';
import { createIdentity } from './people/identity.ts';
import { sqliteRevocations } from './people/revocations.ts';
import { maxFrameBytes } from './protocol/fromClient.ts';
import { receiveConnections } from './rooms/arrival.ts';
import { realClock } from './rooms/clock.ts';
import { answerMatchmaking, roomType } from './rooms/matchmaking.ts';
import { createPasses } from './rooms/passes.ts';
import { RecallRoom } from './rooms/RecallRoom.ts';
import { guardRequests } from './rooms/requestGate.ts';
import type { Services } from './rooms/services.ts';
import { followSignOuts } from './rooms/signOut.ts';

/** The server of this process; Colyseus' matchmaker allows one at a time. */
export interface App {
  readonly services: Services;
  /**
   * Starts to serve.
   * @returns the port.
   * @throws Error when it can't listen there.
   */
  listen(): Promise<number>;
  /** Takes no more rooms, releases those that there are, closes every connection, and then the journal. */
  stop(): Promise<void>;
}

const sweepEveryMs = 60_000;

/**
 * Puts the server together: rooms, routes and pages.
 * @param overrides services in place of the usual ones, for tests
 * @throws Error when `DATA_DIR` can't be used.
 */
export function createApp(config: Config, overrides: Partial<Services> = {}): App {
  const database = openDatabase(config.dataDir);
  const { clock = realClock, log = createLog(config.logLevel) } = overrides;
  const { journal = new SqliteJournal(database, { now: clock.now }) } = overrides;
  const revocations = sqliteRevocations(database, config.sessionTtlMs);
  const services: Services = {
    config,
    log,
    clock,
    revocations,
    journal,
    chance: fairness,
    hooks: createHooks((name, error) => log.error({ err: error, hook: name }, 'a subscriber of a hook failed')),
    identity: createIdentity(config, revocations),
    attempts: createAttempts(config),
    passes: createPasses(clock),
    recovery: new Recovery({
      journal,
      log,
      isHere: (roomId) => matchMaker.getLocalRoomById(roomId) !== undefined,
      revive: async (claim) => void (await matchMaker.handleCreateRoom(roomType, { claim })),
    }),
    ...overrides,
  };

  const http = createServer();
  trackAddresses(http, config.trustProxy);
  guardRequests(http);
  const beforeUpgrade = receiveConnections(services);
  const presence = new LocalPresence();
  const server = defineServer({
    rooms: { [roomType]: defineRoom(RecallRoom, { services } as never) },
    express: (app) => httpRoutes(app, services),
    transport: new WebSocketTransport({ server: http, maxPayload: maxFrameBytes, beforeUpgrade }),
    presence,
    driver: new LocalDriver(),
    publicAddress: config.publicAddress,
    logger: colyseusLogger(log),
    greet: false,
    // Its own handlers would end the process at any error that nobody catches: main.ts has ours.
    gracefullyShutdown: false,
  });
  answerMatchmaking(services);
  const sweeping = setInterval(() => sweep(services), sweepEveryMs).unref();

  let recovered: Promise<void> | undefined;

  return {
    services,
    async listen() {
      await followSignOuts(services, presence);
      const failure = new AbortController();
      const failed = once(http, 'error', { signal: failure.signal }).then(([error]) => Promise.reject(error));
      await Promise.race([server.listen(config.port, config.host), failed]);
      failure.abort();
      recovered = services.recovery.bringAll().catch((error) => log.error({ err: error }, 'recovering rooms failed'));
      return (http.address() as AddressInfo).port;
    },
    async stop() {
      clearInterval(sweeping);
      await services.recovery.stop();
      await recovered;
      await server.gracefullyShutdown(false);
      http.closeAllConnections();
      await services.journal.close();
      database.close();
    },
  };
}

async function sweep({ journal, log }: Services): Promise<void> {
  await journal.sweep().catch((error) => log.warn({ err: error }, 'removing what has expired failed'));
}

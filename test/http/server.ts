import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { Server } from '@colyseus/core';
import { WebSocketTransport } from '@colyseus/ws-transport';
import { Erasing } from '../../src/cluster/erasing.ts';
import { here } from '../../src/cluster/everywhere.ts';
import { LocalRoomIndex } from '../../src/cluster/localRoomIndex.ts';
import { readConfig } from '../../src/config.ts';
import { type HttpDeps, httpRoutes } from '../../src/http/routes.ts';
import { securityHeaders } from '../../src/http/securityHeaders.ts';
import { GroupCommit } from '../../src/journal/groupCommit.ts';
import { scrubFile } from '../../src/journal/scrub.ts';
import { SqliteJournal } from '../../src/journal/sqlite.ts';
import { realClock } from '../../src/ops/clock.ts';
import { putGates } from '../../src/ops/gates.ts';
import { createLog } from '../../src/ops/log.ts';
import { sqliteAudit } from '../../src/people/audit.ts';
import { localBuckets } from '../../src/people/bucket.ts';
import { createIdentity } from '../../src/people/identity.ts';
import { localLimits } from '../../src/people/limit.ts';
import { localPresence } from '../../src/people/presence.ts';
import { countRequests } from '../../src/people/requests.ts';
import { sqliteRevocations } from '../../src/people/revocations.ts';
import { sqliteSessions } from '../../src/people/sessions.ts';
import { localUserRooms } from '../../src/people/userRooms.ts';
import { temporaryFolder } from '../people/folder.ts';

export const secret = 'a secret of more than thirty-two characters';

/** What the routes work with, for these settings; the lines that they log are kept. */
export function depsFor(env: Record<string, string>): HttpDeps & { lines: string[] } {
  const dataDir = temporaryFolder();
  const config = readConfig({ JWT_SECRET: secret, DATA_DIR: dataDir, ...env });
  const database = new DatabaseSync(':memory:');
  const commits = new GroupCommit(database);
  const revocations = sqliteRevocations(database, commits, config.sessionTtlMs, Date.now);
  const [index, journal] = [new LocalRoomIndex(), new SqliteJournal(database)];
  const sessions = sqliteSessions(database, commits, config.sessionTtlMs, Date.now);
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  return {
    config,
    identity: createIdentity(config, revocations),
    revocations,
    index,
    journal,
    userRooms: localUserRooms(),
    presenceStore: localPresence(),
    sessions,
    erasing: new Erasing({
      ...{ revocations, sessions, journal, everywhere: here(), clock: realClock, log },
      traces: { forget: async () => false, scrub: async () => scrubFile(database) },
    }),
    limits: localLimits,
    buckets: localBuckets,
    audit: sqliteAudit(database, commits, Date.now),
    control: {
      inspect: () => Promise.reject(new Error('there are no rooms here')),
      close: () => Promise.reject(new Error('there are no rooms here')),
      drain: () => Promise.reject(new Error('there is no process here')),
      undrain: () => Promise.reject(new Error('there is no process here')),
    },
    countRequest: countRequests(config, localLimits),
    log,
    health: async () => ({}),
    showMetrics: async () => {},
    lines,
  };
}

/** A Colyseus server on a free port, with our routes as an application mounts them. */
export async function startServer(deps: HttpDeps, define: (server: Server) => void = () => {}) {
  const http = createServer();
  const server = new Server({
    transport: new WebSocketTransport({ server: http }),
    express: (app) => httpRoutes(app, deps),
    greet: false,
    gracefullyShutdown: false,
  });
  // As createApp does it.
  putGates(http, [securityHeaders(deps.config)]);
  define(server);
  await server.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const stop = async () => {
    http.closeAllConnections();
    await server.gracefullyShutdown(false);
  };
  return { url, stop };
}

export const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

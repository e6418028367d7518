import { createServer, type Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { BeforeUpgradeHandler } from '@colyseus/core';
import { WebSocketTransport } from '@colyseus/ws-transport';
import type { Config } from '../config.ts';
import type { Log } from '../ops/log.ts';
import { sparsely } from '../ops/sparse.ts';
import { maxFrameBytes } from '../protocol/fromClient.ts';
import { type ClientSocket, clientSocket } from './clientSocket.ts';
import type { PendingUpgrades } from './pendingUpgrades.ts';
import { type Pinged, pingInTurn } from './pings.ts';

/** Who answers no ping for so long is gone, ms. */
const unansweredMs = 6000;
/** Pings come at least as often, ms. */
const longestPingMs = 3000;
/** So many pings in `LEASE_S`: between two processes something is heard of the other as often (hops.ts). */
const pingsPerLease = 3;
/** How long a connection may go on after we have closed it, ms; `ws` would wait for half a minute. */
const closingMs = 3000;
/** How long an answer may stay unread, ms. */
const unreadMs = 30_000;
/** How long a connection is kept for a next request, ms: longer than a proxy does (nginx: 60 s, where it isn't
 * told otherwise), which may just send one. */
const keepAliveMs = 65_000;
/** How often Node looks for requests that are too slow, ms. */
const lookEveryMs = 1000;

/** The HTTP server: it waits for no request that is never whole, and for nobody who never takes the answer. */
export function createHttpServer({ requestTimeoutMs }: Pick<Config, 'requestTimeoutMs'>): Server {
  const server = createServer({
    keepAliveTimeout: keepAliveMs,
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(lookEveryMs, requestTimeoutMs),
  });
  server.timeout = unreadMs;
  // Without a listener Node answers these by itself, and they would not be counted (pipelining.ts).
  server.on('checkExpectation', (_request, response) => response.writeHead(417).end());
  return server;
}

interface TransportOptions {
  readonly config: Pick<Config, 'controlFramesPerS' | 'leaseMs'>;
  readonly log: Log;
  readonly upgrades: PendingUpgrades;
  readonly beforeUpgrade: BeforeUpgradeHandler;
}

/** Colyseus' WebSockets, within our bounds. */
export class ClientTransport extends WebSocketTransport {
  constructor(server: Server, { config, log, upgrades, beforeUpgrade }: TransportOptions) {
    // The types of `ws` don't know all of them yet.
    const bounds = {
      maxPayload: maxFrameBytes,
      // Each piece of a message costs many times its own bytes until the message is whole.
      maxFragments: 64,
      maxBufferedChunks: 256,
      closeTimeout: closingMs,
    };
    const pingInterval = Math.min(config.leaseMs / pingsPerLease, longestPingMs);
    const pings = { pingInterval, pingMaxRetries: Math.ceil(unansweredMs / pingInterval) };
    const onFault = sparsely(log, 'info', 'a connection was ended');
    super({ server, beforeUpgrade, ...pings, ...bounds, WebSocket: clientSocket({ ...config, onFault }) });
    this.wss.on('connection', (client: ClientSocket, { socket }) => {
      client.goesOver(socket);
      upgrades.done(socket);
    });
  }

  /** Colyseus begins it when the server listens, and ends it by `pingInterval`. */
  protected override autoTerminateUnresponsiveClients(everyMs: number, most: number): void {
    this.pingInterval = pingInTurn(this.wss.clients as Set<Pinged>, everyMs, most);
  }

  /** Takes nobody new. That of `http` would also close what a proxy keeps, and is about to use (http/ending.ts). */
  override shutdown(): void {
    this.wss.close();
    NetServer.prototype.close.call(this.server);
  }
}

import { matchMaker } from '@colyseus/core';
import { Client } from '@colyseus/sdk';

import { type JWTPayload, SignJWT } from 'jose';
import { unlimited } from '../../harness/unlimited.ts';
import { type App, createApp } from '../../src/app.config.ts';
import { readConfig } from '../../src/config.ts';
import type { Services } from '../../src/services.ts';
import { temporaryFolder } from '../people/folder.ts';
import { boot, type ColyseusTestServer } from './colyseus.ts';

const secret = 'a secret of more than thirty-two characters';

/** A whole server on a free port, and clients for it. */
export interface TestServer {
  readonly port: number;
  readonly url: string;
  readonly services: Services;
  /** Colyseus' own way to look into it: its rooms, and an SDK for it. */
  readonly colyseus: ColyseusTestServer;
  readonly config: Services['config'];
  /** An SDK client with a token of the server's issuer for this user. */
  client(userId: string, claims?: JWTPayload): Promise<Client>;
  /** An SDK client that has signed in as a guest. */
  guest(name?: string): Promise<Client>;
  /** A token as the server's issuer signs it. */
  token(claims: JWTPayload): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Boots it as Colyseus' tests do. But `boot` has any server listen at 2568 (0.18.6), where four files at once would meet,
 * and knows nothing of what has to be ready before: so its `listen` is ours, for that once.
 */
async function booted({ server, listen }: App): Promise<[ColyseusTestServer, port: number]> {
  const stock = server.listen;
  let port = 0;
  server.listen = async () => {
    server.listen = stock;
    port = await listen();
    // It goes by the port that a server was asked to listen at, and that was any.
    return Object.assign(server, { port });
  };
  return [await boot(server), port];
}

/**
 * Starts the server with a `DATA_DIR` of its own. One at a time in a test file: Colyseus' matchmaker is global.
 * @param settings of the environment, such as `{ SAME_RANK_WINDOW_S: '0.05' }`
 * @param overrides services in place of the usual ones, such as a clock that stands still
 */
export async function startServer(
  settings: Record<string, string> = {},
  overrides: Partial<Services> = {},
): Promise<TestServer> {
  const quiet = { ...unlimited, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'silent' };
  const config = readConfig({ ...quiet, DATA_DIR: temporaryFolder(), JWT_SECRET: secret, ...settings });
  // Calls of matchmaking are answered by ours from here on, and where it has stopped by Colyseus' again: tests of a plain
  // server of Colyseus may follow in this process.
  const { controller } = matchMaker;
  const { invokeMethod } = controller;
  const app = createApp(config, overrides);
  const [colyseus, port] = await booted(app);
  const url = `http://127.0.0.1:${port}`;

  const token = (claims: JWTPayload) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt(claims.iat)
      .sign(new TextEncoder().encode(config.jwtSecret));
  return {
    port,
    url,
    config,
    colyseus,
    services: app.services,
    token,
    async client(userId, claims) {
      const client = new Client(url);
      client.auth.token = await token({ sub: userId, ...claims });
      return client;
    },
    async guest(name) {
      const client = new Client(url);
      await client.auth.signInAnonymously({ name });
      return client;
    },
    async stop() {
      await app.stop();
      controller.invokeMethod = invokeMethod;
    },
  };
}

import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { matchMaker } from '@colyseus/core';
import { createProxyServer } from 'httpxy';
import type { Log } from '../ops/log.ts';
import type { PendingUpgrades } from '../sockets/pendingUpgrades.ts';
import type { Recovery, Whereabouts } from './recovery.ts';

export interface DoorOptions {
  readonly recovery: Recovery;
  readonly log: Log;
  readonly upgrades: PendingUpgrades;
  /** How long an owner may take to answer, ms. */
  readonly patienceMs: number;
  /** Where a living process can be reached (host and port), or null. */
  readonly addressOf: (owner: string) => Promise<string | null>;
  /** Nobody listens where that process was. */
  readonly onDead: (owner: string) => Promise<void>;
}

/** Set by a door: what comes from there is not passed on again. */
const passedOn = 'x-recall-door';

/**
 * Every process is a door to every room: a connection for a room that lives in another process is forwarded there, and a
 * room that has no living owner is brought here first. Without this the SDK's own reconnection would be told by whichever
 * process it reaches that there is no such room, and give up.
 * @param server its `emit` is wrapped, so that Colyseus' listener comes after this.
 */
export function openDoor(server: Server, options: DoorOptions): void {
  const { recovery, log, upgrades, patienceMs, addressOf, onDead } = options;
  const proxy = createProxyServer({ ws: true, xfwd: true, upgradeTimeout: patienceMs });
  // What one side does not read is not read from the other: no more than Node's own buffers is held here, and the rest
  // waits, and is counted, at the owner of the room.
  proxy.on('proxyReqWs', (request, _client, socket) => {
    request.on('upgrade', (_response, forwarded) => {
      upgrades.done(socket);
      endTogether(socket, forwarded);
    });
  });
  const emit = server.emit;

  server.emit = function (this: Server, event: string, ...args: unknown[]) {
    const pass = () => Reflect.apply(emit, this, [event, ...args]);
    if (event !== 'upgrade') return pass();
    const [request, socket, head] = args as [IncomingMessage, Socket, Buffer];
    const roomId = roomIdOf(request);
    const lobbyOf = lobbyOwnerOf(request);
    if (roomId === undefined && (lobbyOf === undefined || lobbyOf === matchMaker.processId)) return pass();
    socket.on('error', () => {});
    whereabouts(roomId, lobbyOf)
      .then((where) => (typeof where === 'string' ? void pass() : forward(where.owner, request, socket, head)))
      .catch((err) => {
        log.debug({ err, roomId }, 'a connection was turned away');
        turnAway(socket);
      });
    return true;
  } as Server['emit'];

  async function whereabouts(roomId: string | undefined, lobbyOf = ''): Promise<Whereabouts> {
    if (roomId !== undefined) return recovery.bring(roomId);
    // The lobby of a dead process is gone: Colyseus says so, and the client enters another.
    return (await addressOf(lobbyOf)) === null ? 'nowhere' : { owner: lobbyOf };
  }

  /** @returns when the connection is over. */
  async function forward(owner: string, request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const address = await addressOf(owner);
    if (address === null || request.headers[passedOn] !== undefined) return turnAway(socket);
    try {
      await proxy.ws(request, socket, { target: `ws://${address}`, headers: { [passedOn]: '1' } }, head);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') await onDead(owner);
      throw error;
    }
  }
}

/** How long the last words of one side may take to reach the other, ms. */
const lastWordsMs = 3000;
/** The owner of a room pings each connection every 3 s. If nothing comes for so long, or can be passed on, it is dead: ms. */
const silentMs = 15_000;

/** Has neither side of a forwarded connection outlive the other. */
function endTogether(client: Duplex, owner: Duplex): void {
  const silence = setTimeout(() => {
    client.destroy();
    owner.destroy();
  }, silentMs).unref();
  owner.on('data', () => silence.refresh());

  const end = (side: Duplex) => () => {
    clearTimeout(silence);
    side.end();
    const timer = setTimeout(() => side.destroy(), lastWordsMs).unref();
    side.once('close', () => clearTimeout(timer));
  };
  client.once('close', end(owner));
  owner.once('close', end(client));
}

/** An SDK that reconnects by itself tries again after this. */
function turnAway(socket: Socket): void {
  if (!socket.writable) return;
  socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

/** `/<process id>/<room id>?…`; the id of a lobby names its process. */
const lobbyOwnerOf = ({ url = '' }: IncomingMessage): string | undefined =>
  /^\/[\w-]+\/lobby_([\w-]+)\?/.exec(url)?.[1];
const roomIdOf = ({ url = '' }: IncomingMessage): string | undefined => /^\/[\w-]+\/(room_[\w-]+)\?/.exec(url)?.[1];

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { matchMaker } from '@colyseus/core';
import { createProxyServer } from 'httpxy';
import type { Gate } from '../ops/gates.ts';
import type { Log } from '../ops/log.ts';
import { connectionsForwarded, connectionsForwardedTotal } from '../ops/metrics.ts';
import { RecallError } from '../protocol/errors.ts';
import type { PendingUpgrades } from '../sockets/pendingUpgrades.ts';
import type { Hops } from './hops.ts';
import type { Recovery, Whereabouts } from './recovery.ts';

export interface ProxyOptions {
  readonly recovery: Recovery;
  readonly log: Log;
  readonly upgrades: PendingUpgrades;
  readonly hops: Hops;
  /** What the proxies of other processes have to know of this one (`isForwarded`). */
  readonly proxyKey: string;
  /** How long an owner may take to answer, ms. */
  readonly patienceMs: number;
  /** Where a process can be reached that lives and isn't ending (host and port), or null. */
  readonly addressOf: (owner: string) => Promise<string | null>;
  /** What is shown to that process, as one that forwards to it. */
  readonly proxyKeyOf: (owner: string) => Promise<string>;
  /** Nobody listens where that process was. */
  readonly onDead: (owner: string) => Promise<void>;
}

/** The header that is set by a proxy, to the key of the other process: what comes from there is not passed on again. */
export const passedOn = 'x-recall-door';

/** Whether another process has forwarded this here: the header alone could be anybody's. */
export const isForwarded = ({ headers }: IncomingMessage, proxyKey: string): boolean => headers[passedOn] === proxyKey;

/** The header that says which process has forwarded it. */
const comesFrom = 'x-recall-from';
/** And to which. */
const goesTo = 'x-recall-to';

/** Between two looks for a room that its process is about to let go of. */
const lookMs = 50;

/**
 * Every process is a proxy for every room: a connection for a room that lives in another process is forwarded there, and a
 * room that has no living owner is brought here first. Without this the SDK's own reconnection would be told by whichever
 * process it reaches that there is no such room, and give up.
 */
export function openProxy(options: ProxyOptions): Gate {
  const { recovery, log, upgrades, hops, proxyKey, patienceMs, addressOf, proxyKeyOf, onDead } = options;
  const proxy = createProxyServer({ ws: true, xfwd: true, upgradeTimeout: patienceMs });
  // What one side does not read is not read from the other: no more than Node's own buffers is held here, and the rest
  // waits, and is counted, at the owner of the room.
  proxy.on('proxyReqWs', (request, _client, socket) => {
    request.on('upgrade', (_response, forwarded) => {
      upgrades.done(socket);
      connectionsForwardedTotal.inc();
      connectionsForwarded.inc();
      forwarded.once('close', () => connectionsForwarded.dec());
      // Not before the two are piped together: who listens earlier takes the first words away.
      process.nextTick(endTogether, socket, forwarded);
      hops.add(String(request.getHeader(goesTo)), forwarded as Socket, () => {
        socket.destroy();
        forwarded.destroy();
      });
    });
  });
  const gate: Gate = (event, args, pass) => {
    if (event !== 'upgrade') return pass();
    const [request, socket, head] = args as readonly [IncomingMessage, Socket, Buffer];
    const from = request.headers[comesFrom];
    if (typeof from === 'string' && isForwarded(request, proxyKey)) hops.add(from, socket, () => socket.destroy());
    const roomId = roomIdOf(request);
    const lobbyOf = lobbyOwnerOf(request);
    if (roomId === undefined && (lobbyOf === undefined || lobbyOf === matchMaker.processId)) return pass();
    socket.on('error', () => {});
    find(roomId, lobbyOf)
      .then((place) => (place === 'here' ? void pass() : forward(place, request, socket, head)))
      .catch((err) => {
        log.debug({ err, roomId }, 'a connection was turned away');
        turnAway(socket);
      });
    return true;
  };
  return gate;

  /** @returns where the connection is for, after a wait while the room is on its way from one process to another. */
  async function find(roomId: string | undefined, lobbyOf: string | undefined): Promise<'here' | Place> {
    const until = performance.now() + patienceMs;
    for (;;) {
      const where = await whereabouts(roomId, lobbyOf);
      // Where it is nowhere, Colyseus says so.
      if (typeof where === 'string') return 'here';
      const address = await addressOf(where.owner);
      if (address !== null) return { ...where, address };
      if (performance.now() > until) throw new RecallError('UNAVAILABLE', 'the room is on its way');
      await delay(lookMs);
    }
  }

  async function whereabouts(roomId: string | undefined, lobbyOf = ''): Promise<Whereabouts> {
    if (roomId !== undefined) return recovery.bring(roomId);
    // The lobby of a dead process is gone: Colyseus says so, and the client enters another.
    return (await addressOf(lobbyOf)) === null ? 'nowhere' : { owner: lobbyOf };
  }

  /** @returns when the connection is over. */
  async function forward(place: Place, request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    if (request.headers[passedOn] !== undefined) return turnAway(socket);
    try {
      const key = await proxyKeyOf(place.owner);
      const headers = { [passedOn]: key, [comesFrom]: matchMaker.processId, [goesTo]: place.owner };
      await proxy.ws(request, socket, { target: `ws://${place.address}`, headers }, head);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') await onDead(place.owner);
      throw error;
    }
  }
}

/** A process, and where it can be reached. */
interface Place {
  readonly owner: string;
  readonly address: string;
}

/** How long the last words of one side may take to reach the other, ms. */
const lastWordsMs = 3000;

/** Has neither side of a forwarded connection outlive the other. */
function endTogether(client: Duplex, owner: Duplex): void {
  const end = (side: Duplex) => () => {
    side.end();
    const timer = setTimeout(() => side.destroy(), lastWordsMs).unref();
    side.once('close', () => clearTimeout(timer));
  };
  client.once('close', end(owner));
  owner.once('close', end(client));
}

/** Refuses a connection before the handshake, for now: an SDK that reconnects by itself tries again after this. */
export function turnAway(socket: Socket): void {
  if (!socket.writable) return;
  const body = JSON.stringify(new RecallError('UNAVAILABLE', 'the room is on its way: try again').body);
  const head = [
    ...['HTTP/1.1 503 Service Unavailable', 'Connection: close', 'Content-Type: application/json'],
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** `/<process id>/<room id>?…`; the id of a lobby names its process. */
const lobbyOwnerOf = ({ url = '' }: IncomingMessage): string | undefined =>
  /^\/[\w-]+\/lobby_([\w-]+)\?/.exec(url)?.[1];
const roomIdOf = ({ url = '' }: IncomingMessage): string | undefined => /^\/[\w-]+\/(room_[\w-]+)\?/.exec(url)?.[1];

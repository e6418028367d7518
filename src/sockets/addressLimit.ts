import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Config } from '../config.ts';
import type { Gate } from '../ops/gates.ts';
import type { SparseLog } from '../ops/sparse.ts';
import { addressGroup, addressOf, isTrusted, peerAddress } from '../people/address.ts';
import { RecallError } from '../protocol/errors.ts';

interface AddressLimitOptions {
  readonly config: Pick<Config, 'maxConnectionsAddress' | 'trustProxy'>;
  /** Whether an upgrade comes from another process of ours, which has counted its client already. */
  readonly isForwarded: (request: IncomingMessage) => boolean;
  readonly onRefused: SparseLog;
}

const retryAfterS = 10;
/** How long who is refused may take to hear it, ms. */
const lastWordsMs = 1000;

/**
 * Limits the connections of one address (addressGroup), whatever they are for. They are counted as they come, before anybody
 * waits for what they have to say; those of a trusted proxy are its own affair until one becomes a client's WebSocket, which
 * counts for the client's address.
 */
export function limitConnections({ config, isForwarded, onRefused }: AddressLimitOptions): Gate {
  const { maxConnectionsAddress: max, trustProxy } = config;
  const open = new Map<string, number>();
  const groupOf = new WeakMap<Socket, string>();

  function release(socket: Socket): void {
    const group = groupOf.get(socket);
    if (group === undefined) return;
    groupOf.delete(socket);
    const left = (open.get(group) ?? 0) - 1;
    if (left > 0) open.set(group, left);
    else open.delete(group);
  }

  /** @returns whether it may stay. */
  function count(socket: Socket, group: string): boolean {
    const others = open.get(group) ?? 0;
    if (others >= max) {
      onRefused(group);
      refuse(socket);
      return false;
    }
    open.set(group, others + 1);
    groupOf.set(socket, group);
    socket.once('close', () => release(socket));
    return true;
  }

  return (event, args, pass) => {
    if (event === 'connection') {
      const socket = args[0] as Socket;
      const peer = peerAddress(socket);
      return isTrusted(peer, trustProxy) || count(socket, addressGroup(peer)) ? pass() : true;
    }
    if (event === 'upgrade') {
      const [request, socket] = args as readonly [IncomingMessage, Socket];
      if (isForwarded(request)) release(socket);
      else if (!groupOf.has(socket) && !count(socket, addressGroup(addressOf(request, trustProxy)))) return true;
    }
    return pass();
  };
}

function refuse(socket: Socket): void {
  const { status, body } = new RecallError(
    'TOO_MANY_REQUESTS',
    'too many connections from your address: close some',
    retryAfterS * 1000,
  );
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} Too Many Requests`,
    `Retry-After: ${retryAfterS}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ];
  socket.on('error', () => {});
  socket.resume();
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
  setTimeout(() => socket.destroy(), lastWordsMs).unref();
}

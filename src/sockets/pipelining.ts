import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { SparseLog } from '../ops/sparse.ts';
import { addressGroup, peerAddress } from '../people/address.ts';

/** So many requests of one connection may be without an answer: browsers and proxies have one at a time. */
const maxUnanswered = 16;

/**
 * Cuts off connections that send requests without waiting for answers. Node stops to read from them only after it has
 * started on all that came in one piece, which can be thousands.
 * @param server its `emit` is wrapped, so that what is cut off costs nothing more
 */
export function limitPipelining(server: Server, onCut: SparseLog): void {
  const unanswered = new WeakMap<Socket, number>();
  // Without a listener Node answers these by itself, and they would not be counted.
  server.on('checkExpectation', (_request, response: ServerResponse) => response.writeHead(417).end());
  const emit = server.emit;

  function count(socket: Socket, response: ServerResponse): boolean {
    const waiting = unanswered.get(socket) ?? 0;
    if (waiting >= maxUnanswered) {
      onCut(addressGroup(peerAddress(socket)));
      socket.destroy();
      return false;
    }
    unanswered.set(socket, waiting + 1);
    response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    return true;
  }

  server.emit = function (this: Server, event: string, ...args: unknown[]) {
    const pass = () => Reflect.apply(emit, this, [event, ...args]);
    if (event !== 'request' && event !== 'upgrade' && event !== 'checkExpectation') return pass();
    const [request, response] = args as [IncomingMessage, ServerResponse];
    const { socket } = request;
    if (socket.destroyed) {
      // Node goes on with the rest of the piece, and would then fail each request with an error of its own.
      request.destroy();
      return true;
    }
    return event === 'upgrade' || count(socket, response) ? pass() : true;
  } as Server['emit'];
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Gate } from '../ops/gates.ts';
import type { SparseLog } from '../ops/sparse.ts';
import { addressGroup, peerAddress } from '../people/address.ts';

/** So many requests of one connection may be without an answer: browsers and proxies have one at a time. */
const maxUnanswered = 16;

/**
 * Cuts off connections that send requests without waiting for answers. Node stops to read from them only after it has
 * started on all that came in one piece, which can be thousands.
 */
export function limitPipelining(onCut: SparseLog): Gate {
  const unanswered = new WeakMap<Socket, number>();

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

  return (event, args, pass) => {
    if (event !== 'request' && event !== 'upgrade' && event !== 'checkExpectation') return pass();
    const [request, response] = args as readonly [IncomingMessage, ServerResponse];
    const { socket } = request;
    if (socket.destroyed) {
      // Node goes on with the rest of the piece, and would then fail each request with an error of its own.
      request.destroy();
      return true;
    }
    return event === 'upgrade' || count(socket, response) ? pass() : true;
  };
}

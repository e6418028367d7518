import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { SparseLog } from '../ops/sparse.ts';
import { closeCodes } from '../protocol/errors.ts';

/** Bytes that may wait for one connection. Who reads is far below: a whole state has some thousand. */
export const maxWaitingBytes = 1024 * 1024;

type Data = Parameters<WebSocket['send']>[0];

export interface ClientSocketOptions {
  /** PINGs and PONGs of one connection in a second; more close it (4106). */
  readonly controlFramesPerS: number;
  /** Told why a connection was ended, by a name for that kind of fault. */
  readonly onFault: SparseLog;
}

const secondMs = 1000;
/** So many messages may have been on their way when we closed the connection. */
const lateAllowed = 200;

/** A WebSocket to a client. */
export interface ClientSocket extends WebSocket {
  /** Which socket it goes over. */
  goesOver(socket: Socket): void;
}

const held: Socket[] = [];

/**
 * What a connection is sent at once, the patch and the messages of a step and its answer, leaves in one write: that is a
 * call of the system, and most of what a move costs.
 */
function hold(socket: Socket): void {
  if (socket.writableCorked > 0) return;
  // When all is done that can be done now: what was stored for many rooms is told in one go.
  if (held.length === 0) process.nextTick(release);
  socket.cork();
  held.push(socket);
}

function release(): void {
  for (const socket of held.splice(0)) socket.uncork();
}

/**
 * The class of WebSockets to clients: what waits for one that does not read is bounded, what it can make us do by frames
 * that reach no room is limited, and what it does against the protocol is one line in the log, not a stack trace.
 */
export function clientSocket({ controlFramesPerS, onFault }: ClientSocketOptions): typeof WebSocket {
  return class ClientSocket extends WebSocket {
    #controlFrames = 0;
    #countedUntil = 0;
    #late = 0;
    #socket: Socket | undefined;

    goesOver(socket: Socket): void {
      this.#socket = socket;
    }

    override send(data: Data, ...rest: unknown[]): void {
      if (this.#socket) hold(this.#socket);
      super.send(data, ...(rest as []));
      if (this.bufferedAmount <= maxWaitingBytes) return;
      // What was held waits for us, and not for the client.
      this.#socket?.uncork();
      if (this.bufferedAmount > maxWaitingBytes) this.#end('too much waits for it');
    }

    override emit(event: string | symbol, ...args: unknown[]): boolean {
      if (event === 'error') {
        const { code, message } = args[0] as NodeJS.ErrnoException;
        onFault(code ?? message);
        return true;
      }
      if (event === 'ping' || event === 'pong') this.#count();
      if (event === 'message' && this.#isOver()) return true;
      return super.emit(event, ...args);
    }

    /** Whoever was closed and goes on talking would be read until they stop. */
    #isOver(): boolean {
      if (this.readyState === WebSocket.OPEN) return false;
      if (++this.#late === lateAllowed) this.#end('it went on talking when it was closed');
      return this.#late >= lateAllowed;
    }

    #count(): void {
      const now = performance.now();
      if (now >= this.#countedUntil) {
        this.#countedUntil = now + secondMs;
        this.#controlFrames = 0;
      }
      if (++this.#controlFrames <= controlFramesPerS || this.readyState !== WebSocket.OPEN) return;
      onFault('too many control frames');
      this.close(closeCodes.tooManyControlFrames);
      // Else all that is on its way would still be read.
      this.pause();
    }

    /** At once: a close frame would wait behind all the rest. */
    #end(why: string): void {
      if (this.readyState !== WebSocket.OPEN && this.readyState !== WebSocket.CLOSING) return;
      onFault(why);
      this.terminate();
    }
  } as typeof WebSocket;
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Door } from '../cluster/backend.ts';
import { passedOn, turnAway } from '../cluster/proxy.ts';
import type { Gate } from '../ops/gates.ts';
import { requestId, requestIdHeader } from '../ops/requestId.ts';
import { codes } from '../protocol/errors.ts';
import { refuse } from './requestGate.ts';

export interface EndingOptions {
  /** Where the processes are that take calls, this one left out. */
  readonly othersAt: () => Promise<readonly Door[]>;
  /** How long another process may take for a call, ms. */
  readonly patienceMs: number;
}

/** So long does one whose call was answered have to connect, ms; and so long all of them together. */
const connectMs = 250;
const connectAllMs = 1000;

/** So long somebody is sought who takes a call that others could not take yet, ms; and so long between two tries. */
const takersMs = 2000;
const againMs = 100;

/**
 * What a process that ends does with whom it is still asked by. Calls that need a room are handed on to a process that
 * lives: a balancer doesn't repeat a POST. Connections are turned away before the handshake, so that an SDK tries again;
 * after it, a room that closes would be one that isn't there, and the SDK would give up.
 */
export class Ending {
  readonly #options: EndingOptions;
  #takes: 'all' | 'connections' | 'nothing' = 'all';
  #underWay = 0;
  /** Connections that bring requests, and none that has become a WebSocket. */
  readonly #open = new Set<Socket>();
  #answeredAt = Number.NEGATIVE_INFINITY;
  #calls = 0;
  /** Of the last look. */
  #others: readonly Door[] | undefined;

  constructor(options: EndingOptions) {
    this.#options = options;
  }

  /** Whether the process ends. */
  get hasBegun(): boolean {
    return this.#takes !== 'all';
  }

  /** Whether somebody else takes calls. */
  get isReplaced(): boolean {
    return (this.#others?.length ?? 0) > 0;
  }

  /** Takes no more calls. @returns when those that there were are answered, and who made them has had time to connect. */
  async takeNoCalls(): Promise<void> {
    this.#takes = 'connections';
    this.#others = await this.#options.othersAt().catch(() => undefined);
    const haveConnected = () => this.#calls === 0 && performance.now() - this.#answeredAt >= connectMs;
    await waitUntil(haveConnected, connectAllMs);
  }

  /** Takes everything again. */
  takeAll(): void {
    this.#takes = 'all';
  }

  /** Takes no more connections either. */
  takeNothing(): void {
    this.#takes = 'nothing';
  }

  /** @returns when every request is answered, or after `ms`. */
  answered(ms: number): Promise<void> {
    return waitUntil(() => this.#underWay === 0, ms);
  }

  /**
   * A proxy keeps connections for its next requests. What it sends just when we close one is lost, and a POST isn't
   * repeated: so the proxy is let go first.
   * @returns when nobody keeps a connection, or after `ms`.
   */
  letGo(ms: number): Promise<void> {
    return waitUntil(() => this.#open.size === 0, ms);
  }

  readonly gate: Gate = (event, args, pass) => {
    if (event === 'connection') this.#keep(args[0] as Socket);
    if (event === 'upgrade') {
      this.#open.delete(args[1] as Socket);
      if (this.#takes !== 'nothing') return pass();
      turnAway(args[1] as Socket);
      return true;
    }
    if (event !== 'request') return pass();
    const [request, response] = args as readonly [IncomingMessage & { body?: string }, ServerResponse];
    const isCall = request.method === 'POST' && request.url?.startsWith('/matchmake/') === true;
    this.#count(response, isCall);
    if (!this.hasBegun) return pass();
    // Whoever keeps this connection for the next request would find it closed.
    response.shouldKeepAlive = false;
    if (!isCall) return pass();
    void this.#handOn(request, response);
    return true;
  };

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
  }

  #count(response: ServerResponse, isCall: boolean): void {
    this.#underWay++;
    if (isCall) this.#calls++;
    response.once('close', () => {
      this.#underWay--;
      if (!isCall) return;
      this.#calls--;
      this.#answeredAt = performance.now();
    });
  }

  async #handOn(request: IncomingMessage & { body?: string }, response: ServerResponse): Promise<void> {
    const until = performance.now() + takersMs;
    do {
      const others = await this.#lookForOthers(request);
      if (others?.length === 0) break;
      for (const door of others ?? []) if (await this.#isTaken(door, request, response)) return;
      await delay(againMs);
    } while (performance.now() < until);
    refuse(request, response, 'UNAVAILABLE', 'this server is ending: try again');
  }

  /** @returns undefined where nobody knows for now. */
  async #lookForOthers({ headers }: IncomingMessage): Promise<readonly Door[] | undefined> {
    if (headers[passedOn]) return [];
    // A call that comes in the very end finds no Redis any more.
    this.#others = await this.#options.othersAt().catch(() => this.#others);
    return this.#others;
  }

  async #isTaken(door: Door, request: IncomingMessage & { body?: string }, response: ServerResponse): Promise<boolean> {
    try {
      const answer = await this.#ask(door, request);
      // That one ends as well, or the room is on its way: nothing has changed there.
      if (answer.status === codes.UNAVAILABLE) return false;
      const body = Buffer.from(await answer.arrayBuffer());
      response.writeHead(answer.status, headersOf(answer.headers)).end(body);
      return true;
    } catch {
      return false;
    }
  }

  #ask(
    { address, key }: Door,
    { url, headers, body = '{}', socket }: IncomingMessage & { body?: string },
  ): Promise<Response> {
    const forwarded = [headers['x-forwarded-for'] ?? [], socket.remoteAddress ?? []].flat().join(', ');
    const sent = ['authorization', 'content-type', 'origin', 'x-forwarded-proto'].flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, String(value)] as const];
    });
    return fetch(`http://${address}${url}`, {
      method: 'POST',
      headers: {
        ...Object.fromEntries(sent),
        'x-forwarded-for': forwarded,
        [passedOn]: key || '1',
        [requestIdHeader]: requestId() ?? '',
      },
      body,
      signal: AbortSignal.timeout(this.#options.patienceMs),
    });
  }
}

/** Of the connection between the two processes, and not of the answer. */
const ofConnection = ['connection', 'keep-alive', 'transfer-encoding', 'content-encoding', 'content-length', 'date'];

const headersOf = (headers: Headers): Record<string, string> =>
  Object.fromEntries([...headers].filter(([name]) => !ofConnection.includes(name)));

async function waitUntil(holds: () => boolean, atMostMs: number): Promise<void> {
  const until = performance.now() + atMostMs;
  while (!holds() && performance.now() < until) await delay(10);
}

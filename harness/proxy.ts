import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What comes through. */
interface State {
  up: boolean;
  requests: boolean;
  /** So many pieces of what is answered. */
  replies: number;
  delayMs: number;
  /** What is answered waits for this. */
  held: Promise<void> | undefined;
}

const WHOLE: State = { up: true, requests: true, replies: Number.POSITIVE_INFINITY, delayMs: 0, held: undefined };

/**
 * The network between a process and a server, at the test's will. `url` and `port` are where a client connects instead.
 */
export class TcpProxy {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  readonly #state: State = { ...WHOLE };

  private constructor(targetPort: number) {
    this.#server = createServer((client) => {
      client.on('error', () => {});
      if (!this.#state.up) {
        client.resetAndDestroy();
        return;
      }
      const link = new Link(client, connect(targetPort, '127.0.0.1'), this.#state);
      this.#links.add(link);
      link.onClose(() => this.#links.delete(link));
    });
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Breaks all connections, and each new one, until `restore`. */
  cut(): void {
    this.#state.up = false;
    for (const link of this.#links) link.reset();
  }

  /** Nothing comes through any more, in neither direction, and nobody is told. */
  blackHole(): void {
    this.#state.requests = false;
    this.#state.replies = 0;
  }

  /** The connections that there are swallow everything from now on; new ones work. */
  strand(): void {
    for (const link of this.#links) link.stranded = true;
  }

  /**
   * What is asked arrives, and no answer comes back.
   * @param after so many answers to what is asked one after the other
   */
  swallowReplies({ after = 0 } = {}): void {
    this.#state.replies = after;
  }

  /** What is asked arrives, and what is answered waits. @returns lets it come */
  holdReplies(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#state.held = promise;
    return () => {
      this.#state.held = undefined;
      resolve();
    };
  }

  /** Everything arrives so much later, in both directions. */
  delay(ms: number): void {
    this.#state.delayMs = ms;
  }

  /** As it was at first. What was swallowed stays so: connections that lack a part of their stream are broken. */
  restore(): void {
    Object.assign(this.#state, WHOLE);
    for (const link of this.#links) if (link.lacksData) link.reset();
  }

  async dispose(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** One connection through the proxy. */
class Link {
  readonly #client: Socket;
  readonly #target: Socket;
  stranded = false;
  lacksData = false;

  constructor(client: Socket, target: Socket, state: State) {
    this.#client = client;
    this.#target = target;
    this.#forward(client, target, state, { passes: () => state.requests, held: () => undefined });
    this.#forward(target, client, state, { passes: () => state.replies-- > 0, held: () => state.held });
  }

  onClose(told: () => void): void {
    this.#client.on('close', told);
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#target.destroy();
  }

  #forward(
    from: Socket,
    to: Socket,
    state: State,
    { passes, held }: { passes: () => boolean; held: () => Promise<void> | undefined },
  ): void {
    let last = Promise.resolve();
    from.on('data', (data) => {
      if (this.stranded || !passes()) {
        this.lacksData = true;
        return;
      }
      const arrival = performance.now() + state.delayMs;
      const until = held();
      last = last.then(async () => {
        await until;
        const early = arrival - performance.now();
        if (early > 0) await delay(early);
        to.write(data);
      });
    });
    from.on('error', () => {});
    from.on('close', () => to.destroy());
  }
}

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** One address for several processes, as a balancer has it: each connection goes to the next one that takes it. */
export class Front {
  readonly #server: Server;
  readonly #links = new Set<Socket>();
  #next = 0;
  /** Nobody new is sent there. */
  readonly #leftOut = new Set<number>();

  private constructor(ports: readonly number[]) {
    this.#server = createServer((client) => {
      client.on('error', () => {});
      this.#links.add(client);
      client.on('close', () => this.#links.delete(client));
      void this.#reach(client, ports);
    });
  }

  static async open(ports: readonly number[]): Promise<Front> {
    const front = new Front(ports);
    front.#server.listen(0, '127.0.0.1');
    await once(front.#server, 'listening');
    return front;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** A process is about to be replaced: like a balancer that asks the next one after a 503, it sends nobody there. */
  leaveOut(port: number): void {
    this.#leftOut.add(port);
  }

  takeIn(port: number): void {
    this.#leftOut.delete(port);
  }

  close(): void {
    this.#server.close();
    for (const link of this.#links) link.destroy();
  }

  async #reach(client: Socket, ports: readonly number[]): Promise<void> {
    const from = this.#next++;
    for (let tries = 0; tries < ports.length; tries++) {
      const port = ports[(from + tries) % ports.length] as number;
      if (this.#leftOut.has(port)) continue;
      const target = connect(port, '127.0.0.1');
      const isOpen = await once(target, 'connect').then(
        () => true,
        () => false,
      );
      if (!isOpen) continue;
      target.on('error', () => {});
      target.on('close', () => client.destroy());
      client.on('close', () => target.destroy());
      client.pipe(target).pipe(client);
      return;
    }
    client.destroy();
  }
}

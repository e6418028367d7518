import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Test files that run at once draw from ports of their own: nobody listens there yet when another one looks. */
const ports = 3_000;
const firstPort = 20_000 + (Number(process.env.VITEST_POOL_ID ?? 0) % 4) * ports;

/**
 * A port that nobody listens on, below those that the system gives to connections: such a one could be gone when the
 * server is started again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    server.listen(firstPort + Math.floor(Math.random() * ports), '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue;
    }
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/**
 * Starts something on a free port, and on another one where somebody else was faster.
 * @param taken what its error says then
 */
export async function onFreePort<T>(start: (port: number) => Promise<T>, taken: string): Promise<T> {
  for (let tries = 3; ; tries--) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (tries === 1 || !`${error}`.includes(taken)) throw error;
    }
  }
}

import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** What a Redis server is asked. */
export interface Asked {
  /** The command and its arguments, as Redis writes them. */
  readonly words: readonly string[];
  /** A script has asked it. */
  readonly isScript: boolean;
}

/**
 * Listens to what a Redis server is asked, by MONITOR. Not by ioredis, which stumbles over what comes in one piece with
 * the answer.
 * @returns when it listens: a function that ends it.
 */
export async function monitor(port: number, told: (asked: Asked) => void): Promise<() => Promise<void>> {
  const socket = connect(port, '127.0.0.1');
  const lines = createInterface(socket);
  const listens = Promise.withResolvers<void>();
  lines.on('line', (line) => {
    if (line === '+OK') return listens.resolve();
    const [, source = '', command = ''] = /^\+\S+ \[\d+ (\S+)\] (.+)$/.exec(line) ?? [];
    const words = [...command.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => word);
    if (words.length > 0) told({ words, isScript: source === 'lua' });
  });
  socket.write('MONITOR\r\n');
  await listens.promise;
  return async () => {
    socket.destroy();
    await once(socket, 'close');
  };
}

import { setTimeout as pause } from 'node:timers/promises';
import type { Room } from '@colyseus/sdk';
import { monitor } from './monitor.ts';
import type { RedisServer } from './redis.ts';
import { clientAt, type Site, tokenOf } from './site.ts';

/** So many come in at a time. */
const atATime = 25;
const seats = 8;

/** Users who sit in full rooms and say nothing, an equal number at each process; every other room’s are in the lobby instead. */
export async function fill(site: Site, users: number): Promise<readonly Room[]> {
  const rooms = new Map<number, Promise<Room>>();
  return enterAll(users, async (n) => {
    const table = Math.floor(n / seats);
    if (table % 2 === 0) return (await clientOf(site, n)).joinOrCreate('lobby');
    const opened = rooms.get(table);
    if (opened) return (await clientOf(site, n)).joinById((await opened).roomId);
    const opening = clientOf(site, n).then((owner) => owner.create('recall', { max_players: seats }));
    rooms.set(table, opening);
    return opening;
  });
}

/** So many rooms, an equal number at each process, in each of which one user sits and says nothing. */
export const furnish = (site: Site, rooms: number): Promise<readonly Room[]> =>
  enterAll(rooms, async (n) => {
    const client = await clientOf(site, n);
    // A busy machine may be too late with some.
    for (let tries = 1; ; tries++)
      try {
        return await client.create('recall', { max_players: seats });
      } catch (error) {
        if (tries === 20) throw error;
        await pause(1000);
      }
  });

const clientOf = async ({ processes }: Site, n: number) =>
  clientAt(processes[n % processes.length]?.url as string, await tokenOf(`user_${n}`));

async function enterAll(count: number, enter: (n: number) => Promise<Room>): Promise<readonly Room[]> {
  const connections: Room[] = [];
  for (let from = 0; from < count; from += atATime) {
    const some = Array.from({ length: Math.min(atATime, count - from) }, (_, i) => enter(from + i));
    for (const room of await Promise.all(some)) {
      room.onMessage('*', () => {});
      connections.push(room);
    }
  }
  return connections;
}

/** What Redis was asked in a while. */
export interface Load {
  /** How often, by command; what its scripts do is theirs. */
  readonly commands: ReadonlyMap<string, number>;
  /** What it has answered, MONITOR's own lines included. */
  readonly bytes: number;
}

/** What Redis is asked in so many seconds. */
export async function loadOf({ redis }: Site, seconds: number): Promise<Load> {
  if (!redis) throw new TypeError('there is no Redis here');
  const counts = new Map<string, number>();
  const before = await bytesAnswered(redis);
  const end = await monitor(redis.port, ({ words: [name = '', first = ''], isScript }) => {
    if (isScript) return;
    const command = /^eval|^pubsub/i.test(name) ? `${name} ${first.slice(0, 8)}` : name;
    counts.set(command.toLowerCase(), (counts.get(command.toLowerCase()) ?? 0) + 1);
  });
  await pause(seconds * 1000);
  await end();
  return { commands: counts, bytes: (await bytesAnswered(redis)) - before };
}

async function bytesAnswered(redis: RedisServer): Promise<number> {
  const client = redis.client();
  const info = await client.info('stats');
  client.disconnect();
  return Number(/^total_net_output_bytes:(\d+)/m.exec(info)?.[1]);
}

export const sumOf = ({ commands }: Load): number => [...commands.values()].reduce((sum, n) => sum + n, 0);

import { setTimeout as pause } from 'node:timers/promises';
import type { Room } from '@colyseus/sdk';
import { monitor } from '../support/monitor.ts';
import { clientAt, type Site, tokenOf } from './site.ts';

/** So many come in at a time. */
const atATime = 25;
const seats = 8;

/** Users who sit in full rooms and say nothing, an equal number at each door; every other room’s are in the lobby instead. */
export async function fill({ doors }: Site, users: number): Promise<readonly Room[]> {
  const connections: Room[] = [];
  const client = async (n: number) => clientAt(doors[n % doors.length]?.url as string, await tokenOf(`user_${n}`));
  const rooms = new Map<number, Promise<Room>>();
  const enter = async (n: number): Promise<Room> => {
    const table = Math.floor(n / seats);
    if (table % 2 === 0) return (await client(n)).joinOrCreate('lobby');
    const opened = rooms.get(table);
    if (opened) return (await client(n)).joinById((await opened).roomId);
    const opening = client(n).then((owner) => owner.create('recall', { max_players: seats }));
    rooms.set(table, opening);
    return opening;
  };
  for (let from = 0; from < users; from += atATime) {
    const some = Array.from({ length: Math.min(atATime, users - from) }, (_, i) => enter(from + i));
    for (const room of await Promise.all(some)) {
      room.onMessage('*', () => {});
      connections.push(room);
    }
  }
  return connections;
}

/** How often Redis was asked each command, in so many seconds; what its scripts do is theirs. */
export async function commandsOf({ redis }: Site, seconds: number): Promise<ReadonlyMap<string, number>> {
  if (!redis) throw new TypeError('there is no Redis here');
  const counts = new Map<string, number>();
  const end = await monitor(redis.port, ({ words: [name = '', first = ''], isScript }) => {
    if (isScript) return;
    const command = /^eval/i.test(name) ? `${name} ${first.slice(0, 8)}` : name;
    counts.set(command.toLowerCase(), (counts.get(command.toLowerCase()) ?? 0) + 1);
  });
  await pause(seconds * 1000);
  await end();
  return counts;
}

export const sumOf = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, n) => sum + n, 0);

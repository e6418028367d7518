/**
 * A process that tests stall and kill: `redisOwner.ts <url> <room id> <lease, ms>` keeps appending its count to a room
 * and prints each number once it is acknowledged, until the room isn't its own any more: then it prints why, and ends.
 */
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { JournalUnavailable } from '../../src/journal/journal.ts';
import { RedisJournal } from '../../src/journal/redis.ts';
import { connectRedis } from '../../src/journal/redisClient.ts';

const [url = '', roomId = '', leaseMs] = process.argv.slice(2);
const redis = connectRedis(url, () => {});
await once(redis, 'ready');
const journal = new RedisJournal(redis, { leaseMs: Number(leaseMs) });
const room = await journal.create(roomId, [], 60_000);

for (let n = 0; ; ) {
  try {
    await room.append([`${n}`]);
    writeSync(1, `${n}\n`);
    n += 1;
  } catch (error) {
    if (error instanceof JournalUnavailable) continue;
    writeSync(1, `${(error as Error).name}\n`);
    break;
  }
}
await journal.close();
redis.disconnect();

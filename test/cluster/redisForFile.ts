import { afterAll, afterEach } from 'vitest';
import { killAll } from '../../harness/process.ts';
import { RedisServer } from '../../harness/redis.ts';

/** A Redis for all tests of a file. The processes that a test has started are killed after it. */
export async function redisForFile(): Promise<RedisServer> {
  const redis = await RedisServer.start();
  afterEach(killAll);
  afterAll(() => redis.dispose());
  return redis;
}

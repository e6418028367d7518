import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Redis } from 'ioredis';
import type { Site } from '../../harness/site.ts';

/** Where a site has any of these words: in its keys or tables, a line each. */
export const tracesIn = async (site: Site, words: readonly string[]): Promise<string[]> =>
  (site.redis ? await inRedis(site.redis.client()) : inTables(site.process().folder)).filter((text) =>
    words.some((word) => text.includes(word)),
  );

/** The files of a site, by name, in whose bytes any of these words is: its own, and those of its Redis. */
export function bytesOf(site: Site, words: readonly string[]): string[] {
  const folders = [...site.processes.map(({ folder }) => folder), ...(site.redis ? [site.redis.folder] : [])];
  return folders
    .flatMap((folder) => globSync('**/*', { cwd: folder }).map((file) => join(folder, file)))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
    .filter((file) => words.some((word) => readFileSync(file).includes(word)));
}

async function inRedis(redis: Redis): Promise<string[]> {
  const keys = await redis.keys('*');
  const read: Record<string, (key: string) => Promise<unknown>> = {
    string: (key) => redis.get(key),
    hash: (key) => redis.hgetall(key),
    list: (key) => redis.lrange(key, 0, -1),
    set: (key) => redis.smembers(key),
    zset: (key) => redis.zrange(key, 0, -1),
    stream: (key) => redis.xrange(key, '-', '+'),
  };
  return Promise.all(
    keys.map(async (key) => `${key} ${JSON.stringify(await read[await redis.type(key)]?.(key).catch(() => null))}`),
  );
}

function inTables(folder: string): string[] {
  const database = new DatabaseSync(join(folder, 'recall.sqlite'), { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const rows = tables.flatMap(({ name }) =>
    database
      .prepare(`SELECT * FROM ${name}`)
      .all()
      .map((row) => `${name} ${JSON.stringify(row)}`),
  );
  database.close();
  return rows;
}

import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from '@colyseus/sdk';
import { afterEach, expect, test } from 'vitest';
import { guestOf, killAll, Process } from '../../harness/process.ts';
import { RedisServer } from '../../harness/redis.ts';
import { secret } from '../../harness/site.ts';
import type { GameRoom } from '../../src/protocol/sdk.ts';
import { temporaryFolder } from '../people/folder.ts';

// docs/operations.md, "Back up and restore", as it says.

const servers: RedisServer[] = [];
const redisWith = async (settings: Record<string, string> = {}) => {
  const redis = await RedisServer.start({ 'maxmemory-policy': 'noeviction', ...settings });
  servers.push(redis);
  return redis;
};
afterEach(async () => {
  await killAll();
  await Promise.all(servers.splice(0).map((redis) => redis.dispose()));
});

/** In the middle of a match. @returns how to come back to it, elsewhere */
async function sitDown(client: Client) {
  const room = await client.create<GameRoom>('recall', { max_players: 2, bots: 1 });
  Object.assign(room.reconnection, { enabled: false });
  room.onMessage('*', () => {});
  await room.request('start_match', {});
  await expect.poll(() => room.state.phase).toBe('initial_peek');
  return {
    seat: room.sessionId,
    token: room.reconnectionToken,
    dealt: room.state.players.get(room.sessionId)?.hand.length,
  };
}

async function expectBack({ seat, token, dealt }: Awaited<ReturnType<typeof sitDown>>, url: string): Promise<void> {
  const room = await new Client(url).reconnect<GameRoom>(token);
  room.onMessage('*', () => {});
  await expect.poll(() => room.state.players?.get(seat)?.hand.length).toBe(dealt);
  expect(room.sessionId).toBe(seat);
  await room.request('completed_initial_peek', { slots: [0, 1] });
  await room.leave();
}

test('what was saved of a SQLite that is written to can be put in the place of one that is lost', async () => {
  const settings = { JWT_SECRET: secret, INITIAL_PEEK_S: '600' };
  const lost = await Process.start(settings);
  const table = await sitDown(await guestOf(lost.url, 'Ann'));
  const copy = join(temporaryFolder(), 'recall.sqlite');
  const database = new DatabaseSync(join(lost.folder, 'recall.sqlite'));
  database.exec(`VACUUM INTO '${copy}'`);
  database.close();
  await lost.end('SIGKILL');

  const folder = temporaryFolder();
  copyFileSync(copy, join(folder, 'recall.sqlite'));
  await expectBack(table, (await Process.start({ ...settings, DATA_DIR: folder })).url);
});

test('what was saved of a Redis that is written to can be put in the place of one that is lost', async () => {
  const settings = { JWT_SECRET: secret, INITIAL_PEEK_S: '600' };
  const lost = await redisWith();
  const before = await Process.start({ ...settings, REDIS_URL: lost.url });
  const table = await sitDown(await guestOf(before.url, 'Ann'));
  const dump = join(temporaryFolder(), 'dump.rdb');
  execFileSync('redis-cli', ['-u', lost.url, '--rdb', dump], { stdio: 'ignore' });
  await before.end('SIGKILL');
  await lost.kill();

  const fresh = await redisWith({ appendonly: 'no' });
  await fresh.stop();
  copyFileSync(dump, join(fresh.folder, 'dump.rdb'));
  await fresh.start();
  const client = fresh.client();
  await client.config('SET', 'appendonly', 'yes');
  await expect
    .poll(() => client.info('persistence'))
    .toMatch(/aof_rewrite_in_progress:0[\s\S]*aof_rewrite_scheduled:0/);
  await expectBack(table, (await Process.start({ ...settings, REDIS_URL: fresh.url })).url);
});

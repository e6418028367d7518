import type { Room } from '@colyseus/sdk';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../../harness/ports.ts';
import { guestOf, killAll, Process } from '../../harness/process.ts';
import { TcpProxy } from '../../harness/proxy.ts';
import { RedisServer } from '../../harness/redis.ts';
import { secret } from '../../harness/site.ts';
import type { GameRoom } from '../../src/protocol/sdk.ts';

let redis: RedisServer | undefined;
let network: TcpProxy | undefined;
afterEach(async () => {
  await killAll();
  await network?.dispose();
  await redis?.dispose();
});

const leaseMs = 3000;

test('two processes that are cut off from each other notice it within LEASE_S, and the player comes back when they are not (never again 59)', async () => {
  redis = await RedisServer.start();
  const shared = { REDIS_URL: redis.url, JWT_SECRET: secret, LEASE_S: `${leaseMs / 1000}` };
  const port = await freePort();
  network = await TcpProxy.start(port);
  await Process.start({ ...shared, PORT: `${port}`, PEER_ADDRESS: `127.0.0.1:${network.port}` });
  // The room is at the only process that there is; who comes by the other one is forwarded.
  const ann = (await (await guestOf(`http://127.0.0.1:${port}`, 'Ann')).create('recall')) as Room<GameRoom>;
  const entrance = await Process.start(shared);
  const bo = (await (await guestOf(entrance.url, 'Bo')).joinById(ann.roomId)) as Room<GameRoom>;
  for (const room of [ann, bo]) room.onMessage('*', () => {});
  bo.reconnection.minUptime = 0;
  const isSeen = () => ann.state.players.get(bo.sessionId)?.connected;
  await expect.poll(isSeen).toBe(true);

  const dropped = new Promise<number>((resolve) => bo.onDrop(() => resolve(performance.now())));
  const unseen = new Promise<number>((resolve) => {
    ann.onStateChange(() => isSeen() === false && resolve(performance.now()));
  });
  const back = new Promise<'back' | number>((resolve) => {
    bo.onReconnect(() => resolve('back'));
    bo.onLeave(resolve);
  });
  const cutAt = performance.now();
  network.blackHole();
  // A process that was busy itself begins to wait anew: on the machine that the test runs on, it may have been.
  expect((await dropped) - cutAt).toBeLessThan(2 * leaseMs);
  expect((await unseen) - cutAt).toBeLessThan(2 * leaseMs);

  network.restore();
  expect(await back).toBe('back');
  await expect.poll(isSeen).toBe(true);
});

import { afterEach, expect, test } from 'vitest';
import { TestPlayer } from '../rooms/player.ts';
import { RawClient } from '../support/rawClient.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
afterEach(() => server.stop());

test('each connection is pinged once a round, and not all of them in one go', { timeout: 30_000 }, async () => {
  const roundMs = 1000;
  server = await startServer({ LEASE_S: `${(3 * roundMs) / 1000}` });
  const user = await server.client('ann');
  const all = await Promise.all(Array.from({ length: 40 }, () => RawClient.join(server.url, user, 'create/recall')));
  const heardAt: number[] = [];
  const rounds = 3;
  const hearing = all.map(
    ({ socket }) =>
      new Promise<number>((resolve) => {
        let [pings, first] = [0, 0];
        socket.on('ping', () => {
          const now = performance.now();
          heardAt.push(now);
          if (pings++ === 0) first = now;
          else if (pings === rounds + 1) resolve((now - first) / rounds);
        });
      }),
  );
  const apartMs = await Promise.all(hearing);
  // Late they may be, on a busy machine, but not before their time.
  expect(Math.min(...apartMs)).toBeGreaterThan(roundMs / 2);
  // In one go, as many come within a twentieth of a round.
  const order = heardAt.toSorted((a, b) => a - b);
  const inOneGo = order.map((at) => order.filter((other) => other >= at && other < at + roundMs / 20).length);
  expect(Math.max(...inOneGo)).toBeLessThan(all.length);
});

test('who answers no ping for six seconds is gone, and nobody else is', { timeout: 30_000 }, async () => {
  server = await startServer({ LEASE_S: '1' });
  const ann = new TestPlayer(await (await server.client('ann')).create('recall', {}));
  const eve = await RawClient.join(server.url, await server.client('eve'), `joinById/${ann.roomId}`);
  await ann.sees(({ players }) => players.get(eve.reservation.sessionId)?.connected === true);
  const since = performance.now();
  eve.stopReading();
  await ann.sees(({ players }) => players.get(eve.reservation.sessionId)?.connected === false);
  expect(performance.now() - since).toBeGreaterThan(5_000);
  await ann.ask('ping');
});

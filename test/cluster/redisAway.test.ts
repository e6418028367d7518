import { setImmediate, setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Cluster } from '../../harness/cluster.ts';
import { Party } from '../../harness/party.ts';
import { guestOf, killAll } from '../../harness/process.ts';

let cluster: Cluster;
afterEach(async () => {
  await killAll();
  await cluster.stop();
});

const awayMs = 10_000;
const betweenMs = 250;

test('Redis is away for ten seconds: rooms stand still, nothing is lost, and they go on when it is back', async () => {
  cluster = await Cluster.start();
  const party = await Party.begin({ urls: cluster.urls, seed: 8, room: { turn_time_limit: 5 } });
  const [ann, ben] = party.witnesses as [Party['witnesses'][0], Party['witnesses'][0]];
  const stranger = await guestOf(cluster.front.url, 'Zoe');
  await party.moves(4);

  const stoppedAt = performance.now();
  await cluster.redis.stop();
  const told = (type: string) =>
    Promise.all(party.witnesses.map((one) => one.sees((witness) => witness.messages(type).length > 0)));
  await told('paused');
  expect(performance.now() - stoppedAt).toBeLessThan(1000);
  await setImmediate();
  const { length } = ann.messages('match_event');
  const accepted = party.accepted;

  // Who loses the connection now can't be sat down again until Redis is back; the SDK goes on trying.
  ben.room.connection.close();

  // As long as it lasts, whoever comes is told at once.
  let calls = 0;
  for (; performance.now() - stoppedAt < awayMs; calls++) {
    await setTimeout(betweenMs);
    const askedAt = performance.now();
    const calling = [
      () => stranger.create('recall', { max_players: 2, bots: 1 }),
      () => stranger.joinById(party.roomId),
      () => stranger.joinOrCreate('recall', { random: true }),
    ][calls % 3] as () => Promise<unknown>;
    const error = await calling().then(
      () => expect.fail('nothing can be stored'),
      (error) => error,
    );
    expect(error).toMatchObject({ code: 503, message: expect.stringContaining('UNAVAILABLE') });
    expect(performance.now() - askedAt).toBeLessThan(2000);
  }
  expect(calls).toBeGreaterThan(3);
  expect(ann.messages('match_event')).toHaveLength(length);
  expect(party.accepted).toBe(accepted);

  await cluster.redis.start();
  await ann.sees((witness) => witness.messages('resumed').length > 0);
  await party.finished();
  expect(party.witnesses.map((one) => one.told.filter(({ kind }) => kind === 'back').length)).toEqual([1, 2]);
  expect(ben.gaveUp).toEqual([]);
  expect(await party.faults(cluster.read)).toEqual([]);
  const later = await stranger.create('recall', { max_players: 2, bots: 1 });
  await later.leave();
});

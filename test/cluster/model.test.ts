import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { Cluster } from '../../harness/cluster.ts';
import { killAll } from '../../harness/process.ts';
import { unlimited } from '../../harness/unlimited.ts';
import { anyStep, type Choice, type ModelStep } from './modelSteps.ts';
import { seatsAtRandom, World } from './modelWorld.ts';

/**
 * Random lives of rooms and people, on two processes that are killed and started again, against a plain model (model.ts).
 * MODEL_RUNS=50 tries more of them, MODEL_SEED=… others, MODEL_STEPS=… longer ones:
 *
 *     MODEL_RUNS=50 MODEL_SEED=$RANDOM MODEL_STEPS=40 npx vitest run test/cluster/model.test.ts
 */
const { MODEL_RUNS: runs = '1', MODEL_SEED: seed = '4', MODEL_STEPS: steps = '40' } = process.env;

const times = { grace: 2000, empty: 500, ttl: 6000, presenceGrace: 2000, awayAfter: 2500 };
const inSeconds = (ms: number) => `${ms / 1000}`;
const settings = {
  RECONNECT_GRACE_S: inSeconds(times.grace),
  EMPTY_ROOM_S: inSeconds(times.empty),
  ROOM_TTL_S: inSeconds(times.ttl),
  PRESENCE_GRACE_S: inSeconds(times.presenceGrace),
  AWAY_AFTER_S: inSeconds(times.awayAfter),
  ...{ RANDOM_JOIN_DELAY_S: '3600', RANDOM_JOIN_MAX_PLAYERS: `${seatsAtRandom}` },
  LEASE_S: '2',
  ...unlimited,
};

// There the SDK tells of each lost connection.
let cluster: Cluster;
beforeAll(async () => {
  cluster = await Cluster.start(2, settings);
}, 60_000);
afterAll(async () => {
  await killAll();
  await cluster.stop();
});

test('public lists, users’ rooms and presence are as the model has them, after each step of random lives', async () => {
  let run = 0;
  const lives = fc.record({
    steps: fc.array(anyStep, { minLength: Number(steps), maxLength: Number(steps) }),
    end: fc.constantFrom('leave', 'expire'),
  });
  const live = async ({ steps, end }: { steps: readonly (readonly [ModelStep, Choice])[]; end: string }) => {
    run += 1;
    const world = await World.begin(
      cluster,
      times,
      ['ann', 'bob', 'carl', 'dora'].map((name) => `${name}_${run}`),
    );
    try {
      for (const [step, choice] of steps) {
        await world.take(step, choice);
        await world.agree();
      }
      await world.startAgain();
      await (end === 'leave' ? world.leaveAll() : world.settle({ all: true }));
      await world.leaveAll();
      await world.settle();
      await world.noRoomIsLeft();
    } catch (error) {
      throw new Error(`${(error as Error).message}\nafter: ${[...world.done, end].join(', ')}`);
    }
  };
  // To find a shorter one would take longer than to read what has happened.
  await fc.assert(fc.asyncProperty(lives, live), { numRuns: Number(runs), seed: Number(seed), endOnFailure: true });
}, 3_600_000);

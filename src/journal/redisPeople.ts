import type { Person } from './journal.ts';
import { everyPeople, peopleOf } from './redisKeys.ts';
import type { RedisPipelines } from './redisPipelines.ts';
import { ERASE } from './redisScripts.ts';

/** So many keys are looked at in one step of a search through all of Redis. */
const atOnce = 1_000;

/** People as the scripts take them: how many there are, the key of each, and who they are. */
export const asArgs = (people: readonly Person[]): (string | number)[] => [
  people.length,
  ...people.flatMap(({ key, userId, name }) => [key, JSON.stringify([userId, name])]),
];

/** Whom a hash of people has, as Redis answers with it. */
export const peopleIn = (hash: Readonly<Record<string, string>>): Person[] =>
  Object.entries(hash).map(([key, who]) => {
    const [userId, name] = JSON.parse(who) as [string, string];
    return { key, userId, name };
  });

/** Whom the entries and replays of each room name: a hash for each. */
export class RedisPeople {
  readonly #pipeline: RedisPipelines;

  constructor(pipeline: RedisPipelines) {
    this.#pipeline = pipeline;
  }

  async of(roomId: string): Promise<readonly Person[]> {
    const pairs = await this.#pipeline.call<string[]>('HGETALL', peopleOf(roomId));
    return peopleIn(
      Object.fromEntries(pairs.flatMap((key, i) => (i % 2 === 0 ? [[key, pairs[i + 1] as string]] : []))),
    );
  }

  /** Asked seldom: it looks at every room there is. */
  async erase(userId: string): Promise<number> {
    let erased = 0;
    for await (const keys of this.#pipeline.keys(everyPeople, atOnce)) {
      const counts = await Promise.all(keys.map((key) => this.#pipeline.run<number>(ERASE, [key], [userId])));
      for (const count of counts) erased += count;
    }
    return erased;
  }
}

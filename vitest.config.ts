import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Of what has no state of its own. */
const pure = ['test/{game,bots,fairness,simulation}/**/*.test.ts'];
/** Of servers in the process of the test, which leave nothing of theirs in it. */
const inProcess = ['test/{rooms,matchmaking,table,colyseus,http,people,file,journal,ops,sockets,web}/**/*.test.ts'];
/** Files that start processes take the longest, and begin first: in the end there are short ones for every worker. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) =>
      !/\/test\/(rooms|matchmaking|table|colyseus|http|people|journal|ops|sockets|web|docs|clients)\//.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    pool: 'forks',
    sequence: { sequencer: LongFirst },
    // Half of their time they wait. With a fourth, clusters of ten processes each keep one another from answering in time.
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: 'rules', include: pure, isolate: false } },
      { extends: true, test: { name: 'server', include: inProcess, isolate: false } },
      // A process for each file: Colyseus' matchmaker and its signal handlers are global to a process.
      { extends: true, test: { name: 'site', include: ['test/**/*.test.ts'], exclude: [...pure, ...inProcess] } },
    ],
    // What `colyseus` brings would tell of each file with settings that it finds.
    env: { DOTENV_CONFIG_QUIET: 'true' },
    expect: { poll: { timeout: 10_000 } },
    setupFiles: ['test/support/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

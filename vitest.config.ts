import { defineConfig } from 'vitest/config';

/** Of what has no state of its own. */
const pure = ['test/{game,bots,fairness,simulation}/**/*.test.ts'];
/** Of servers in the process of the test, which leave nothing of theirs in it. */
const inProcess = ['test/{rooms,matchmaking,table,colyseus,http,people,journal,ops,sockets,web}/**/*.test.ts'];
export default defineConfig({
  test: {
    pool: 'forks',
    // Half of their time they wait.
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: 'rules', include: pure, isolate: false } },
      { extends: true, test: { name: 'server', include: inProcess, isolate: false } },
      // A process for each file: Colyseus' matchmaker and its signal handlers are global to a process.
      { extends: true, test: { name: 'site', include: ['test/**/*.test.ts'], exclude: [...pure, ...inProcess] } },
    ],
    expect: { poll: { timeout: 10_000 } },
    setupFiles: ['test/support/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

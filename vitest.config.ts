import { defineConfig } from 'vitest/config';

/** Of what has no state of its own: their files can share a process. */
const pure = ['test/{game,bots,fairness}/**/*.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    // Half of their time they wait.
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: 'rules', include: pure, isolate: false } },
      // A process for each file: Colyseus' matchmaker and its signal handlers are global to a process.
      { extends: true, test: { name: 'server', include: ['test/**/*.test.ts'], exclude: pure } },
    ],
    expect: { poll: { timeout: 10_000 } },
    setupFiles: ['test/support/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A process for each file: Colyseus' matchmaker and its signal handlers are global to a process.
    pool: 'forks',
    // Half of their time they wait.
    maxWorkers: 3,
    expect: { poll: { timeout: 10_000 } },
    setupFiles: ['test/support/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The cluster under PM2: docs/operations.md has the commands. Every setting of the README comes from the environment; the
 * first three have to be set: REDIS_URL, JWT_SECRET and NODE_ENV=production.
 */
const bundled = join(import.meta.dirname, 'node_modules/.bin/node');

export const apps = [
  {
    name: 'recall',
    cwd: import.meta.dirname,
    script: 'src/main.ts',
    // Node 24 or newer; npm brings one. PM2 itself may run on an older one.
    interpreter: existsSync(bundled) ? bundled : 'node',

    // So many processes: about one a core, and two or more, so that one always serves while another is replaced.
    instances: Number(process.env.INSTANCES ?? 2),
    // Each process has a port of its own: PORT, PORT + 1, … (PM2 numbers them in NODE_APP_INSTANCE). Not `cluster`: there
    // all would share one port, and a player's connection would reach any of them but the one that was meant.
    exec_mode: 'fork',
    instance_var: 'NODE_APP_INSTANCE',

    // The next process is replaced when this one says that it serves, which it does when /health/ready would say so for the
    // first time; or after this time, ms.
    wait_ready: true,
    listen_timeout: 20_000,
    // SIGTERM makes a process hand its rooms over; SIGKILL comes after this time, ms. A few seconds are what it needs; a
    // slow Redis and thousands of rooms take longer. Killed too early, its rooms are taken over all the same, only later.
    kill_timeout: 20_000,
    // A mistake in the settings (src/config.ts, misconfiguredExitCode): to start it again would be of no use.
    stop_exit_codes: [78],
    // A process that ends within this time, ms, is tried so often, and at this pace, ms.
    min_uptime: 5_000,
    max_restarts: 10,
    restart_delay: 1_000,
    // Restart a process that has grown beyond this; its rooms move to the others first. Unset, none is: a process that is
    // short of memory lets nobody new in, and its tables go on (MAX_MEMORY_MB), which has to be less than this.
    ...(process.env.MAX_MEMORY && { max_memory_restart: process.env.MAX_MEMORY }),

    // Logs are JSON lines with a time already.
    time: false,
    merge_logs: true,
  },
];

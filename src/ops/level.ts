import type { Log } from './log.ts';

/** At each SIGUSR2 the log says everything, or again what `LOG_LEVEL` has it say. */
export function switchLevel(log: Log): void {
  const { level: standard } = log;
  process.on('SIGUSR2', () => {
    const to = log.level === 'debug' ? standard : 'debug';
    log.level = 'debug';
    log.info({ to }, 'the level of the log was changed');
    log.level = to;
  });
}

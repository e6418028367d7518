import { type ChildProcess, spawn } from 'node:child_process';

/** Kills a process when this one has ended, however that came: its end of the pipe is closed then. */
export function killWithThisProcess(child: ChildProcess): void {
  const script = `cat >/dev/null; kill -9 ${child.pid}`;
  const watchdog = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watchdog.unref();
  child.once('exit', () => watchdog.kill('SIGKILL'));
}

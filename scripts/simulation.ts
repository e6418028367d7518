// npm run simulation: rooms with trouble in virtual time, a seed each (test/simulation). The same seed gives the same run.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { numberFrom, readOptions } from '../harness/arguments.ts';
import { Counts } from '../simulation/counts.ts';
import { type Run, simulate } from '../simulation/simulate.ts';

const usage = 'npm run simulation -- [--seeds 10000] [--from 1] [--trace]';

if (isMainThread) await main();
else await work(workerData as Share);

/** The seeds of one thread: every `step`-th from `from` on, below `to`. */
interface Share {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

async function main(): Promise<void> {
  const { from, seeds, trace } = options();
  if (trace) return traced(from);
  const startedAt = performance.now();
  const counts = new Counts();
  let [failed, tried] = [0, 0];
  const progress = setInterval(() => console.log(`${tried} of ${seeds} seeds, ${failed} failed`), 10_000).unref();
  const threads = Math.min(availableParallelism(), seeds);
  const done = Array.from({ length: threads }, (_, i) => {
    const share: Share = { from: from + i, to: from + seeds, step: threads };
    const worker = new Worker(new URL(import.meta.url), { workerData: share });
    worker.on('message', ({ seed, objection, counts: counted }: Run) => {
      tried++;
      for (const [thing, times] of Object.entries(counted)) counts.add(thing as keyof Run['counts'], times);
      if (objection === null) return;
      failed++;
      console.log(`seed ${seed}: ${objection}`);
    });
    return new Promise<void>((resolve, reject) => worker.on('exit', () => resolve()).on('error', reject));
  });
  await Promise.all(done);
  clearInterval(progress);
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(
    `${seeds} seeds from ${from} in ${seconds.toFixed(1)} s, ${failed} failed\n\n${counts.lines().join('\n')}`,
  );
  if (failed > 0) console.log('\nTo see what happened: npm run simulation -- --trace --from <seed>');
  process.exitCode = failed > 0 ? 1 : 0;
}

async function work({ from, to, step }: Share): Promise<void> {
  // Refusals of the journal are thrown by the thousand, and nobody looks where.
  Error.stackTraceLimit = 0;
  for (let seed = from; seed < to; seed += step) parentPort?.postMessage(await simulate(seed));
}

async function traced(seed: number): Promise<void> {
  const { objection } = await simulate(seed, { trace: console.log });
  console.log(`seed ${seed}: ${objection ?? 'all is well'}`);
  process.exitCode = objection === null ? 0 : 1;
}

function options(): { from: number; seeds: number; trace: boolean } {
  return readOptions((args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seeds: { type: 'string', default: '10000' },
        from: { type: 'string', default: '1' },
        trace: { type: 'boolean', default: false },
      },
    });
    const { seeds, from, trace } = values;
    return { seeds: wholeNumber('seeds', seeds), from: wholeNumber('from', from), trace };
  }, usage);
}

function wholeNumber(name: string, text: string): number {
  return numberFrom(name, text, 1, 1_000_000_000);
}

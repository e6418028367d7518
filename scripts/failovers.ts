// npm run failovers -- [--kind sentinel|cluster] [--failovers 20] [--wait-replicas 1] [--seed 1] [--matches 8] [--processes 2]
// Kills the primary of a real Redis (Sentinels, or a Redis Cluster) and throws its disk away, again and again, while matches are played on real processes,
// and checks that each room has one owner and goes on; with --wait-replicas, that nothing acknowledged is lost.

import { parseArgs } from 'node:util';
import { numberFrom, oneOf, readOptions } from '../harness/arguments.ts';
import { failOverAgain, failoverKinds, failoverSummary } from '../harness/failovers.ts';
import { anySeed } from '../harness/random.ts';
import { silenceSdk } from '../harness/silence.ts';

const text = { type: 'string' } as const;
const options = readOptions((args) => {
  const { values } = parseArgs({
    args: [...args],
    options: { kind: text, failovers: text, 'wait-replicas': text, seed: text, matches: text, processes: text },
  });
  const number = (name: keyof typeof values, standard: number, min = 1) =>
    numberFrom(name, values[name] ?? `${standard}`, min, 1_000_000_000);
  return {
    kind: oneOf('kind', values.kind ?? 'sentinel', failoverKinds),
    waitReplicas: number('wait-replicas', 0, 0),
    failovers: number('failovers', 20),
    seed: number('seed', anySeed()),
    matches: number('matches', 8),
    processes: number('processes', 2),
  };
}, 'npm run failovers -- [--kind sentinel|cluster] [--failovers 20] [--wait-replicas 0] [--seed 1] [--matches 8] [--processes 2]');

silenceSdk();
const { kind, failovers, seed, waitReplicas } = options;
console.log(`seed ${seed}: ${failovers} failovers (${kind}), WAIT_REPLICAS=${waitReplicas}`);
const report = await failOverAgain({ ...options, tell: console.log });
console.log(`\n${failoverSummary(report)}`);
const mayLose = waitReplicas === 0;
process.exit(report.faults.length + report.stuck.length + (mayLose ? 0 : report.lost.length) > 0 ? 1 : 0);

// npm run upgrade-test [-- --tables 20]
// Matches that go through processes of the last release, of the working tree, and of the last release again, by SIGTERM
// and by kill -9, with a checker of all that players were told. Ends with 1 where something was lost, or a deploy left
// somebody without their table for longer than it should.
import { readNumbers } from '../harness/arguments.ts';
import { Build, lastVersion } from '../harness/build.ts';
import { silenceSdk } from '../harness/silence.ts';
import { upgradeAndBack } from '../harness/upgrade.ts';
import { closeCodes } from '../src/protocol/errors.ts';

const longestSilenceMs = 1000;
const { tables } = readNumbers({ tables: 20 }, 'npm run upgrade-test -- [--tables 20]');
silenceSdk();

let failed = false;
for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  const builds = [Build.lastRelease(), Build.workingTree] as const;
  const { moves, faults, gaveUp, silences } = await upgradeAndBack({ builds, signals: [signal], tables, thinkMs: 500 });
  console.log(
    `${tables} matches through ${lastVersion()}, the working tree and ${lastVersion()} by ${signal}: ${moves} moves, ` +
      `${faults.length} faults, the SDK gave up ${gaveUp.length} times, ` +
      `longest silences ${silences.map((ms) => `${(ms / 1000).toFixed(2)} s`).join(', ')}`,
  );
  for (const fault of faults.slice(0, 50)) console.log(fault);
  failed ||= faults.length > 0 || gaveUp.some((code) => code !== closeCodes.comeAnew);
  failed ||= signal === 'SIGTERM' && Math.max(...silences) > longestSilenceMs;
}
process.exit(failed ? 1 : 0);

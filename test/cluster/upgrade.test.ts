import { afterEach, expect, test } from 'vitest';
import { Build } from '../../harness/build.ts';
import { inFile, Party } from '../../harness/party.ts';
import { killAll, Process } from '../../harness/process.ts';
import { ending, endless, upgradeAndBack } from '../../harness/upgrade.ts';

afterEach(killAll);

// The whole of it, with twenty matches: npm run upgrade-test.
test('matches go through processes of the last release, of this version and of the last release again, and lose nothing', async () => {
  const report = await upgradeAndBack({
    builds: [Build.lastRelease(), Build.workingTree],
    signals: ['SIGTERM', 'SIGKILL', 'SIGKILL', 'SIGTERM'],
    tables: 3,
    thinkMs: 100,
  });
  expect(report).toMatchObject({ faults: [], gaveUp: [] });
});

test('the one process with its file is upgraded and rolled back, and a match goes on each time', async () => {
  const before = Build.lastRelease();
  const server = await Process.start({}, { path: before.main });
  const party = await Party.begin({ urls: [server.url], seed: 1, bots: 0, style: endless });
  await party.playOn();
  for (const [signal, build] of [['SIGKILL', Build.workingTree] as const, ['SIGTERM', before] as const]) {
    await server.end(signal);
    await server.start(build);
    await party.playOn();
  }
  for (const one of party.witnesses) one.plays(ending);
  await party.finished();
  expect(await party.faults(inFile(server.folder))).toEqual([]);
});

import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { Build, removeBuilds } from '../../harness/build.ts';
import { inFile, Party } from '../../harness/party.ts';
import { killAll, Process } from '../../harness/process.ts';
import { schemaOf } from '../../harness/stateSchema.ts';
import { ending, endless, upgradeAndBack } from '../../harness/upgrade.ts';
import { closeCodes } from '../../src/protocol/errors.ts';

vi.setConfig({ testTimeout: 120_000 });

afterEach(killAll);
afterAll(removeBuilds);

const lastRelease = Build.lastRelease();

// The whole of it, with twenty matches: npm run upgrade-test.
test('matches go through processes of the last release, of this version and of the last release again, and lose nothing', async () => {
  const report = await upgradeAndBack({
    builds: [lastRelease, Build.workingTree],
    signals: ['SIGTERM', 'SIGKILL', 'SIGKILL', 'SIGTERM'],
    tables: 3,
    thinkMs: 100,
  });
  expect(report.faults).toEqual([]);
  // Where the state has another schema, each of them is sent for a new decoder.
  const isSame = isDeepStrictEqual(await schemaOf('.'), await schemaOf(lastRelease.folder));
  expect(report.gaveUp.filter((code) => isSame || code !== closeCodes.comeAnew)).toEqual([]);
});

test('the one process with its file is upgraded and rolled back, and a match goes on each time', async () => {
  const server = await Process.start({}, { path: lastRelease.main });
  const party = await Party.begin({ urls: [server.url], seed: 1, bots: 0, style: endless });
  await party.playOn();
  for (const [signal, build] of [['SIGKILL', Build.workingTree] as const, ['SIGTERM', lastRelease] as const]) {
    await server.end(signal);
    await server.start(build);
    await party.playOn();
  }
  for (const one of party.witnesses) one.plays(ending);
  await party.finished();
  expect(await party.faults(inFile(server.folder))).toEqual([]);
});

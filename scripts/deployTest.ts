// npm run deploy-test [-- --processes 2,4 --tables 20]
// Deploys of a site as docs/operations.md has it, with Debian's nginx and PM2: players at tables of two, newcomers, and
// Chromium, while all processes are replaced three times, once by a build with another page and another server.
import { strict as assert } from 'node:assert';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { readNumbers } from '../harness/arguments.ts';
import { chromiumPath } from '../harness/chromium.mjs';
import { DeployCrowd } from '../harness/deployCrowd.ts';
import { DeployedSite } from '../harness/deployedSite.ts';

const longestSilenceMs = 2000;
const { processes, tables } = readNumbers(
  { processes: [2, 4], tables: 20 },
  'npm run deploy-test -- [--processes 2,4] [--tables 20]',
);
// Each retry of an SDK is a line of its own.
console.info = () => {};

for (const size of processes) await deploy(size, tables);
// Players look for their tables still, on a site that is there no more.
process.exit();

async function deploy(processes: number, tables: number): Promise<void> {
  const site = await DeployedSite.open(processes);
  // PM2's daemon would live on, with all that it runs.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void site.close().finally(() => process.exit(1)));
  }
  const crowd = await DeployCrowd.sitDown(site, tables, 1000);
  const rematches = keepPlaying(crowd);
  const pages = lookAtPages(site.url);
  const silences: number[] = [];
  try {
    for (let reload = 1; reload <= 3; reload++) {
      if (reload === 2) await site.editBuild();
      const from = performance.now();
      await site.reload();
      await crowd.playOn();
      const silence = Math.max(...crowd.silences.splice(0));
      silences.push(silence);
      console.log(
        `${processes} processes, ${2 * tables} players, reload ${reload}: ${seconds(performance.now() - from)}, ` +
          `longest silence ${seconds(silence)}, ${crowd.newcomers} newcomers so far`,
      );
    }
    const { builds, blank } = await pages.stop();
    await crowd.end();
    const failed = site.answers().filter((answer) => / 5\d\d$/.test(answer));
    assert.deepEqual(crowd.failures, [], 'newcomers who were refused');
    assert.deepEqual(failed, [], 'calls that failed');
    assert.deepEqual(
      crowd.witnesses.flatMap(({ gaveUp }) => gaveUp),
      [],
      'players whose SDK gave up',
    );
    assert.equal(blank, 0, 'blank pages');
    assert.equal(builds.size, 2, 'pages of both builds were seen');
    assert(Math.max(...silences) < longestSilenceMs, 'somebody was without their table for too long');
    for (const port of site.ports) {
      const live = (await (await fetch(`http://127.0.0.1:${port}/health/live`)).json()) as { build?: string };
      assert.equal(live.build, 'another', 'a process that runs the server of before');
    }
    console.log(
      `${processes} processes: ${site.answers().length} calls, none failed; ${pages.count()} pages, none blank`,
    );
  } finally {
    rematches.abort();
    await Promise.allSettled([pages.stop(), crowd.end()]);
    await site.close();
  }
}

/** A match that is over begins anew. */
function keepPlaying(crowd: DeployCrowd): AbortController {
  const over = new AbortController();
  for (const party of crowd.parties) {
    void (async () => {
      while (!over.signal.aborted) {
        await party.finished();
        await party.witnesses[0]?.ask('start_match').catch(() => {});
        await delay(100);
      }
    })();
  }
  return over;
}

/** Opens the page again and again in a browser that has never been there. */
function lookAtPages(url: string) {
  const builds = new Set<string | null>();
  const over = new AbortController();
  let [count, blank] = [0, 0];
  const looking = (async () => {
    const executablePath = chromiumPath() ?? '';
    const args = ['--no-sandbox', '--disable-gpu', '--disable-quic'];
    const browser = await chromium.launch({ executablePath, args });
    for (; !over.signal.aborted; await delay(500)) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(url);
      const isThere = await page
        .getByRole('button')
        .first()
        .waitFor({ timeout: 15_000 })
        .then(
          () => true,
          () => false,
        );
      count++;
      if (!isThere) blank++;
      builds.add(await page.locator('html').getAttribute('data-build'));
      await context.close();
    }
    await browser.close();
  })();
  return {
    count: () => count,
    async stop() {
      over.abort();
      await looking;
      return { builds, blank };
    },
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

// npm run frames -- http://localhost:2567: how smoothly Chromium deals eight hands in the page, by its own trace.
import { type Browser, type CDPSession, chromium } from 'playwright-core';
import { chromiumPath } from '../harness/chromium.mjs';

const url = process.argv[2] ?? 'http://localhost:2567';
const devices = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 },
};
/** From the first card that flies to the last that lands (web/view/motion.ts). */
const flyingMs = { from: 120, to: 120 + 31 * 35 + 380 };

interface TraceEvent {
  readonly name: string;
  /** Microseconds. */
  readonly ts: number;
}

const browser = await chromium.launch({
  executablePath: chromiumPath() ?? '',
  args: ['--no-sandbox', '--disable-gpu'],
});
for (const [device, options] of Object.entries(devices)) {
  for (let run = 1; run <= 3; run++) console.log(`${device}, run ${run}: ${describe(await deal(browser, options))}`);
}
await browser.close();

/** The times between the frames that were drawn while the cards flew, in ms. */
async function deal(browser: Browser, options: object): Promise<number[]> {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(url);
  for (let more = 0; more < 4; more++) await page.getByRole('button', { name: 'One more' }).first().click();
  const session = await page.context().newCDPSession(page);
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['viz', 'blink.user_timing'] },
  });
  const marked = `new MutationObserver((_, observer) => {
    if (!document.querySelector('.own .slot')) return;
    observer.disconnect();
    requestAnimationFrame(() => performance.mark('dealt'));
  }).observe(document.body, { childList: true, subtree: true })`;
  await page.evaluate(marked);
  await page.getByRole('button', { name: /^Play against/ }).click();
  await page.getByRole('region', { name: 'Your cards' }).waitFor();
  await page.waitForTimeout(flyingMs.to + 300);
  const events = await traced(session);
  await page.context().close();

  const start = events.find((event) => event.name === 'dealt')?.ts ?? 0;
  const frames = events
    .filter((event) => event.name === 'DirectRenderer::DrawFrame')
    .map((event) => (event.ts - start) / 1000)
    .filter((at) => at >= flyingMs.from && at <= flyingMs.to)
    .sort((a, b) => a - b);
  return frames.slice(1).map((at, i) => at - (frames[i] ?? at));
}

async function traced(session: CDPSession): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  return events;
}

function describe(gaps: readonly number[]): string {
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const late = gaps.filter((gap) => gap > 25).length;
  const longest = Math.max(...gaps);
  return `${gaps.length + 1} frames, ${(1000 / mean).toFixed(1)} a second, longest ${longest.toFixed(1)} ms, ${late} late`;
}

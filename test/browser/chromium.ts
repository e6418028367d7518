import { type Browser, type BrowserContextOptions, chromium, type Page, type WebSocket } from 'playwright-core';
import { afterAll, afterEach, expect } from 'vitest';
import { chromiumPath } from '../../harness/chromium.mjs';
// Hooks run in the reverse order of their making: pages are closed before their server is killed.
import './game.ts';

/** Chromium, and pages that are asserted to be clean: no error in the console, nothing asked of another host. */

const executablePath = chromiumPath() ?? '';
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

let browser: Promise<Browser> | undefined;
const opened: { page: Page; problems: string[] }[] = [];

afterEach(async () => {
  const problems = opened.flatMap((one) => one.problems);
  await Promise.all(opened.splice(0).map(({ page }) => page.context().close()));
  expect(problems).toEqual([]);
});
afterAll(async () => (await browser)?.close());

export interface PageOptions extends BrowserContextOptions {
  /** Lines in the console that the test means to provoke: the browser itself reports a call that is refused. */
  readonly expected?: RegExp;
}

/** What the browser writes when a call is refused, or a connection fails: no fault of the page. */
export const refusedCalls = /^Failed to load resource: the server responded with a status of 4\d\d/;
export const lostConnections = /^(Failed to load resource: net::ERR_|WebSocket connection to .* failed)/;

/** A page of a browser of its own: its own guest. */
export async function openPage(url: string, { expected, ...options }: PageOptions = {}): Promise<Page> {
  browser ??= chromium.launch({ executablePath, args });
  // Nothing moves unless a test asks for it: a third of what a browser costs is painting.
  const look = { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...options } as const;
  const context = await (await browser).newContext(look);
  return openTab(await context.newPage(), url, expected);
}

const sockets = new WeakMap<Page, Set<WebSocket>>();

/** The addresses that a page has an open connection to. */
export const connectionsOf = (page: Page): string[] => [...(sockets.get(page) ?? [])].map((socket) => socket.url());

/** Loads a page and watches it. */
export async function openTab(page: Page, url: string, expected?: RegExp): Promise<Page> {
  const problems: string[] = [];
  opened.push({ page, problems });
  const open = new Set<WebSocket>();
  sockets.set(page, open);
  page.on('websocket', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  page.setDefaultTimeout(15_000);
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected?.test(message.text())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
  page.on('request', (request) => {
    if (new URL(request.url()).host !== new URL(url).host) problems.push(`asked another host: ${request.url()}`);
  });
  await page.goto(url);
  return page;
}

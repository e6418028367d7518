// npm run screenshots [-- --widths 360,1280 --players 3 --out docs/images]
// Plays in Chromium and writes the main views, in each width (px), light and dark.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Client, type Room } from '@colyseus/sdk';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { numberFrom, readOptions } from '../harness/arguments.ts';
import { chromiumPath } from '../harness/chromium.mjs';
import { PagePlayer } from '../harness/pagePlayer.ts';
import { serve } from '../harness/serve.ts';

const { widths, players, out } = readOptions((args) => {
  const text = (standard: string) => ({ type: 'string', default: standard }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: { widths: text('360,1280'), players: text('3'), out: text('docs/images') },
  });
  return {
    widths: values.widths.split(',').map((width) => numberFrom('widths', width, 320, 3840)),
    players: numberFrom('players', values.players, 2, 8),
    out: values.out,
  };
}, 'npm run screenshots -- [--widths 360,1280] [--players 3] [--out docs/images]');
const images = resolve(out);
const settings = {
  HOST: '127.0.0.1',
  PORT: '0',
  SAME_RANK_WINDOW_S: '2',
  BOT_DELAY_MIN_S: '0.1',
  BOT_DELAY_MAX_S: '0.3',
};

/** Below this a page is a phone's, or a tablet's; px. */
const phoneBelow = 600;
const tabletBelow = 1024;
const devices = widths.map((width): [name: string, BrowserContextOptions] => {
  if (width >= tabletBelow) return ['desktop', { viewport: { width, height: 800 } }];
  const isPhone = width < phoneBelow;
  const viewport = { width, height: isPhone ? 740 : 1024 };
  return [isPhone ? 'phone' : 'tablet', { viewport, deviceScaleFactor: 2, hasTouch: true, isMobile: true }];
});
const colours = ['light', 'dark'] as const;
/** Cards have to land, and what fades in to be there, before they are photographed. */
const settleMs = 300;
const landed = 'Promise.all(document.getAnimations().map((one) => one instanceof CSSAnimation || one.finished))';

const folder = mkdtempSync(join(tmpdir(), 'recall-'));
mkdirSync(images, { recursive: true });
const server = serve({ PATH: process.env.PATH, DATA_DIR: folder, LOG_LEVEL: 'warn', ...settings });
const browser = await chromium.launch({
  executablePath: chromiumPath() ?? '',
  args: ['--no-sandbox', '--disable-gpu'],
});
/** What waits in the lobby. */
const publicRooms: { names: [string, ...string[]]; options: object }[] = [
  { names: ['Dora', 'Emil'], options: { max_players: 4 } },
  { names: ['Fay'], options: { max_players: 2, game_type: 'clear', turn_time_limit: 15 } },
  { names: ['Gus', 'Hedy', 'Ida'], options: { max_players: 6, turn_time_limit: 60 } },
];

let open: Room[] = [];
try {
  const url = await server.url;
  open = (await Promise.all(publicRooms.map(({ names, options }) => openRoom(url, names, options)))).flat();
  for (const [device, options] of devices) {
    const looks = await Promise.all(
      colours.map((colorScheme) => enterLobby(browser, url, { ...options, colorScheme }, `${device}-${colorScheme}`)),
    );
    await Promise.all(looks.map(play));
  }
} finally {
  await Promise.all(open.map((room) => room.leave()));
  await browser.close();
  server.child.kill();
  rmSync(folder, { recursive: true, force: true });
}

/** Opens a public room, and seats guests of these names in it. */
async function openRoom(url: string, [owner, ...others]: [string, ...string[]], options: object): Promise<Room[]> {
  const room = deaf(await (await guest(url)).create('recall', { ...options, name: owner }));
  const rooms = [room];
  for (const name of others) rooms.push(deaf(await (await guest(url)).joinById(room.roomId, { name })));
  return rooms;
}

/** The SDK warns of messages that nobody listens to. */
function deaf(room: Room): Room {
  room.onMessage('*', () => {});
  return room;
}

async function guest(url: string): Promise<Client> {
  const client = new Client(url);
  await client.auth.signInAnonymously();
  return client;
}

interface Look {
  readonly page: Page;
  readonly player: PagePlayer;
  shoot(view: string): Promise<void>;
}

async function enterLobby(browser: Browser, url: string, options: BrowserContextOptions, look: string): Promise<Look> {
  const page = await (await browser.newContext(options)).newPage();
  const shoot = async (view: string) => {
    await page.mouse.move(0, 0);
    await page.waitForTimeout(settleMs);
    await page.evaluate(landed);
    await page.screenshot({ path: join(images, `${view}-${look}.png`) });
    console.log(relative('.', join(images, `${view}-${look}.png`)));
  };

  await page.goto(url);
  await page.getByLabel('Your name').fill('Ann');
  const rooms = page.getByRole('region', { name: 'Open rooms' });
  await rooms.getByText('3 rooms wait').waitFor();
  await page.getByRole('heading', { name: 'Recall' }).click();
  await shoot('lobby');
  if (options.isMobile) {
    await rooms.scrollIntoViewIfNeeded();
    await shoot('rooms');
  }
  return { page, player: new PagePlayer(page), shoot };
}

async function play({ page, player, shoot }: Look): Promise<void> {
  await player.opensRoom({ seats: Math.max(players, 4) });
  for (let seated = 1; seated < players; seated++) {
    await player.press('Add a computer player');
    await page
      .getByRole('button', { name: /^Remove / })
      .nth(seated - 1)
      .waitFor();
  }
  await shoot('room');
  await player.press('Start the match');
  await player.card(2).click();
  await shoot('first-look');
  await player.card(4).click();
  await player.press('Look at both');
  await playUntilSeen(page, player, shoot);
  await page.context().close();
}

/** Plays on, match after match, until every view has been seen. */
async function playUntilSeen(page: Page, player: PagePlayer, shoot: (view: string) => Promise<void>): Promise<void> {
  const views: [string, RegExp][] = [
    ['turn', /^Play the .*, or one of yours/],
    ['window', /^Have an? .*\? Play it now/],
    ['jack', /^Your jack/],
  ];
  const title = player.actions.locator('.title');
  for (let turns = 0; views.length > 0; ) {
    await page.waitForTimeout(100);
    const words = (await title.textContent()) ?? '';
    const next = views.findIndex(([, pattern]) => pattern.test(words));
    const [view] = views[next] ?? [];
    if (view) {
      views.splice(next, 1);
      await shoot(view);
    }
    if (/^Choose two/.test(words)) await player.peeks();
    for (const name of [/^Draw a card/, /^Play the/, /^Skip/, /^Play again/]) {
      const button = player.actions.getByRole('button', { name });
      if (!(await button.isVisible())) continue;
      turns++;
      await button.click({ timeout: 1000 }).catch(() => {});
    }
    if (turns > 400) throw new Error(`never seen: ${views.map(([name]) => name)}`);
  }
  await player.playsOn(0);
  await shoot('result');
}

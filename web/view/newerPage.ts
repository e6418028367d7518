import { computed, effect, signal } from '@preact/signals';
import { publicRooms } from '../connection/publicRooms.ts';
import { link, screen } from '../state/screen.ts';
import { storage } from '../state/storage.ts';
import { sightOf, table } from '../state/table.ts';

/**
 * A server that is replaced under this page may bring another page. This one goes on with it, and loads that one where
 * nobody loses anything by it: never within a match, and not while somebody types or reads.
 */

/** Of which build this page is (web/build.mjs); the page that is worked on has none. */
const own = document.documentElement.dataset.build;
/** How one match went, and whether it was dealt fairly, stays so long in sight, ms. */
const resultMs = 30_000;
/** While processes are replaced one after the other, each may give the page of either build: one try in this time, ms. */
const againMs = 60_000;
const triedKey = 'recall.reloaded';

/** The server gives another page. */
const isOld = signal(false);
/** Something was typed or chosen on what is shown now. */
const isTouched = signal(false);
const isReading = signal(false);

const sight = computed(() => {
  const { at } = screen.value;
  return at === 'table' && table.value ? sightOf(table.value) : at;
});

/** How long the page waits until it may be loaded anew, ms; null while it may not. */
const waits = computed(() => {
  if (!isOld.value || isTouched.value || isReading.value || link.value !== 'open') return null;
  if (sight.value === 'lobby') return 0;
  const { phase, startsAt } = table.value ?? {};
  if (phase === 'dealing' || startsAt !== 0) return null;
  return sight.value === 'waiting' ? 0 : sight.value === 'result' ? resultMs : null;
});

/** Loads the server's page where that is another one, when that harms nobody. */
export function followServersPage(): void {
  if (own === undefined) return;
  // Who comes back, or comes, may be with a process that has taken the place of another.
  whenBack(() => link.value === 'open');
  whenBack(() => screen.value.at === 'table');
  whenBack(() => Array.isArray(publicRooms.value));
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void look();
  });
  sight.subscribe(() => {
    isTouched.value = false;
  });
  // Before what it leads to.
  for (const type of ['input', 'click'])
    document.addEventListener(type, () => (isTouched.value = true), { capture: true });
  // A dialog tells nobody above it.
  for (const type of ['focusin', 'close'])
    document.addEventListener(type, () => (isReading.value = !!document.querySelector('dialog[open]')), {
      capture: true,
    });
  effect(() => {
    const ms = waits.value;
    if (ms === null) return;
    const first = setTimeout(() => void reload(), ms);
    const later = setInterval(() => void reload(), ms + againMs);
    return () => {
      clearTimeout(first);
      clearInterval(later);
    };
  });
}

/** Looks whenever that becomes true. */
function whenBack(isThere: () => boolean): void {
  let before = true;
  effect(() => {
    const now = isThere();
    if (now && !before) void look();
    before = now;
  });
}

/** @returns of which build the page is that the server gives now; undefined where it gives none. */
async function look(): Promise<string | undefined> {
  try {
    // Sent only where it has changed; then the browser has it, and loads it at once.
    const response = await fetch(location.pathname, { cache: 'no-cache' });
    const build = response.ok ? / data-build="(\w+)"/.exec(await response.text())?.[1] : undefined;
    if (build !== undefined) isOld.value = build !== own;
    return build;
  } catch {
    return undefined;
  }
}

async function reload(): Promise<void> {
  const build = await look();
  if (build !== undefined && waits.value !== null && mayTry(build)) location.reload();
}

/** Where the browser keeps nothing, a page that is loaded anew would not find back to its seat. */
function mayTry(build: string): boolean {
  const [tried, at] = (storage.getItem(triedKey) ?? '').split(' ');
  if (tried === build && Math.abs(Date.now() - Number(at)) < againMs) return false;
  storage.setItem(triedKey, `${build} ${Date.now()}`);
  return storage.keepsAll;
}

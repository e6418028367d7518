import { beforeEach, expect, test } from 'vitest';
import type { CardFace, Place } from '../../src/protocol/cards.ts';
import type { CardsShown } from '../../src/protocol/toClient.ts';
import { clockMoved, happened } from '../../web/state/happened.ts';
import { serverNow } from '../../web/state/serverTime.ts';
import { hideAll, hideExpired, show, shown } from '../../web/state/shown.ts';
import { keyOf, me } from '../../web/state/table.ts';

const place = (session_id: string, slot: number): Place => ({ session_id, slot });
const seen = () => shown.value.map(keyOf);

function showing(reason: CardsShown['reason'], until_at: number, ...places: Place[]): void {
  show({ cards: places.map((one) => ({ ...one, rank: '5', suit: 'clubs', points: 5 })), reason, until_at });
}

const nine: CardFace = { rank: '9', suit: 'hearts', points: 9 };

beforeEach(() => {
  hideAll();
  me.value = 'ann';
});

test('a card is hidden at its time and not before', () => {
  showing('initial_peek', 1000, place('ann', 0), place('ann', 1));
  showing('queen_peek', 3000, place('bo', 2));
  expect(hideExpired(999)).toBe(1000);
  expect(seen()).toHaveLength(3);
  expect(hideExpired(1000)).toBe(3000);
  expect(seen()).toEqual(['bo:2']);
  expect(hideExpired(3000)).toBeNull();
  expect(seen()).toEqual([]);
});

test('a card whose time is extended is shown once, with the new time', () => {
  showing('queen_peek', 1000, place('bo', 2));
  showing('queen_peek', 2000, place('bo', 2));
  expect(seen()).toEqual(['bo:2']);
  expect(hideExpired(1500)).toBe(2000);
});

test('a card is shown as long as it was to be when the server’s clock is set (never again 49)', () => {
  for (const by_ms of [-600_000, 600_000]) {
    const now = serverNow();
    showing('queen_peek', now + 5_000, place('bo', 2));
    clockMoved({ by_ms, at: now + by_ms });
    expect(serverNow() - now - by_ms).toBeLessThan(1_000);
    expect(serverNow() - now - by_ms).toBeGreaterThanOrEqual(0);
    expect(hideExpired(serverNow())).toBe(now + by_ms + 5_000);
    hideAll();
  }
});

test('a card that is swapped away is not shown where it was', () => {
  showing('queen_peek', 1000, place('bo', 2), place('bo', 3));
  happened({ n: 1, type: 'jack_swapped', session_id: 'cy', first: place('bo', 2), second: place('cy', 0) });
  expect(seen()).toEqual(['bo:3']);
});

test('the drawn card is hidden when it is played, or takes the place of another', () => {
  showing('drawn', 1000, place('ann', -1));
  happened({ n: 1, type: 'played', ...place('ann', 1), card: nine });
  expect(seen()).toEqual([]);
});

test('another player’s play hides nothing of one’s own', () => {
  showing('drawn', 1000, place('ann', -1));
  happened({ n: 1, type: 'played', ...place('bo', -1), card: nine });
  expect(seen()).toEqual(['ann:-1']);
});

test('nothing of a match is shown in the next one', () => {
  showing('queen_peek', 1000, place('bo', 2));
  const players = ['ann', 'bo'];
  happened({ n: 1, type: 'match_started', match_number: 2, players, starter: 'bo', discard: nine, deadline_at: 0 });
  expect(seen()).toEqual([]);
});

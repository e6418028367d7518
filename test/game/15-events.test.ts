import { expect, test } from 'vitest';
import { seen } from '../../src/game/seen.ts';
import {
  begun,
  call,
  collect,
  dealt,
  draw,
  drawn,
  entrant,
  inWindow,
  look,
  peek,
  play,
  same,
  skip,
  swap,
  TestTable,
  take,
  types,
} from './kit.ts';

/** rules.md 15, word for word, but for `deal_closed`: 4-parts.test.ts has it. */
const listed = `match_started, peeked, peek_over, turn_started, drew, took, played, window_opened, same_rank_played,
  same_rank_refused, window_closed, power_opened, queen_peeked, jack_swapped, power_skipped, collected, reshuffled,
  recall_called, turn_missed, turn_passed, bot_took_over, player_back, match_ended`.split(/,\s+/);

/** Matches in which everything of the list happens. */
function everything(): TestTable[] {
  const deal = dealt({ hands: ['7h 2c 3c 4c', '8s 2d 3d 4d'] });
  deal.does(0, peek(0, 1));
  deal.waitFor('turn_started');

  const powers = inWindow({
    hands: ['Qh 2c 3c Jd', 'Qs Qc 3d 4d'],
    draw: 'Js 9c 9d 9h',
    gameType: 'classic',
    allowDiscardTake: true,
  });
  powers.does(1, same(1));
  powers.does(1, same(3));
  powers.wait(5_000);
  powers.does(0, look(1, 0));
  powers.does(1, skip);
  powers.does(1, take);
  powers.does(1, play(0));
  powers.wait(5_000);
  powers.does(1, skip);
  powers.does(0, draw);
  powers.does(0, call);
  powers.does(0, play(0));
  powers.wait(5_000);
  powers.does(0, swap(0, 1, 1, 1));

  const collecting = begun({ hands: ['7h 2c', '[5s] [5d] [5h]'], gameType: 'classic' });
  collecting.does(1, collect);

  const passing = begun({ hands: ['7h 2c', '[9c] [9d]'], draw: '', gameType: 'classic' });
  passing.wait(90_000);
  expect(types(passing.journal)).toContain('bot_took_over');
  passing.does(0, play(0));

  const refill = inWindow({ hands: ['7h 2c', '8s 2d'], draw: 'Ks' }, drawn);
  refill.wait(5_000);
  refill.does(1, draw);

  const dealtForReal = begun({ hands: ['7h 2c', '8s 2d'], maxTurns: 1 });
  dealtForReal.waitFor('match_ended');
  dealtForReal.asks(0, { type: 'start_match' });
  return [deal, powers, collecting, passing, refill, dealtForReal];
}

test('15 everything that everybody sees has its event in the list, and the list has nothing else', () => {
  const happened = everything().flatMap((t) => t.journal);
  const visible = new Set(happened.flatMap((event) => seen(event)?.type ?? []));
  expect([...visible].sort()).toEqual([...listed].sort());
});

test('15 events of the room itself are no match events', () => {
  const t = new TestTable();
  t.open({ startDelayMs: 5_000 });
  t.connect('ann');
  t.enter(entrant('bob'));
  t.connect('bob');
  t.drop('bob');
  t.asks(0, { type: 'add_bot' });
  t.leave('bob');
  t.leave('ann');
  expect(t.journal.map(seen)).toEqual(t.journal.map(() => null));
});

test('15 an event has the time at which it happened, and they are numbered', () => {
  const t = begun({ hands: ['7h 2c', '8s 2d'] });
  const before = t.room.n;
  t.wait(1_234);
  const [event] = t.does(0, draw);
  expect(event?.at).toBe(t.now);
  expect(t.room.n).toBe(before + 1);
  expect(t.room.touchedAt).toBe(t.now);
});

test('15 a power that is used is told once, with its slots', () => {
  const t = inWindow({ hands: ['Jh 2c', '8s 2d'] });
  t.wait(5_000);
  const told = t.does(0, swap(0, 0, 1, 0)).map(seen);
  expect(told.filter((event) => event?.type === 'jack_swapped')).toHaveLength(1);
});

import { expect, test } from 'vitest';
import { opportunity } from '../../src/bots/bot.ts';
import { publicView } from '../../src/game/view.ts';
import {
  begun,
  call,
  collect,
  dealt,
  draw,
  drawn,
  inWindow,
  look,
  peek,
  play,
  same,
  skip,
  type TestTable,
} from '../game/kit.ts';

const at = (t: TestTable, seat: number) => opportunity(publicView(t.room), seat);

/** The opportunities of a seat, before and after each of these. */
function seenBy(t: TestTable, seat: number, ...steps: (() => unknown)[]): (string | null)[] {
  const keys = [at(t, seat)];
  for (const step of steps) {
    step();
    keys.push(at(t, seat));
  }
  return keys;
}

const distinct = (keys: (string | null)[]) => keys.every((key, i) => keys.indexOf(key) === i);

test('there is something to decide in the initial peek, once', () => {
  const t = dealt({ hands: ['7h 2c 3c 4c', '8s 2d 3d 4d'] });
  const [before, after] = seenBy(t, 0, () => t.does(0, peek(0, 1)));
  expect(before).not.toBeNull();
  expect(after).toBeNull();
  expect(at(t, 1)).toBe(before);
});

test('each step of a turn is another opportunity, and so is playing after a call', () => {
  const t = begun({ hands: ['7h 2c 3c 4c', '8s 2d 3d 4d'] });
  const keys = seenBy(
    t,
    0,
    () => t.does(0, draw),
    () => t.does(0, call),
    () => t.does(0, play(drawn)),
  );
  expect(distinct(keys)).toBe(true);
  expect(keys).not.toContain(null);
});

test('who is not on turn has nothing to decide', () => {
  const t = begun({ hands: ['7h 2c 3c 4c', '8s 2d 3d 4d'] });
  expect(seenBy(t, 1, () => t.does(0, draw))).toEqual([null, null]);
  expect(at(t, 7)).toBeNull();
});

test('a window is an opportunity again after each card that the seat has played in it, but not after those of others', () => {
  const t = inWindow({ hands: ['7h 2c 3c', '7s 7d 3d 4d', '7c 2h 3h'] });
  const keys = seenBy(
    t,
    1,
    () => t.does(1, same(0)),
    () => t.does(2, same(0)),
    () => t.does(1, same(1)),
  );
  expect(keys[1]).not.toBe(keys[0]);
  expect(keys[2]).toBe(keys[1]);
  expect(distinct([keys[0], keys[1], keys[3]] as string[])).toBe(true);
});

test('after a refused card the window holds nothing more', () => {
  const t = inWindow({ hands: ['7h 2c 3c', '7s 7d 3d 4d'] });
  expect(seenBy(t, 1, () => t.does(1, same(2))).at(-1)).toBeNull();
});

test('two powers in a row are two opportunities, for their player alone', () => {
  const t = inWindow({ hands: ['Qs Qd 3c', '8s 2d 3d'], draw: '9h 9d' });
  t.does(0, same(1));
  t.wait(t.left + 1);
  expect(at(t, 1)).toBeNull();
  const keys = seenBy(
    t,
    0,
    () => {
      t.wait(600);
      t.does(0, look(1, 0));
    },
    () => t.does(0, skip),
  );
  expect(distinct(keys)).toBe(true);
  expect(keys.slice(0, 2)).not.toContain(null);
});

test('the top of the discard pile is an opportunity for who collects its rank, in turn or out of it', () => {
  const t = begun({ hands: ['[5s] 2c 3c', '[5h] 2d 3d', '[6h] 2h 3h'], discard: '5c', gameType: 'classic' });
  const [before, after] = seenBy(t, 0, () => t.does(1, collect));
  expect(before).not.toBe(after);
  expect(at(t, 1)).toBeNull();
  expect(at(t, 2)).toBeNull();
});

test('in a same-rank window nothing can be collected', () => {
  const t = inWindow({ hands: ['5d 2c 3c', '[5h]', '[6h] 2h 3h'], gameType: 'classic' });
  expect(at(t, 1)).toBeNull();
  t.wait(t.left);
  expect(at(t, 1)).not.toBeNull();
});

test('when the match is over, nobody has anything to decide', () => {
  const t = begun({ hands: ['7h 2c 3c', '8s 2d 3d'] });
  t.waitFor('match_ended');
  expect([at(t, 0), at(t, 1)]).toEqual([null, null]);
});

import { type Power, sameRank } from '../../src/game/cards.ts';
import type { Call, Judges } from './referee.ts';
import { canPlay, count } from './refereeTable.ts';

/** rules.md 7 and 8: same-rank windows and powers. */

export const windows: Judges = {
  window_opened({ t, s, at, rule }, { deadlineAt }) {
    rule(t.step === 'played' && deadlineAt === at + s.windowMs, 'no window now, or another time');
    t.step = 'window';
    t.deadline = deadlineAt;
    t.out.clear();
  },

  same_rank_played({ t, rule }, event) {
    rule(t.step === 'window' && !t.out.has(event.seat), 'no such play now');
    const held = t.pick(event.seat, event.slot);
    rule(held?.card === event.card && !held.faceUp && sameRank(event.card, t.top), 'not a card of that rank');
    t.lay(event);
  },

  same_rank_refused({ t, rule }, { seat, slot, penalty }) {
    rule(t.step === 'window' && !t.out.has(seat), 'no such play now');
    const held = t.row(seat)[slot] ?? null;
    rule(held !== null && !held.faceUp && !sameRank(held.card, t.top), 'not a wrong card');
    t.out.add(seat);
    if (penalty) {
      rule(t.pile.pop() === penalty.card, 'not the top card');
      rule(t.put(seat, { card: penalty.card, faceUp: false }) === penalty.slot, 'another slot');
    } else {
      rule(!t.canDraw, 'a penalty is due');
    }
  },

  window_closed({ t, s, at, rule }) {
    rule(t.step === 'window', 'no window');
    // Who has passed is in no event: properties.test.ts looks at that.
    rule(at >= t.deadline - (s.shortWindows ? 0.6 * s.windowMs : 0), 'before its time');
    t.step = t.powers.length > 0 ? 'closed' : 'between';
    if (t.emptyHands().length > 0) {
      t.step = 'closed';
      t.must = 'match_ended';
    }
  },

  power_opened(call, event) {
    const { t, s, at, rule } = call;
    rule(t.step === 'closed' && hasUse(call, event.power), 'no power now');
    owns(call, event.seat, event.power);
    rule(event.deadlineAt === at + s.powerMs, 'another deadline');
    t.deadline = event.deadlineAt;
    t.step = 'power';
  },

  power_skipped(call, { seat, power, why }) {
    const { t, at, rule } = call;
    owns(call, seat, power);
    if (why === 'nothing') rule(t.step === 'closed' && !hasUse(call, power), 'has a use');
    else rule(t.step === 'power', 'not open');
    if (why === 'time') rule(at >= t.deadline, 'before its time');
    powerOver(call);
  },

  queen_peeked(call, { seat, target, card, until }) {
    const { t, s, at, rule } = call;
    rule(t.step === 'power', 'not open');
    owns(call, seat, 'queen');
    const held = t.row(target.seat)[target.slot];
    rule(held?.card === card && !held.faceUp, 'not that card, or face up');
    rule(until === at + s.showMs, 'shown for another time');
    t.sights.push({ to: seat, place: target, card, until, reason: 'queen_peek' });
    powerOver(call);
  },

  jack_swapped(call, { seat, first, second }) {
    const { t, rule } = call;
    rule(t.step === 'power', 'not open');
    owns(call, seat, 'jack');
    const one = t.row(first.seat)[first.slot];
    const other = t.row(second.seat)[second.slot];
    rule(Boolean(one && other) && one !== other, 'an empty slot, or one with itself');
    for (const place of [first, second]) t.unsee(place.seat, place.slot);
    t.row(first.seat)[first.slot] = other ? { card: other.card, faceUp: false } : null;
    t.row(second.seat)[second.slot] = one ? { card: one.card, faceUp: false } : null;
    powerOver(call);
  },
};

function hasUse({ t }: Call, power: Power): boolean {
  const rows = [...t.rows.values()];
  return power === 'queen' ? rows.some(canPlay) : rows.reduce((sum, row) => sum + count(row), 0) > 1;
}

function owns({ t, rule }: Call, seat: number, power: Power): void {
  const [first] = t.powers;
  rule(first?.seat === seat && first.power === power, 'not the power whose turn it is');
}

function powerOver({ t }: Call): void {
  t.powers.shift();
  t.step = t.powers.length > 0 ? 'closed' : 'between';
}

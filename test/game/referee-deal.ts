import type { Call, Judges } from './referee.ts';
import { mayBeLower } from './referee-points.ts';

/** rules.md 4 and 5: the deal and the initial peek. */

export const dealing: Judges = {
  match_started({ t, s, rule }, event) {
    const { seats, hands } = event;
    seats.forEach((seat, i) => {
      const row = (hands[i] ?? []).map((card) => ({ card, faceUp: false }));
      t.rows.set(seat, row);
      t.missed.set(seat, 0);
    });
    rule(seats.length >= 2 && seats.length >= s.minPlayers, 'too few');
    rule(seats.join() === [...seats].sort((a, b) => a - b).join(), 'not in seat order');
    t.seats = seats;
    t.pile = [...event.drawPile];
    t.discard = [event.discard];
    t.all = t.cards();
    if (!t.rigged) {
      const deck = Array.from({ length: seats.length > 6 ? 108 : 54 }, (_, card) => card);
      rule(t.all.join() === deck.join(), 'not the whole deck');
      for (const hand of hands) rule(hand.length === 4, 'not four cards each');
    }
    rule(seats.includes(event.starter), 'the starter does not play');
    rule(event.deadlineAt === event.at + s.initialPeekMs, 'another deadline');
    t.turn = event.starter;
    t.deadline = event.deadlineAt;
    t.step = 'peek';
  },

  peeked({ t, s, at, rule }, event) {
    const { seat, slots, cards, until } = event;
    const [first, second] = slots;
    rule(t.step === 'peek' && !t.peeked.has(seat), 'no peek now');
    rule(first !== second && t.row(seat)[first]?.card === cards[0], 'not that card');
    rule(t.row(seat)[second]?.card === cards[1], 'not that card');
    rule(until === at + s.showMs, 'shown for another time');
    if (event.byLot) rule(at >= t.deadline, 'before its time');
    t.peeked.set(seat, slots);
    const last = t.peeked.size === t.seats.length;
    rule(event.deadlineAt === (last ? at + s.showMs : undefined), 'the phase ends at another time');
    if (last) t.deadline = at + s.showMs;
    for (const i of [0, 1] as const) {
      t.sights.push({ to: seat, place: { seat, slot: slots[i] }, card: cards[i], until, reason: 'initial_peek' });
    }
  },

  peek_over(call, { collections }) {
    const { t, s, at, rule } = call;
    rule(t.step === 'peek' && t.peeked.size === t.seats.length, 'somebody has not peeked');
    rule(at >= t.deadline, 'before its time');
    rule(collections.length === (s.gameType === 'classic' ? t.seats.length : 0), 'not a collection each');
    rule(new Set(collections.map((one) => one.seat)).size === collections.length, 'two for one seat');
    for (const { seat, slot, card } of collections) {
      const held = t.row(seat)[slot];
      rule(held?.card === card && mayBeChosen(call, seat, slot), 'not the lower card');
      if (held) held.faceUp = true;
    }
    t.step = 'between';
  },
};

/** Whether that one of the two cards that the seat was shown may be its collection. */
function mayBeChosen({ t, s }: Call, seat: number, slot: number): boolean {
  const slots: readonly number[] = t.peeked.get(seat) ?? [];
  const other = slots.find((one) => one !== slot) ?? -1;
  const [chosen, left] = [slot, other].map((one) => t.row(seat)[one]?.card);
  if (chosen === undefined || left === undefined || !slots.includes(slot)) return false;
  return mayBeLower(chosen, left, s.redKingPoints);
}

import type { EventOf } from '../../src/game/events.ts';
import type { Room } from '../../src/game/state.ts';
import type { Call, Judges } from './referee.ts';
import { mayBeLower } from './refereePoints.ts';
import { newDeal, type RefereeTable } from './refereeTable.ts';

/** rules.md 4 and 5: the deal and the initial peek. */

export const dealing: Judges = {
  deal_committed({ t, before, after, rule }, { seat, matchNumber, commitment }) {
    rule(t.step === 'over' && t.deal.closed === null, 'not between two matches');
    rule(matchNumber === (before.match?.number ?? 0) + 1, 'another match');
    t.deal.commitments.set(after.seats[seat]?.sessionId ?? '', commitment);
  },

  deal_closed({ t, at, after, rule }, { seats, commitments, deadlineAt }) {
    rule(t.step === 'over' && t.deal.closed === null, 'not between two matches');
    rule(deadlineAt === at + 2_000, 'another deadline');
    rule(commitments.join() === known(t, after, seats).join(), 'not what they have committed to');
    rule(someoneTakesPart(after, seats, commitments), 'nobody takes part');
    t.deal.closed = { seats, commitments, deadline: deadlineAt };
  },

  deal_revealed({ t, after, rule }, { seat, nonce }) {
    const { closed, revealed } = t.deal;
    const commitment = closed?.commitments[closed.seats.indexOf(seat)];
    const session = after.seats[seat]?.sessionId;
    const matches = commitment?.startsWith(`commitment to ${nonce}/`) && commitment.endsWith(`/${session}`);
    rule(matches === true, 'not what was committed to');
    rule(!revealed.has(seat), 'twice');
    revealed.set(seat, nonce);
  },

  match_started(call, event) {
    const { t, s, rule } = call;
    const { seats, hands } = event;
    partsHold(call, event);
    t.deal = newDeal();
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

const known = (t: RefereeTable, { seats }: Room, of: readonly number[]) =>
  of.map((seat) => t.deal.commitments.get(seats[seat]?.sessionId ?? '') ?? '');

const someoneTakesPart = ({ seats }: Room, of: readonly number[], commitments: readonly string[]): boolean =>
  of.some((seat, i) => commitments[i] !== '' && seats[seat]?.attendance === 'connected');

/** A part that was revealed is in the deal; one that was not is named, and had its time, or its player has left. */
function partsHold({ t, at, before, after, rule }: Call, event: EventOf<'match_started'>): void {
  const { closed, revealed } = t.deal;
  const { seats, parts, formula } = event;
  if (!closed) {
    rule(formula === undefined && parts === undefined, 'parts that were never closed');
    if (!t.rigged) rule(!someoneTakesPart(before, seats, known(t, before, seats)), 'parts were not asked for');
    return;
  }
  rule(formula === 2 && seats.join() === closed.seats.join(), 'others play than was said');
  rule(parts?.map((part) => part.commitment).join() === closed.commitments.join(), 'other commitments');
  seats.forEach((seat, i) => {
    const part = parts?.[i];
    rule(part?.nonce === (revealed.get(seat) ?? ''), 'another part');
    const isMissing = part?.commitment !== '' && part?.nonce === '';
    const mayBe = at >= closed.deadline || after.seats[seat]?.attendance === 'left';
    if (isMissing) rule(mayBe, 'left out before its time');
  });
}

/** Whether that one of the two cards that the seat was shown may be its collection. */
function mayBeChosen({ t, s }: Call, seat: number, slot: number): boolean {
  const slots: readonly number[] = t.peeked.get(seat) ?? [];
  const other = slots.find((one) => one !== slot) ?? -1;
  const [chosen, left] = [slot, other].map((one) => t.row(seat)[one]?.card);
  if (chosen === undefined || left === undefined || !slots.includes(slot)) return false;
  return mayBeLower(chosen, left, s);
}

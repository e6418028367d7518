import { rankOf } from '../../src/game/cards.ts';
import type { EventOf } from '../../src/game/events.ts';
import type { Call, Judges } from './referee.ts';
import { canPlay, collected, rankCollected, type Stage } from './refereeTable.ts';

/** rules.md 6, 9 and 10: turns, collecting, and calling Recall. */

export const turns: Judges = {
  turn_started({ t, s, at, rule }, event) {
    if (t.drawIsOff) {
      rule(event.seat === t.turn && !t.canDraw, 'another turn, or a card to draw');
      t.drawIsOff = false;
    } else {
      rule(t.step === 'between', 'the turn before goes on');
      rule(event.seat === (t.turnNumber === 0 ? t.turn : t.after(t.turn)), 'not the next seat');
      rule(t.turnNumber < Math.min(t.lastTurn, s.maxTurns), 'no turn is left');
      rule(t.passes < t.seats.length, 'everybody has passed');
      t.turn = event.seat;
      t.turnNumber++;
    }
    rule(event.turn === t.turnNumber, `is turn ${t.turnNumber}`);
    rule(event.deadlineAt === at + s.turnMs, 'another deadline');
    rule(event.step === (t.canDraw ? 'draw' : 'play'), 'another step');
    t.step = event.step;
    t.deadline = event.deadlineAt;
    if (t.canDraw || canPlay(t.row(event.seat))) t.passes = 0;
    else t.must = 'turn_passed';
  },

  turn_passed({ t, previous, rule }, { seat }) {
    rule(previous?.type === 'turn_started' && previous.seat === seat, 'not on turn');
    rule(!t.canDraw && !canPlay(t.row(seat)), 'can draw or play');
    t.passes++;
    t.step = 'between';
  },

  reshuffled({ t, rule }, { drawPile }) {
    rule(t.pile.length === 0 && t.discard.length > 1, 'nothing to refill, or no need');
    const below = t.discard.splice(0, t.discard.length - 1);
    rule(below.sort().join() === [...drawPile].sort().join(), 'other cards');
    t.pile = [...drawPile];
    t.must = t.step === 'window' ? 'same_rank_refused' : 'drew';
  },

  drew(call, event) {
    onTurn(call, event.seat, 'draw');
    call.rule(call.t.pile.pop() === event.card, 'not the top card');
    hold(call, event, false);
  },

  took(call, event) {
    onTurn(call, event.seat, 'draw');
    call.rule(call.s.allowDiscardTake && call.t.discard.pop() === event.card, 'not the top card');
    hold(call, event, true);
  },

  recall_called(call, { seat }) {
    const { t, rule } = call;
    onTurn(call, seat, 'play');
    rule(t.calledBy === null, 'called already');
    t.calledBy = seat;
    t.lastTurn = t.turnNumber + t.seats.length - 1;
  },

  played(call, event) {
    const { t, rule } = call;
    const { seat, slot, card } = event;
    onTurn(call, seat, 'play');
    if (slot === -1) {
      rule(t.drawn?.card === card && !t.drawn.taken, 'not the drawn card');
    } else {
      const held = t.row(seat)[slot];
      rule(held?.card === card && !held.faceUp, 'not that card');
      t.unsee(seat, slot);
      if (t.drawn) t.row(seat)[slot] = { card: t.drawn.card, faceUp: false };
      else t.pick(seat, slot);
    }
    t.putDown(seat);
    t.missed.set(seat, 0);
    t.lay(event);
    t.step = 'played';
    t.must = 'window_opened';
  },

  collected({ t, s, rule }, { seat, slot, card, from }) {
    const row = t.row(seat);
    rule(s.gameType === 'classic' && rankCollected(row) === rankOf(card), 'not the collection rank');
    if (from === 'discard') {
      rule(t.step === 'draw' || t.step === 'play' || t.step === 'power', 'not now');
      rule(t.discard.pop() === card, 'not the top card');
      t.drawIsOff = t.step === 'draw' && !t.canDraw;
      if (t.drawIsOff) t.must = 'turn_started';
    } else {
      rule(t.turn === seat && t.step === 'play' && t.drawn?.card === card, 'not the drawn card');
      t.putDown(seat);
      t.missed.set(seat, 0);
      t.step = 'between';
    }
    rule(t.put(seat, { card, faceUp: true }) === slot, 'another slot');
    rule(collected(row) <= 4, 'more than four');
    if (collected(row) === 4) t.must = 'match_ended';
  },

  turn_missed({ t, s, at, before, rule }, { seat, kept }) {
    rule(t.turn === seat && (t.step === 'draw' || t.step === 'play'), 'no turn to miss');
    rule(at >= t.deadline, 'before its time');
    rule((kept?.card ?? null) === (t.drawn?.card ?? null), 'another card is kept');
    if (kept) rule(t.put(seat, { card: kept.card, faceUp: false }) === kept.slot, 'another slot');
    t.putDown(seat);
    const missed = (t.missed.get(seat) ?? 0) + 1;
    t.missed.set(seat, missed);
    t.step = 'between';
    const played = before.seats[seat];
    const byPerson = played && !played.isBot && !t.standIns.has(seat);
    if (missed >= s.missedTurns && byPerson) t.must = 'bot_took_over';
  },
};

function onTurn({ t, rule }: Call, seat: number, step: Stage): void {
  rule(t.turn === seat && t.step === step, `not in its ${step}`);
}

function hold({ t, s, at, rule }: Call, event: EventOf<'drew' | 'took'>, taken: boolean): void {
  const { seat, card, deadlineAt } = event;
  rule(deadlineAt === at + s.turnMs, 'another deadline');
  t.drawn = { card, taken };
  t.step = 'play';
  t.deadline = deadlineAt;
  t.sights.push({ to: seat, place: { seat, slot: -1 }, card, until: deadlineAt, reason: 'drawn' });
}

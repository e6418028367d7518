import type { Call, Judges } from './referee.ts';
import { objectionTo } from './refereePoints.ts';
import { collected } from './refereeTable.ts';

/** rules.md 11 and 12: the end of a match, and who plays a seat. */

export const ending: Judges = {
  match_ended(call, event) {
    const { t, s, before, rule } = call;
    const fours = t.seats.filter((seat) => collected(t.row(seat)) >= 4);
    const empty = t.step === 'closed' ? t.emptyHands() : [];
    rule(t.step !== 'over' && t.step !== 'played', 'not now');
    if (event.how === 'abandoned') rule(fours.length === 0 && nobodyThere(call), 'somebody is there');
    else if (fours.length > 0) rule(event.how === 'four_of_a_kind', 'four of a kind');
    else if (empty.length > 0) rule(event.how === 'empty_hand', 'an empty hand');
    else rule(event.how === 'lowest_points' && allTurnsHad(call), 'nothing has ended it');

    const { kept } = event;
    rule((kept?.card ?? null) === (t.drawn?.card ?? null), 'another card is kept');
    if (kept) {
      rule(kept.seat === t.turn, 'not its card');
      rule(t.put(kept.seat, { card: kept.card, faceUp: false }) === kept.slot, 'another slot');
      t.putDown(kept.seat);
    }
    const first = event.how === 'four_of_a_kind' ? fours : event.how === 'empty_hand' ? empty : [];
    const objection = objectionTo(event, t, first, s);
    rule(objection === null, `${objection}`);
    rule(event.secret === before.secret && event.nextSecret !== event.secret, 'another secret');
    t.sights = [];
    t.drawIsOff = false;
    t.step = 'over';
  },

  bot_took_over({ t, s, after, previous, rule }, { seat, why }) {
    if (why === 'missed') rule((t.missed.get(seat) ?? 0) >= s.missedTurns, 'has not missed enough');
    else if (why === 'away') rule(previous?.type === 'grace_ended', 'for another reason');
    else rule(after.seats[seat]?.attendance === 'left', 'has not left');
    rule(t.step !== 'over', 'no match');
    t.standIns.add(seat);
  },

  player_back({ t, rule }, { seat }) {
    rule(t.standIns.delete(seat), 'was not away');
  },

  time_lost({ t }, { byMs }) {
    t.deadline += byMs;
    if (t.deal.closed) t.deal.closed.deadline += byMs;
    for (const sight of t.sights) sight.until += byMs;
  },
};

/** No seat belongs to a person who is connected or within the grace. */
function nobodyThere({ after }: Call): boolean {
  return after.seats.every((seat) => !seat || seat.isBot || !['connected', 'held'].includes(seat.attendance));
}

function allTurnsHad({ t, s }: Call): boolean {
  const last = t.turnNumber >= Math.min(t.lastTurn, s.maxTurns) || t.passes >= t.seats.length;
  return t.step === 'between' && last;
}

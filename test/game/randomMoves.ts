import { type Card, rankOf, sameRank } from '../../src/game/cards.ts';
import { shuffled } from '../../src/game/chance.ts';
import type { Move } from '../../src/game/commands.ts';
import type { PlaceOf } from '../../src/game/hand.ts';
import { canBePlayed, collectionRank } from '../../src/game/hand.ts';
import type { Match, Player } from '../../src/game/state.ts';
import type { Plan, Random } from './randomPlan.ts';

interface Choice {
  readonly seat: number;
  readonly move: Move;
}

const nowhere: PlaceOf = { seat: -1, slot: 0 };

/** A move that somebody may make now, mostly; null: nobody wants to. */
export function reasonable(match: Match, plan: Plan, random: Random): Choice | null {
  const collectors = match.players.filter((player) => mayCollect(match, player));
  const collecting = match.phase === 'player_turn' || match.phase === 'special_play_window';
  const collector = random.one(collectors);
  if (collector && collecting && random.percent(33)) {
    return { seat: collector.seat, move: { type: 'collect_from_discard' } };
  }
  switch (match.phase) {
    case 'initial_peek':
      return firstPeek(match, random);
    case 'player_turn':
      return { seat: match.turn, move: turn(match, plan, random) };
    case 'same_rank_window':
      return window(match, plan, random);
    case 'special_play_window':
      return power(match, random);
    case 'finished':
      return null;
  }
}

function mayCollect(match: Match, player: Player): boolean {
  const top = match.discard.at(-1);
  return top !== undefined && collectionRank(player.hand) === rankOf(top);
}

function firstPeek(match: Match, random: Random): Choice | null {
  const player = random.one(match.players.filter((one) => !one.peeked));
  if (!player) return null;
  const [a = 0, b = 1] = shuffled([...player.hand.keys()], random.below);
  return { seat: player.seat, move: { type: 'completed_initial_peek', slots: [a, b] } };
}

function turn(match: Match, plan: Plan, random: Random): Move {
  const hand = match.players.find((one) => one.seat === match.turn)?.hand ?? [];
  if (match.step === 'draw') {
    return { type: plan.rules.allowDiscardTake && random.percent(33) ? 'take_from_discard' : 'draw_card' };
  }
  if (random.percent(match.calledBy === null ? plan.calls : 3)) return { type: 'call_recall' };
  const { drawn } = match;
  if (drawn && collectionRank(hand) === rankOf(drawn.card) && random.percent(90)) return { type: 'collect_drawn' };
  const slots = [...hand.keys()].filter((slot) => canBePlayed(hand[slot] ?? null));
  if (drawn && !drawn.taken) slots.push(-1);
  return { type: 'play_card', slot: random.one(slots) ?? 0 };
}

function window(match: Match, plan: Plan, random: Random): Choice | null {
  const top = match.discard.at(-1) as Card;
  const choices = match.players
    .filter((player) => !player.outOfWindow)
    .flatMap(({ seat, hand }) =>
      [...hand.entries()].flatMap(([slot, held]) => {
        const wanted = held && random.percent(sameRank(held.card, top) ? 60 : plan.wrong / 4);
        return wanted && canBePlayed(held) ? [{ seat, slot }] : [];
      }),
    );
  const choice = random.one(choices);
  return choice ? { seat: choice.seat, move: { type: 'same_rank_play', slot: choice.slot } } : null;
}

function power(match: Match, random: Random): Choice | null {
  const present = match.powers[0];
  if (!present) return null;
  const { seat } = present;
  const places = match.players.flatMap((player) =>
    [...player.hand.entries()].flatMap(([slot, held]) => (held ? [{ seat: player.seat, slot }] : [])),
  );
  if (random.percent(15)) return { seat, move: { type: 'skip_power' } };
  if (present.power === 'queen') {
    return { seat, move: { type: 'queen_peek', target: random.one(places) ?? nowhere } };
  }
  const [first = nowhere, second = nowhere] = shuffled(places, random.below);
  return { seat, move: { type: 'jack_swap', first, second } };
}

/** Any move at all, by anybody. */
export function nonsense(plan: Plan, random: Random): Choice {
  const slot = () => random.below(8) - 2;
  const place = () => ({ seat: random.below(plan.seats + 1), slot: slot() });
  const moves: Move[] = [
    { type: 'completed_initial_peek', slots: [slot(), slot()] },
    { type: 'draw_card' },
    { type: 'take_from_discard' },
    { type: 'play_card', slot: slot() },
    { type: 'collect_from_discard' },
    { type: 'collect_drawn' },
    { type: 'queen_peek', target: place() },
    { type: 'jack_swap', first: place(), second: place() },
    { type: 'skip_power' },
    { type: 'call_recall' },
  ];
  if (random.percent(plan.wrong)) moves.push({ type: 'same_rank_play', slot: slot() });
  return { seat: random.below(plan.seats), move: random.one(moves) ?? { type: 'draw_card' } };
}

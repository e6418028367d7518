import { expect, test } from 'vitest';
import { fairness, seedOf, seedOfParts } from '../../src/fairness/fairness.ts';
import { freshDeck, pointsOf } from '../../src/game/cards.ts';
import type { SeedPart } from '../../src/game/chance.ts';
import { people } from '../game/basics.ts';
import { DealRoom, hex32, sessionOf } from './dealRoom.ts';

/**
 * A server that does all it can to give seat 0 few points: it tries secrets, knows every nonce that it is sent, and has
 * puppets at the table. Everything follows from the numbers of the deals, so that each run finds the same.
 */

const points = (hand: readonly number[]): number =>
  hand.reduce((sum, card) => sum + pointsOf(card, { redKingPoints: 10 }), 0);

/** How likely each sum of a hand is: four of the 54 cards, without putting any back. */
function chanceOfHands(): Map<number, number> {
  // ways[k].get(sum): how many choices of k cards have that sum.
  const ways = Array.from({ length: 5 }, () => new Map<number, number>());
  ways[0]?.set(0, 1);
  for (const card of freshDeck(2)) {
    for (let k = 4; k > 0; k--) {
      for (const [sum, count] of ways[k - 1] ?? []) {
        const to = sum + pointsOf(card, { redKingPoints: 10 });
        ways[k]?.set(to, (ways[k]?.get(to) ?? 0) + count);
      }
    }
  }
  const all = [...(ways[4]?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  return new Map([...(ways[4] ?? [])].map(([sum, count]) => [sum, count / all]));
}

const chances = chanceOfHands();

/** The mean and the deviation of the least of so many hands that nobody has chosen. */
function leastOf(hands: number): { mean: number; deviation: number } {
  const atLeast = (sum: number) => [...chances].reduce((total, [one, p]) => (one >= sum ? total + p : total), 0);
  let [mean, square] = [0, 0];
  for (let sum = 0; sum <= 40; sum++) {
    const p = atLeast(sum) ** hands - atLeast(sum + 1) ** hands;
    mean += p * sum;
    square += p * sum * sum;
  }
  return { mean, deviation: Math.sqrt(square - mean * mean) };
}

const meanOf = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
/** Of a mean over so many deals: so far off it is about once in 100,000 times. */
const bound = (deviation: number, deals: number) => (4.5 * deviation) / Math.sqrt(deals);

const seats = [0, 1, 2, 3];
const honest = 3;
const puppets = [0, 1, 2];
const triesEach = 4;
/** Many deals, on a machine that has other things to do. */
const timeout = 180_000;

/** What seat 0 gets of a seed: the four topmost cards, without the work of shuffling the rest. */
function handOf(seed: string): number {
  const draw = fairness.stream(seed, 'deal');
  const deck = freshDeck(seats.length);
  const hand: number[] = [];
  for (let last = deck.length - 1; hand.length < 4; last--) {
    const at = draw(last + 1);
    hand.push(deck[at] as number);
    deck[at] = deck[last] as number;
  }
  return points(hand);
}

/** The candidate that gives seat 0 the fewest points. */
function best<T>(candidates: readonly T[], seedWith: (candidate: T) => string): { candidate: T; score: number } {
  const scored = candidates.map((candidate) => ({ candidate, score: handOf(seedWith(candidate)) }));
  return scored.reduce((least, one) => (one.score < least.score ? one : least));
}

/** A room whose server has chosen its secret by what it knows then: everything but the honest player's nonce. */
function grindingRoom(deal: number, seedWith: (secret: string, roomId: string) => string): DealRoom {
  const roomId = `room_${deal}`;
  const secrets = Array.from({ length: triesEach }, (_, i) => hex32(`try ${i} of ${deal}`));
  const { candidate } = best(secrets, (secret) => seedWith(secret, roomId));
  return new DealRoom(roomId, seats.length, () => candidate);
}

const nonceOf = (deal: number, seat: number) => hex32(`nonce of seat ${seat} in deal ${deal}`);

function partsOf(deal: number, roomId: string, revealing: (seat: number) => boolean): SeedPart[] {
  return seats.map((seat) => {
    const nonce = revealing(seat) ? nonceOf(deal, seat) : '';
    return { seat, sessionId: sessionOf(people[seat] ?? '', roomId), dealNonce: '', commitment: 'committed', nonce };
  });
}

const dealtTo0 = ({ dealt }: DealRoom): number => points(dealt?.hands[0] ?? []);

test('4 where nobody takes part a server can choose the deal: the check of such a deal promises nothing', {
  timeout,
}, () => {
  const deals = 1_000;
  const found = Array.from({ length: deals }, (_, deal) => {
    const table = grindingRoom(deal, (secret, roomId) => seedOf(secret, roomId, 1, ['', '', '', '']));
    table.start();
    return dealtTo0(table);
  });
  const { mean, deviation } = leastOf(1);
  // This is how the model shows that it does grind.
  expect(meanOf(found)).toBeLessThan(mean - bound(deviation, deals));
  expect(Math.abs(meanOf(found) - leastOf(triesEach).mean)).toBeLessThan(bound(leastOf(triesEach).deviation, deals));
});

test('4 over 10,000 deals a server that grinds does no better than chance while one honest part is in and none is left out (never again 45)', {
  timeout,
}, () => {
  const deals = 10_000;
  const found = Array.from({ length: deals }, (_, deal) => {
    const table = grindingRoom(deal, (secret, roomId) =>
      seedOfParts(
        secret,
        roomId,
        1,
        partsOf(deal, roomId, (seat) => seat !== honest),
      ),
    );
    for (const seat of seats) table.commit(seat, nonceOf(deal, seat));
    table.start();
    for (const seat of seats) table.reveal(seat, nonceOf(deal, seat));
    return dealtTo0(table);
  });
  const { mean, deviation } = leastOf(1);
  expect(Math.abs(meanOf(found) - mean)).toBeLessThan(bound(deviation, deals));
});

test.each([1, 2, 3])(
  '4 with %i parts withheld at will it does no better than the best of 2^k deals, and names what it left out',
  { timeout },
  (k) => {
    const deals = 2_000;
    const withheld = puppets.slice(0, k);
    let named = 0;
    const found = Array.from({ length: deals }, (_, deal) => {
      const table = new DealRoom(`room_${k}_${deal}`, seats.length);
      for (const seat of seats) table.commit(seat, nonceOf(deal, seat));
      table.start();
      table.reveal(honest, nonceOf(deal, honest));
      // The server reads the honest part, and which puppets reveal is up to it.
      const { secret, roomId } = table.room;
      const subsets = Array.from({ length: 2 ** k }, (_, subset) => subset);
      const keepsBack = (subset: number, seat: number) => withheld.includes(seat) && (subset >> seat) % 2 === 1;
      const { candidate: chosen, score } = best(subsets, (subset) =>
        seedOfParts(
          secret,
          roomId,
          1,
          partsOf(deal, roomId, (seat) => !keepsBack(subset, seat)),
        ),
      );
      for (const seat of puppets) if (!keepsBack(chosen, seat)) table.reveal(seat, nonceOf(deal, seat));
      if (!table.dealt) table.timeIsUp();
      const leftOut = table.view.players.filter(({ dealPart }) => dealPart === 'left_out').map(({ seat }) => seat);
      expect(leftOut).toEqual(withheld.filter((seat) => keepsBack(chosen, seat)));
      expect(dealtTo0(table)).toBe(score);
      named += leftOut.length > 0 ? 1 : 0;
      return dealtTo0(table);
    });
    const { mean, deviation } = leastOf(2 ** k);
    expect(meanOf(found)).toBeGreaterThan(mean - bound(deviation, deals));
    expect(meanOf(found)).toBeLessThan(leastOf(1).mean - bound(leastOf(1).deviation, deals));
    // Whenever it took another deal than the one that chance gave, it had to name somebody.
    expect(named / deals).toBeGreaterThan(0.8 * (1 - 1 / 2 ** k) - 0.1);
  },
);

// npm run verify-deal -- FILE
// Checks a deal. FILE is what the page saves ("Save what this page knows of it"): {"own": …, "match": …}, or the same with
// the record of a finished match as {"own": …, "replay": …}. "own" is what one's own client kept; without it (null) nothing
// better than "consistent" can be found. Ends with 0 where everything fits, 1 where something does not, 2 for a bad file.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Check, type DealtMatch, type Outcome, type Verdict, verifyDeal } from '../src/fairness/verify.ts';
import { type Card, rankOf, suitOf } from '../src/game/cards.ts';

const hex32 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits');
const face = z.object({ rank: z.string(), suit: z.string() });
const seat = z.object({ seat: z.int(), sessionId: z.string(), dealNonce: z.string(), dealCommitment: z.string() });
const ownPart = z.object({
  roomId: z.string(),
  matchNumber: z.int(),
  sessionId: z.string(),
  nonce: hex32,
  openedBefore: z.int().min(0),
  promised: z.string(),
  closed: z.object({ serverCommitment: z.string(), seats: z.array(seat) }).nullable(),
  confirmed: z.boolean(),
});
const dealtMatch = z.object({
  roomId: z.string(),
  matchNumber: z.int(),
  formula: z.literal([1, 2]),
  secret: hex32,
  commitment: z.string(),
  seats: z.array(seat.extend({ name: z.string(), part: z.string() })).min(2),
  discard: face.nullable(),
  starter: z.string().nullable(),
  cards: z.array(face.extend({ sessionId: z.string(), slot: z.int() })),
});
/** A finished match as the journal keeps it: of its events, the deal alone. */
const replay = z.object({
  roomId: z.string(),
  matchNumber: z.int(),
  secret: hex32,
  seats: z.array(z.object({ seat: z.int(), sessionId: z.string(), name: z.string() })),
  events: z.tuple(
    [
      z.object({
        type: z.literal('match_started'),
        seats: z.array(z.int()),
        nonces: z.array(z.string()),
        formula: z.literal(2).optional(),
        parts: z.array(z.object({ commitment: z.string(), nonce: z.string() })).optional(),
        hands: z.array(z.array(z.int())),
        discard: z.int(),
        starter: z.int(),
      }),
    ],
    z.unknown(),
  ),
});
const file = z.union([
  z.object({ own: ownPart.nullable(), match: dealtMatch }),
  z.object({ own: ownPart.nullable(), replay }),
]);

const [path] = process.argv.slice(2);
if (path === undefined) fail('Which file? npm run verify-deal -- FILE');
const parsed = file.safeParse(read(path));
if (!parsed.success) fail(`${path} is not what the page saves of a deal:\n${z.prettifyError(parsed.error)}`);
const { own } = parsed.data;
const match = 'match' in parsed.data ? parsed.data.match : matchIn(parsed.data.replay);
const verdict = verifyDeal(match, own);
console.log(reportOn(match, verdict));
process.exitCode = verdict.outcome === 'broken' ? 1 : 0;

function read(name: string): unknown {
  try {
    return JSON.parse(readFileSync(name, 'utf8'));
  } catch (error) {
    fail(`${name} can not be read: ${(error as Error).message}`);
  }
}

function fail(why: string): never {
  console.error(why);
  process.exit(2);
}

/** A record has every card, so that each is compared. */
function matchIn({ roomId, matchNumber, secret, seats, events: [dealt] }: z.infer<typeof replay>): DealtMatch {
  const played = dealt.seats.map((number, i) => {
    const { sessionId, name } = seats.find((one) => one.seat === number) ?? { sessionId: '', name: '' };
    const { commitment = '', nonce = '' } = dealt.parts?.[i] ?? {};
    const part = commitment === '' ? '' : nonce || 'left_out';
    return { seat: number, sessionId, name, dealNonce: dealt.nonces[i] ?? '', dealCommitment: commitment, part };
  });
  return {
    ...{ roomId, matchNumber, secret, commitment: '', formula: dealt.formula ?? 1, seats: played },
    discard: faceOf(dealt.discard),
    starter: played.find((one) => one.seat === dealt.starter)?.sessionId ?? null,
    cards: dealt.hands.flatMap((hand, i) =>
      hand.map((card, slot) => ({ ...faceOf(card), sessionId: played[i]?.sessionId ?? '', slot })),
    ),
  };
}

function faceOf(card: Card) {
  return { rank: rankOf(card), suit: suitOf(card) };
}

function reportOn({ roomId, matchNumber }: DealtMatch, { outcome, checks, choices, own, ...verdict }: Verdict): string {
  const outcomes: Record<Outcome, string> = {
    fair: 'FAIR: your part is in it, and nobody’s was left out. Nobody has chosen this deal.',
    limited: `LIMITED: parts were left out or the deal was begun again, so that this is one of up to ${choices} deals, and somebody may have chosen which.`,
    consistent:
      'CONSISTENT: what is said fits together. Without your own part in it the server could have chosen the deal.',
    broken: 'BROKEN: something does not fit.',
  };
  const parts = {
    in: 'Your part: in the deal',
    left_out: 'YOUR PART WAS LEFT OUT of this deal',
    none: 'Your part: there is no record of it',
  };
  return [
    `Match ${matchNumber} of ${roomId}`,
    ...checks.map((check) => `  ${check.holds ? 'fits' : 'DOES NOT FIT'}: ${wordsFor(check)}`),
    `Took part: ${verdict.tookPart.join(', ') || 'nobody'}`,
    ...(verdict.leftOut.length > 0 ? [`Left out: ${verdict.leftOut.join(', ')}`] : []),
    parts[own],
    ...(verdict.begun > 1 ? [`THIS DEAL WAS BEGUN ${verdict.begun} TIMES, and you had opened your part before`] : []),
    outcomes[outcome],
  ].join('\n');
}

function wordsFor({ of, name = '', card, slot = 0 }: Check): string {
  const what = card ? `${card.rank} of ${card.suit}` : '';
  const words: Record<Check['of'], string> = {
    commitment: 'the secret has the fingerprint that was published before the match',
    formula: 'this match was dealt from the parts that were closed',
    seats: 'who played, and what each had committed to, is what you kept before you revealed',
    part: `the part of ${name} is the one that was committed to`,
    own_part: 'your own part is in the deal',
    discard: `the pile was opened by ${what}`,
    starter: `${name} had the first turn`,
    card: `card ${slot + 1} of ${name} was ${what}`,
  };
  return words[of];
}

import { isDeepStrictEqual } from 'node:util';
import { type Frame, FrameReader } from './frames.ts';
import type { Sitting, Truth } from './truth.ts';

/** What a connection was sent up to the end of its match. */
export interface Audit {
  frames: number;
  bytes: number;
  /** Cards that it alone was shown, by reason. */
  shown: Record<string, number>;
  /** Cards in what everybody is told. */
  told: number;
  /** The states that it saw, each compared with the table. */
  states: number;
}

/** One connection to a seat. */
export interface Connection {
  sitting: Sitting;
  frames: readonly Uint8Array[];
  /** It was lost before the end, so that what was under way has not arrived. */
  isCut: boolean;
}

/** The fields of protocol.md, 5: the root, a card, a player, a slot. */
const stateFields = [
  [
    ...['roomId', 'ownerId', 'permission', 'gameType', 'phase', 'maxPlayers', 'minPlayers', 'turnTimeLimit'],
    ...['startsAt', 'turn', 'deadlineAt', 'drawPile', 'discardTop', 'discardCount', 'recallCalledBy', 'winners'],
    ...['matchNumber', 'dealCommitment', 'dealSeed', 'players', 'dealFormula', 'shortWindows'],
  ],
  ['rank', 'suit'],
  [
    ...['sessionId', 'userId', 'name', 'seat', 'dealNonce', 'isBot', 'connected', 'status', 'cardCount', 'hand'],
    ...['collectionRank', 'points', 'missedTurns', 'place', 'winType', 'playedByBot', 'dealCommitment', 'dealPart'],
  ],
  ['empty', 'faceUp', 'rank', 'suit'],
];

/** Messages about the room and answers to moves have no card in them. A field that is not known here might have. */
const plainFields = new Set([
  ...[
    'room_id',
    'owner_id',
    'permission',
    'game_type',
    'current_size',
    'people',
    'max_size',
    'min_players',
    'turn_time_limit',
  ],
  ...['auto_start', 'phase', 'created_at', 'is_random_join', 'session_id', 'user_id', 'name', 'player_count'],
  ...['joined_at', 'reason', 'n', 'at', 'code', 'message', 'request', 'status', 'last_seen_at'],
]);

/**
 * Reads the frames of one connection up to the end of the match, and holds every card in them against the truth, both ways.
 * @param secrets what may be in no frame, such as the tokens of the others at the table
 * @throws Error for the first thing that the seat should not have been sent, or should have been and was not
 */
export function audit(connection: Connection, truth: Truth, secrets: readonly string[]): Audit {
  const { sitting, frames, isCut } = connection;
  const reader = new FrameReader();
  const told: { n: number }[] = [];
  const shown: { reason: string; cards: unknown[] }[] = [];
  /** Each with how much of `told` came before it. */
  const states: { state: AuditedTable; told: number }[] = [];
  const sent: Uint8Array[] = [];
  /** How many frames came before the cards were dealt. */
  let undealt: number | undefined;
  let toldCards = 0;
  let ended: number | undefined;

  for (const bytes of frames) {
    const frame = reader.read(bytes);
    if (frame.kind === 'message' && isEnd(frame.payload)) break;
    if (frame.kind === 'state' && (frame.state as AuditedTable).phase === 'finished') {
      // All hands are up, and the secret is out. What led to it is told after it.
      ended ??= told.length;
      continue;
    }
    if (frame.kind === 'state' && !isUndealt(frame.state as AuditedTable)) undealt ??= sent.length;
    sent.push(bytes);
    const read = contentOf(frame);
    same(wordsIn(Buffer.from(bytes).toString('latin1')), wordsIn(read), `the cards in the bytes of ${read}`);
    if (frame.kind === 'joined') {
      same(frame.fields, stateFields, 'the fields of the state');
    } else if (frame.kind === 'state') {
      states.push({ state: frame.state as AuditedTable, told: told.length });
      const words = wordsIn(read);
      const inState = words.length > 0 ? JSON.stringify(frame.state) : '';
      for (const word of words) if (!inState.includes(word)) throw new Error(`${word} was in a patch`);
    } else if (frame.kind === 'message' && frame.type === 'match_event') {
      const event = frame.payload as { n: number };
      told.push(event);
      toldCards += read.split('"rank"').length - 1;
    } else if (frame.kind === 'message' && frame.type === 'cards_shown') {
      shown.push(frame.payload as (typeof shown)[number]);
    } else {
      const unknown = Object.keys(frame.payload as object).filter((key) => !plainFields.has(key));
      same(unknown, [], `the unknown fields of ${read}`);
      same(wordsIn(read), [], `the cards in ${read}`);
      const { message = '' } = frame.payload as { message?: string };
      if (rankWord.test(message.replaceAll(publicWords, ''))) throw new Error(`a refusal tells of a card: ${message}`);
    }
  }

  const lost = sitting.until ?? Math.max(...truth.tables.keys());
  // A connection that comes back may be told of what happens while its return is being stored.
  const begun = Math.min(sitting.from, (told[0]?.n ?? lost) - 1);
  const mayBeTold = truth.told.filter(({ n }) => n > begun && n <= lost);
  const isLike = <T>(found: readonly T[], expected: readonly object[], what: string) =>
    same(found, isCut ? expected.slice(0, found.length) : expected, what);
  isLike(told, mayBeTold, 'what everybody is told');
  isLike(shown, sitting.shown, 'what one seat is shown');
  for (const [i, { state, told: count }] of states.entries()) {
    // The state comes first, then what has happened. Without any of it only seats have changed, and no card is new.
    const until = states[i + 1]?.told ?? ended ?? told.length;
    if (sitting.isOlder && until === 0) continue;
    const isUnsure = isCut && i === states.length - 1;
    const last = told[until - 1]?.n ?? begun;
    const next = isUnsure ? lost : (told[count]?.n ?? lost + 1) - 1;
    if (until > count && !isUnsure) sameAsOneOf(truth.tables, state, last, last);
    else sameAsOneOf(truth.tables, state, told[count - 1]?.n ?? begun, next);
  }

  expectNone(sent, secrets);
  expectNone(sent.slice(0, undealt), truth.nonces);
  const byReason = Map.groupBy(shown, ({ reason }) => reason);
  const shownCards = [...byReason].map(([reason, all]) => [reason, all.flatMap(({ cards }) => cards).length]);
  const bytes = sent.reduce((sum, { length }) => sum + length, 0);
  return { frames: sent.length, bytes, shown: Object.fromEntries(shownCards), told: toldCards, states: states.length };
}

/** @throws Error where one of the secrets is in these bytes, as text or, of one in hex, as it is. */
export function expectNone(chunks: readonly Uint8Array[], secrets: readonly string[]): void {
  const bytes = Buffer.concat(chunks);
  for (const secret of secrets) {
    const raw = Buffer.from(secret, 'hex');
    if (bytes.includes(secret) || (raw.length > 8 && bytes.includes(raw))) throw new Error(`${secret} was sent`);
  }
}

const isUndealt = ({ phase }: AuditedTable): boolean => phase === 'waiting_for_players' || phase === 'dealing';

const isEnd = (payload: unknown): boolean => (payload as { type?: string }).type === 'match_ended';

/** What was read of a frame, as text. */
function contentOf(frame: Frame): string {
  switch (frame.kind) {
    case 'joined':
      return frame.token;
    case 'state':
      return JSON.stringify(frame.written.filter((value) => typeof value !== 'object'));
    case 'message':
      return JSON.stringify([frame.type, frame.payload]);
    case 'answer':
      return JSON.stringify(frame.payload);
  }
}

/** Suits, and the word that a joker has for both: no other text of the game has them in it. */
const wordsIn = (text: string): string[] => text.match(/clubs|diamonds|hearts|spades|joker/g) ?? [];

/** What a refusal may say: the number of a slot, and the power that everybody sees being used. */
const publicWords = /slot \d+|(queen|jack)'s power/g;
const rankWord = /\b(ace|[2-9]|10|jack|queen|king|joker)\b/;

interface AuditedTable {
  phase: string;
  players: Record<string, object>;
}

function sameAsOneOf(tables: Truth['tables'], state: AuditedTable, from: number, to: number): void {
  for (let n = from; n <= to; n++) {
    const table = tables.get(n) as AuditedTable | undefined;
    if (table && isDeepStrictEqual(likeness(state, table), table)) return;
  }
  same(state, tables.get(to), `the state between ${from} and ${to}`);
}

/** The fields of the state that the table has. */
function likeness(state: AuditedTable, table: AuditedTable): object {
  const players = Object.entries(state.players).map(([id, player]) => [id, pick(player, table.players[id] ?? player)]);
  return { ...pick(state, table), players: Object.fromEntries(players) };
}

const pick = (from: object, like: object): object =>
  Object.fromEntries(Object.keys(like).map((key) => [key, from[key as keyof typeof from]]));

function same(found: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(found, expected)) return;
  const [one, other] = firstDifference(found, expected).map((value) => JSON.stringify(value));
  throw new Error(`${what} is not what the rules show: ${one} instead of ${other}`);
}

function firstDifference(found: unknown, expected: unknown): [unknown, unknown] {
  if (!Array.isArray(found) || !Array.isArray(expected)) return [found, expected];
  const longer = found.length > expected.length ? found : expected;
  const at = longer.findIndex((_, i) => !isDeepStrictEqual(found[i], expected[i]));
  return [found[at], expected[at]];
}

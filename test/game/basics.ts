import type { Card } from '../../src/game/cards.ts';
import type { Chance } from '../../src/game/chance.ts';
import type { Command, Entrant } from '../../src/game/commands.ts';
import type { Event } from '../../src/game/events.ts';
import type { Match, RoomSettings } from '../../src/game/state.ts';

/** The defaults of rules.md and protocol.md, in ms. */
export const defaults: RoomSettings = {
  permission: 'public',
  passwordHash: '',
  allowedUsers: [],
  allowedRoles: [],
  maxPlayers: 4,
  minPlayers: 2,
  gameType: 'classic',
  redKingPoints: 10,
  allowDiscardTake: false,
  shortWindows: false,
  botLevel: 'medium',
  random: false,
  startDelayMs: null,
  turnMs: 30_000,
  initialPeekMs: 15_000,
  windowMs: 5_000,
  powerMs: 10_000,
  showMs: 5_000,
  reservationMs: 15_000,
  graceMs: 60_000,
  emptyMs: 30_000,
  ttlMs: 86_400_000,
  missedTurns: 2,
  maxTurns: 200,
  maxEntries: 30_000,
};

/** Chance that gives the same for the same `seed`, and is quick. The real one has its own tests. */
export function plainChance(seed = 1): Chance {
  let made = 0;
  return {
    stream(seed, label) {
      const next = numbers(`${seed}|${label}`);
      return (below) => Math.floor(next() * below);
    },
    seedOf: (secret, roomId, matchNumber, nonces) => [secret, roomId, matchNumber, ...nonces].join('/'),
    seedOfParts: (secret, roomId, matchNumber, parts) =>
      [secret, roomId, matchNumber, ...parts.flatMap(({ sessionId, nonce }) => [sessionId, nonce])].join('/'),
    partCommitmentOf: (...bound) => `commitment to ${bound.join('/')}`,
    commitmentOf: (secret) => `commitment ${numbers(secret)()}`,
    freshSecret: () => `secret ${seed}.${++made}`,
    freshId: () => `bot ${seed}.${++made}`,
  };
}

/** Numbers in [0, 1) that follow from a text or a number alone. */
export function numbers(seed: string | number): () => number {
  let state = 2166136261;
  for (const c of String(seed)) state = Math.imul(state ^ c.charCodeAt(0), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}

/** Every card of a match, wherever it lies, in order. */
export function cardsOf(match: Match): Card[] {
  const cards = [...match.drawPile, ...match.discard];
  for (const { hand } of match.players) for (const held of hand) if (held) cards.push(held.card);
  if (match.drawn) cards.push(match.drawn.card);
  return cards.sort((a, b) => a - b);
}

export const types = (events: readonly Event[]): Event['type'][] => events.map((event) => event.type);

export const people = ['ann', 'bob', 'cyd', 'dan', 'eve', 'fay', 'gus', 'hal'];

export function entrant(userId: string, more: Partial<Entrant> = {}): Entrant {
  return { userId, name: userId, dealNonce: `${userId}'s nonce`, sessionId: `session of ${userId}`, ...more };
}

export function entering(who: Entrant, more: Partial<Extract<Command, { type: 'enter' }>> = {}): Command {
  return { type: 'enter', who, roles: [], password: 'none', random: false, ...more };
}

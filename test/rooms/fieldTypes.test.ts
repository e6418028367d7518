import { SchemaSerializer } from '@colyseus/core';
import { SchemaSerializer as SdkSerializer } from '@colyseus/sdk';
import { describe, expect, test } from 'vitest';
import { deckSize, decksFor } from '../../src/game/cards.ts';
import { maxEntries } from '../../src/game/room.ts';
import type { SyncedPlayer, SyncedState } from '../../src/protocol/state.ts';
import { PlayerState, RecallState, SlotState } from '../../src/rooms/schema/state.ts';

// protocol.md 5: every SDK reads each field of the state exactly. A "number" has a float32's precision in Unity, and an
// integer that is too small for what a room may come to says another number everywhere.

type NumbersOf<T> = { [Field in keyof T as T[Field] extends number ? Field : never]: readonly number[] };

const cards = deckSize * decksFor(8);
/** The least and the most of each number, and what is hard to say. */
const time = [0, Date.UTC(2026, 11, 31, 23, 59, 59, 999), 8.64e15];
const total = 10 * cards * maxEntries;

const numbersOfState: NumbersOf<SyncedState> = {
  maxPlayers: [2, 8],
  minPlayers: [2, 8],
  turnTimeLimit: [0.05, 5, 30.1, 300],
  startsAt: time,
  deadlineAt: time,
  drawPile: [0, cards],
  discardCount: [0, cards],
  matchNumber: [0, maxEntries],
  dealFormula: [0, 1, 2],
};
const numbersOfPlayer: NumbersOf<SyncedPlayer> = {
  seat: [0, 7],
  cardCount: [0, cards],
  points: [-total, 0, 10 * cards, total],
  // The setting's most.
  missedTurns: [0, 100],
  place: [0, 8],
};

/** What the SDK for JavaScript makes of the state, by nothing but what went over the wire. */
function read(state: RecallState): RecallState {
  const serializer = new SchemaSerializer<RecallState>();
  serializer.reset(state);
  const sdk = new SdkSerializer<RecallState>();
  sdk.handshake(serializer.handshake(), { offset: 0 });
  sdk.setState(serializer.getFullState().slice(), { offset: 1 });
  return sdk.getState();
}

function onePlayer(fields: Partial<Record<keyof SyncedPlayer, number>> = {}): RecallState {
  const player = new PlayerState();
  player.hand.push(new SlotState());
  Object.assign(player, fields);
  const state = new RecallState();
  state.players.set('ann', player);
  return state;
}

/** Each field with its type, as a client is told it at its handshake. */
function typesOf(instance: object): [field: string, type: unknown][] {
  const fields = (instance.constructor as unknown as Record<symbol, Record<number, { name: string; type: unknown }>>)[
    Symbol.metadata
  ];
  return Object.values(fields ?? {}).flatMap(({ name, type }) => (name ? [[name, type] as [string, unknown]] : []));
}

const state = read(onePlayer());
const ann = state.players.get('ann') as PlayerState;
const types = [state, ann, ann.hand[0] as SlotState, state.discardTop].map(typesOf);

describe('a field of the state is of a type that every SDK reads exactly (never again 55):', () => {
  const exact = ['string', 'boolean', 'uint8', 'uint16', 'uint32', 'int32', 'float64'];
  test.each(types.flat().filter(([, type]) => typeof type === 'string'))('%s: %s', (_, type) => {
    expect(exact).toContain(type);
  });

  test('and so is what lists and maps have in them', () => {
    const nested = types.flat().filter(([, type]) => typeof type !== 'string');
    expect(nested.map(([name]) => name).sort()).toEqual(['discardTop', 'hand', 'players', 'winners']);
    expect(Object.fromEntries(nested).winners).toEqual({ array: 'string' });
  });
});

describe('all that a number may come to arrives as it was:', () => {
  test.each(Object.entries(numbersOfState))('%s: %j', (field, values) => {
    for (const value of values) {
      const state = Object.assign(onePlayer(), { [field]: value });
      expect(read(state)[field as keyof RecallState]).toBe(value);
    }
  });

  test.each(Object.entries(numbersOfPlayer))('%s: %j', (field, values) => {
    for (const value of values) {
      const player = read(onePlayer({ [field]: value })).players.get('ann') as PlayerState;
      expect(player[field as keyof PlayerState]).toBe(value);
    }
  });

  test('and no number is left out', () => {
    const numbers = types.flat().filter(([, type]) => /int|float|number/.test(`${type}`));
    const listed = { ...numbersOfState, ...numbersOfPlayer };
    expect(numbers.map(([name]) => name).sort()).toEqual(Object.keys(listed).sort());
  });
});

import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import { messageTypes, type Payload } from '../../src/protocol/fromClient.ts';
import type { LobbyOptions, VisitorPayloads } from '../../src/protocol/fromPerson.ts';
import type { CreateOptions, JoinOptions, RandomOptions } from '../../src/protocol/options.ts';
import { fromClient } from '../../src/protocol/schemas/fromClient.ts';
import type { fromVisitor, lobbyOptions } from '../../src/protocol/schemas/fromPerson.ts';
import type { createOptions, joinOptions, randomOptions } from '../../src/protocol/schemas/options.ts';

/**
 * The types that clients are given say what the validators take, field for field. This file compiles, or it doesn't: `npm test`
 * checks types.
 */

/** An intersection as one type, and no fields as such. */
type Flat<T> = { [Field in keyof T]: T[Field] };
type Each<Types> = { [Type in keyof Types]: Flat<Types[Type]> };

test('the payload of every message is what its validator takes', () => {
  expectTypeOf<Each<{ [T in keyof typeof fromClient]: z.input<(typeof fromClient)[T]> }>>().toEqualTypeOf<
    Each<{ [T in keyof typeof fromClient]: Payload<T> }>
  >();
  expectTypeOf<Each<{ [T in keyof typeof fromVisitor]: z.input<(typeof fromVisitor)[T]> }>>().toEqualTypeOf<
    Each<VisitorPayloads>
  >();
  expect(messageTypes).toEqual(Object.keys(fromClient));
});

test('the options of every way in are what their validators take', () => {
  expectTypeOf<z.input<ReturnType<typeof createOptions>>>().toEqualTypeOf<Flat<CreateOptions>>();
  expectTypeOf<z.input<typeof joinOptions>>().toEqualTypeOf<Flat<JoinOptions>>();
  expectTypeOf<z.input<typeof randomOptions>>().toEqualTypeOf<Flat<RandomOptions>>();
  expectTypeOf<z.input<typeof lobbyOptions>>().toEqualTypeOf<Flat<LobbyOptions>>();
});

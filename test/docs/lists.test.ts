import { expect, test } from 'vitest';
import { closeCodes, codes } from '../../src/protocol/errors.ts';
import { messageTypes } from '../../src/protocol/fromClient.ts';
import { createOptions, joinOptions, randomOptions } from '../../src/protocol/options.ts';
import { PlayerState, RecallState, SlotState } from '../../src/rooms/schema/state.ts';
import { namesIn, rowsOf, sectionOf } from './protocol.ts';

// protocol.md names everything that a client may say, or is told.

/** The names in code in the first column of a section's tables. */
const listedIn = (title: string) => rowsOf(title).flatMap(([cell]) => namesIn(cell));

test('every option of create is in its table, and nothing else', () => {
  expect(listedIn('### Options of create').sort()).toEqual(Object.keys(createOptions(5).shape).sort());
});

test('the other calls take no option that create has not', () => {
  const known = Object.keys(createOptions(5).shape);
  expect(Object.keys({ ...joinOptions.shape, ...randomOptions.shape }).filter((one) => !known.includes(one))).toEqual(
    [],
  );
});

test('every message that a player may send is in the table', () => {
  const listed = listedIn('## 3. Messages from the client');
  expect(messageTypes.filter((type) => !listed.includes(type))).toEqual([]);
});

test('every field of the state is named', () => {
  const named = namesIn(sectionOf('## 5. State'));
  const fields = [RecallState, PlayerState, SlotState].flatMap((schema) => Object.keys(new schema().toJSON()));
  expect(fields.length).toBeGreaterThan(30);
  expect(fields.filter((field) => !named.includes(field))).toEqual([]);
});

test('every code of a refusal, and of a close, is named', () => {
  const section = sectionOf('## 6. Errors');
  const missing = [...Object.keys(codes), ...Object.values(closeCodes).map(String)].filter(
    (code) => !new RegExp(`\\b${code}\\b`).test(section),
  );
  expect(missing).toEqual([]);
});

import { expect, test } from 'vitest';
import { eventIn } from '../../src/table/entries.ts';
import { People } from '../../src/table/people.ts';
import { replayFrom } from '../../src/table/replay.ts';
import { requestOf } from '../../src/table/requests.ts';

/** What 0.1 wrote of a command that was carried out. */
const before = (request: unknown) =>
  JSON.stringify({ type: 'command_done', seat: 0, commandId: 'a', request, n: 7, at: 1 });
const requestIn = (entry: string) => (eventIn(entry, 1, 'room_1', new People()) as { request: string }).request;

test.each([
  ['play_card', { slot: 2 }],
  ['unkick', { user_id: 'ben "the [bear]"' }],
  ['start_match', {}],
])('the repeat of %s is known for what it is, though an older version has stored the first', (type, payload) => {
  expect(requestIn(before(JSON.stringify([type, payload])))).toBe(requestOf(type, payload));
  // What was stored since stays as it is, and names nobody.
  const stored = requestOf(type, payload);
  expect(requestIn(before(stored))).toBe(stored);
  expect(stored).toMatch(new RegExp(`^${type} [0-9a-f]{32}$`));
});

test('another payload is another request, and a text that is no request stays one', () => {
  expect(requestOf('play_card', { slot: 2 })).not.toBe(requestOf('play_card', { slot: 3 }));
  for (const text of ['', '[]', '["play_card"', 'play_card']) expect(requestIn(before(text))).toBe(text);
  expect(() => requestIn(before(7))).toThrow('it is no command_done that this version knows: request');
});

test('a replay of a form that this version does not know is none', () => {
  const record = (version: unknown) => JSON.stringify({ version, seats: [] });
  for (const version of [0, 3, 'x', undefined])
    expect(() => replayFrom(record(version), new People())).toThrow(/none that this version knows/);
  expect(replayFrom(record(1), new People())).toMatchObject({ version: 1 });
});

import { expect, test } from 'vitest';
import { fromClient } from '../../src/protocol/schemas/fromClient.ts';
import { fromPerson } from '../../src/protocol/schemas/fromPerson.ts';
import type { ToClient } from '../../src/protocol/toClient.ts';
import { matchEvents, messages } from '../support/said.ts';
import { fieldsIn, namesIn, rowsOf, sectionOf } from './protocol.ts';

// What protocol.md shows of each message is what goes over the wire.

type Example = Record<string, unknown>;

/** The example in a cell of a table. */
function exampleIn(cell = ''): Example | undefined {
  const [, code] = /`(\{.*?\})`/.exec(cell) ?? [];
  return code === undefined ? undefined : JSON.parse(code);
}

/** The first block of a section: one example, or one a line. */
function blockIn(title: string): Example[] {
  const [, block = ''] = /^```json\n(.*?)^```$/ms.exec(sectionOf(title)) ?? [];
  return (block.startsWith('{\n') ? [block] : block.trim().split('\n')).map((code) => JSON.parse(code));
}

const rowOf = (rows: readonly string[][], type: string) => rows.find(([names]) => namesIn(names).includes(type)) ?? [];

const asked = [...rowsOf('## 3. Messages from the client'), ...rowsOf('### Rooms and people')];

test.each(Object.entries({ ...fromClient, ...fromPerson }))('the example of %s is taken', (type, validator) => {
  const [, payload = ''] = rowOf(asked, type);
  // As long as what it stands for, and of its letters.
  const example = exampleIn(payload.replaceAll('…', 'a'.repeat(64)));
  expect(validator.safeParse(example).error?.issues ?? []).toEqual([]);
});

test.each(Object.entries(matchEvents))('the example of the event %s has its fields', (type, event) => {
  const example = blockIn('### `match_event`').find((one) => one.type === type);
  expect(fieldsIn(example).sort()).toEqual(fieldsIn(event).sort());
});

/** Fields that come at times, and are told of in words. */
const sometimes: { [T in keyof ToClient]?: readonly (keyof ToClient[T])[] } = {
  room_closed: ['message'],
  error: ['retry_after_ms', 'place', 'request_id'],
  // Those of other answers than a move's.
  ack: (Object.keys(messages.ack) as (keyof ToClient['ack'])[]).filter((field) => !['command_id', 'n'].includes(field)),
};
const told = rowsOf('## 4. Messages to the client');
const [facts] = blockIn('## 4. Messages to the client');

test.each(Object.entries(messages))('the example of the message %s has its fields', (type, message) => {
  const [, , cell = ''] = rowOf(told, type);
  const [, another = type] = /^as `(\w+)`/.exec(cell) ?? [];
  const shown = cell === 'below' ? blockIn(`### \`${type}\``)[0] : exampleIn(rowOf(told, another)[2]);
  const example = { ...(cell.startsWith('room facts') && facts), ...shown };
  const rare: readonly string[] = sometimes[type as keyof ToClient] ?? [];
  // Each event has fields of its own.
  if (type === 'match_event') return expect(Object.keys(example).slice(0, 2)).toEqual(['n', 'type']);
  const always = Object.keys(message).filter((field) => !rare.includes(field));
  expect(Object.keys(example).sort()).toEqual(always.sort());
});

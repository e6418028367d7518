import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { closeCodes, codes, isForGood } from '../../src/protocol/errors.ts';
import { messageTypes } from '../../src/protocol/fromClient.ts';
import { createOptions, joinOptions, randomOptions } from '../../src/protocol/schemas/options.ts';
import { PlayerState, RecallState, SlotState } from '../../src/rooms/schema/state.ts';
import { answers, matchEvents, messages, personAnswers, routes, toVisitors } from '../support/said.ts';
import { fieldsIn, namesIn, page, rowsOf, sectionOf } from './protocol.ts';

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

test('every message that a client may be told is in the table, and nothing else', () => {
  expect(listedIn('## 4. Messages to the client').sort()).toEqual(Object.keys(messages).sort());
});

test('every field of these messages, of those to a lobby, and of the answers about rooms and people is named', () => {
  const said = [messages, toVisitors, personAnswers].flatMap((all) => fieldsIn(Object.values(all)));
  const chapter = page.split(/^(?=## )/m).find((part) => part.startsWith('## 4.')) ?? '';
  const named = new Set([...chapter.matchAll(/[`"](\w+)[`"]/g)].map(([, name]) => name));
  expect(said.filter((field) => !named.has(field))).toEqual([]);
});

test('every answer is in the table of what is asked, with its fields and nothing else', () => {
  const rows = sectionOf('## 3. Messages from the client').matchAll(/^\| `(\w+)` \|.*?\| (?:`(.*?)`|room facts) \|/gm);
  const listed = [...rows].map(([, type, code]) => {
    return [type, fieldsIn(code === undefined ? answers.get_room : JSON.parse(code)).sort()];
  });
  const given = Object.entries(answers).map(([type, answer]) => [type, fieldsIn(answer).sort()]);
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(given));
});

test('every route that answers with a body is named', () => {
  const missing = Object.keys(routes).filter((route) => !new RegExp(`\`${route}[?\`]`).test(page));
  expect(missing).toEqual([]);
});

test('every match event is in the table with its fields, and nothing else', () => {
  const [, rows = ''] = sectionOf('### `match_event`').split(/^\| --- .*$/m);
  const listed = [...rows.matchAll(/^\| `(\w+)` \|(.*?)\|/gm)].map(([, type, fields = '']) => {
    // What may stand in a field is in brackets.
    const names = [...fields.replace(/\(.*?\)/g, '').matchAll(/[`"](\w+)[`"]/g)].map(([, name]) => name);
    return [type, names.sort()];
  });
  const told = Object.entries(matchEvents).map(([type, { n, type: _, ...fields }]) => {
    const rowsOfEnd = 'results' in fields ? fieldsIn(fields.results) : [];
    return [type, [...Object.keys(fields), ...rowsOfEnd].sort()];
  });
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(told));
});

test('every field of the state is named', () => {
  const named = namesIn(sectionOf('## 5. State'));
  const fields = [RecallState, PlayerState, SlotState].flatMap((schema) => Object.keys(new schema().toJSON()));
  expect(fields.length).toBeGreaterThan(30);
  expect(fields.filter((field) => !named.includes(field))).toEqual([]);
});

test('every code of a refusal, and of a close, is named, and a client’s author is told what to do', () => {
  const all = [...Object.keys(codes), ...Object.values(closeCodes).map(String)];
  for (const text of [sectionOf('## 6. Errors'), readFileSync('docs/clients.md', 'utf8')]) {
    expect(all.filter((code) => !new RegExp(`\\b${code}\\b`).test(text))).toEqual([]);
  }
});

test('after which codes nobody comes back by themselves, everybody says alike: the protocol, its package, Unity’s client and the example', () => {
  const forGood = Object.values(closeCodes).filter(isForGood);
  expect(forGood.length).toBeGreaterThan(5);
  const unity = readFileSync('unity/RecallClient.cs', 'utf8').match(/isForGood = (code .*);/)?.[1];
  const example = readFileSync('docs/recovery.md', 'utf8').match(/if \((code .*)\) return;/)?.[1];
  for (const rule of [unity, example]) {
    const inNumbers = rule?.replace(/CloseCodes\.(\w)(\w*)/g, (_, first: string, rest: string) =>
      String(closeCodes[(first.toLowerCase() + rest) as keyof typeof closeCodes]),
    );
    const isSo = new Function('code', `return ${inNumbers}`) as (code: number) => boolean;
    expect(Object.values(closeCodes).filter(isSo), rule).toEqual(forGood);
  }
  for (const [file, line] of [
    ['docs/protocol.md', /^After (.*), don't come back by yourself/m],
    ['packages/recall-protocol/README.md', /^After some closes it doesn't try: (.*)/m],
  ] as const) {
    const said = readFileSync(file, 'utf8').match(line)?.[1] ?? '';
    expect([...said.matchAll(/\b4\d{3}\b/g)].map(Number), file).toEqual(forGood);
  }
});

import { expect, test } from 'vitest';
import type { RoomSettings } from '../../src/game/state.ts';
import { entrant, TestTable } from './kit.ts';

/** protocol.md 2: nobody at a table goes by another's name (never again 60). */

function table(settings: Partial<RoomSettings> = {}): TestTable {
  const t = new TestTable();
  t.open({ maxPlayers: 8, ...settings }, entrant('ann', { name: 'Ann' }));
  t.connect('ann');
  return t;
}

/** How somebody who calls themselves so is shown. */
function nameOf(t: TestTable, name: string, userId = `user ${name}`): string {
  t.enter(entrant(userId, { name, sessionId: `session ${userId}` }));
  return t.seatOf(userId).name;
}

test('names: another’s name gets a number, with the reservation, so that the journal has it', () => {
  const t = table();
  expect(nameOf(t, 'Ann', 'bob')).toBe('Ann 2');
  expect(t.last('seat_reserved')).toMatchObject({ userId: 'bob', name: 'Ann 2' });
  expect(nameOf(t, 'Ann', 'cyd')).toBe('Ann 3');
  expect(nameOf(t, 'Ann 2', 'dan')).toBe('Ann 2 2');
  expect(nameOf(t, 'Anna', 'eve')).toBe('Anna');
});

test.each([
  ['ANN', 'case'],
  ['A n n', 'blanks'],
  ['Änn', 'an accent'],
  ['Аnn', 'a Cyrillic letter'],
  ['Αnn', 'a Greek letter'],
  ['Aոո', 'Armenian letters'],
  ['Ａｎｎ', 'wide letters'],
  ['𝐀𝐧𝐧', 'mathematical letters'],
  ['A\u200Bnn', 'a space of no width'],
])('names: %s is Ann as well (%s)', (name) => {
  expect(nameOf(table(), name)).toBe(`${name} 2`);
});

test('names: letters and digits that look the same are the same', () => {
  const t = table();
  expect(nameOf(t, 'Bill O.')).toBe('Bill O.');
  expect(nameOf(t, 'BiII 0.')).toBe('BiII 0. 2');
});

test('names: of other scripts too, whose capitals look otherwise', () => {
  const t = table();
  expect(nameOf(t, 'ΝΙΚΗ')).toBe('ΝΙΚΗ');
  expect(nameOf(t, 'νίκη')).toBe('νίκη 2');
});

test('names: a computer player’s name is nobody else’s, whoever came first', () => {
  const t = table();
  t.asks(0, { type: 'add_bot' });
  const bot = t.room.seats[1]?.name ?? '';
  expect(nameOf(t, bot.toUpperCase())).toBe(`${bot.toUpperCase()} 2`);
  const u = table();
  expect(nameOf(u, 'Carl')).toBe('Carl');
  u.asks(0, { type: 'add_bot' });
  expect(u.room.seats[2]?.name).toBe('Carl 2');
});

test('names: who comes again has their own name', () => {
  const t = table({ maxTurns: 1 });
  t.sit('bob');
  t.asks(0, { type: 'start_match' });
  t.leave('bob');
  t.waitFor('match_ended');
  t.enter(entrant('bob', { sessionId: 'second' }));
  expect(t.last('seat_reserved').name).toBe('bob');
});

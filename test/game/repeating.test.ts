import { expect, test } from 'vitest';
import type { CommandId, Move } from '../../src/game/commands.ts';
import { doneCommand } from '../../src/game/room.ts';
import { begun, draw, drawn, inWindow, play, same, TestTable, types } from './kit.ts';

/** protocol.md 3, `command_id`. */

const id = (commandId: string, move: unknown = draw): CommandId => ({ commandId, request: JSON.stringify(move) });
const hands = ['7h 2c 3c 4c', '8s 7s 3d 4d'];

test('command_id: the same id from the same seat is done once, and answered with the same answer', () => {
  const t = begun({ hands });
  const events = t.does(0, draw, id('a'));
  expect(types(events)).toEqual(['drew', 'command_done']);
  const done = doneCommand(t.room, 0, 'a');
  expect(done).toMatchObject({ commandId: 'a', n: t.room.n - 1 });
  expect(t.does(0, draw, id('a'))).toEqual([]);
  expect(t.does(0, draw, id('a'))).toEqual([]);
  expect(doneCommand(t.room, 0, 'a')).toEqual(done);
});

test('command_id: a repeat is harmless after the turn and the phase are over', () => {
  const t = begun({ hands });
  t.does(0, draw, id('a'));
  t.does(0, play(drawn), id('b', play(drawn)));
  t.wait(5_000);
  expect(t.does(0, draw, id('a'))).toEqual([]);
  expect(t.does(0, play(drawn), id('b', play(drawn)))).toEqual([]);
});

test('command_id: a repeated wrong card costs one card, not two', () => {
  const t = inWindow({ hands });
  t.does(1, same(0), id('a', same(0)));
  expect(t.does(1, same(0), id('a', same(0)))).toEqual([]);
  expect(t.player(1).hand).toHaveLength(5);
});

test('command_id: the same id with another type or payload is refused', () => {
  const t = begun({ hands });
  t.does(0, draw, id('a'));
  const other = (move: Move) => ({ type: 'move', seat: 0, by: 'person', move, id: id('a', move) }) as const;
  t.sendRefused(other(play(0)), 'INVALID_PAYLOAD');
  t.does(0, play(0), id('b', play(0)));
  t.sendRefused({ ...other(play(1)), id: id('b', play(1)) }, 'INVALID_PAYLOAD');
});

test('command_id: the ids of two seats have nothing to do with each other', () => {
  const t = inWindow({ hands: ['7h 7d 3c 4c', '8s 7s 3d 4d'] });
  t.does(0, same(1), id('a', same(1)));
  expect(types(t.does(1, same(1), id('a', same(1))))).toEqual(['same_rank_played', 'command_done']);
});

test('command_id: a refusal is not remembered', () => {
  const t = begun({ hands });
  t.sendRefused({ type: 'move', seat: 0, by: 'person', move: play(0), id: id('a', play(0)) }, 'WRONG_PHASE');
  expect(doneCommand(t.room, 0, 'a')).toBeNull();
  t.does(0, draw);
  expect(types(t.does(0, play(0), id('a', play(0))))).toContain('played');
});

test('command_id: the last 32 ids of a seat are remembered', () => {
  const t = new TestTable();
  t.open({ maxPlayers: 3 });
  t.connect('ann');
  const add = { type: 'add_bot' } as const;
  for (let i = 0; i < 40; i++) {
    t.asks(0, add, id(`${i}`, add));
    t.asks(0, { type: 'remove_bot', sessionId: t.room.seats[1]?.sessionId ?? '' });
    t.wait(2_000);
  }
  expect(doneCommand(t.room, 0, '7')).toBeNull();
  for (let i = 8; i < 40; i++) expect(doneCommand(t.room, 0, `${i}`)).not.toBeNull();
});

test('command_id: the repeat of add_bot tells the same computer player', () => {
  const t = new TestTable();
  t.open();
  t.connect('ann');
  t.asks(0, { type: 'add_bot' }, id('a', 'add_bot'));
  expect(doneCommand(t.room, 0, 'a')?.sessionId).toBe(t.room.seats[1]?.sessionId);
  expect(t.asks(0, { type: 'add_bot' }, id('a', 'add_bot'))).toEqual([]);
  expect(t.room.seats[2]).toBeNull();
});

test('command_id: start_match repeated starts one match', () => {
  const t = new TestTable();
  t.open();
  t.connect('ann');
  t.asks(0, { type: 'start_match' }, id('a', 'start_match'));
  expect(t.asks(0, { type: 'start_match' }, id('a', 'start_match'))).toEqual([]);
});

test('command_id: an id is remembered through a drop and a new connection', () => {
  const t = begun({ hands });
  t.does(0, draw, id('a'));
  t.drop('ann');
  t.connect('ann', 'new');
  expect(t.does(0, draw, id('a'))).toEqual([]);
});

test('command_id: a new person in a seat does not have the ids of the one before', () => {
  const t = new TestTable();
  t.open();
  t.connect('ann');
  t.sit('bob');
  t.wait(1_000);
  t.leave('ann');
  t.asks(1, { type: 'add_bot' }, id('a', 'add_bot'));
  t.sit('cyd');
  t.leave('bob');
  t.sit('dan');
  expect(t.seatOf('dan').seat).toBe(1);
  expect(doneCommand(t.room, 1, 'a')).toBeNull();
});

import { matchMaker } from '@colyseus/core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evolve } from '../../src/game/evolve.ts';
import { isRefusal } from '../../src/game/refusal.ts';
import { fromClient } from '../../src/protocol/fromClient.ts';
import { fromPerson } from '../../src/protocol/fromPerson.ts';
import type { MatchEvent, ToClient } from '../../src/protocol/toClient.ts';
import { createClock } from '../../src/rooms/clock.ts';
import { matchEvent } from '../../src/rooms/projection.ts';
import type { RecallRoom } from '../../src/rooms/RecallRoom.ts';
import { playRoom } from '../game/random-match.ts';
import { plans } from '../game/random-plan.ts';
import { Player } from '../rooms/player.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { namesIn, rowsOf, sectionOf } from './protocol.ts';

// What protocol.md shows of each message is what goes over the wire.

type Example = Record<string, unknown>;

/** The examples in a cell of a table. */
const examplesIn = (cell = ''): Example[] =>
  [...cell.matchAll(/`(\{.*?\})`/g)].map(([, code = '']) => JSON.parse(code));

/** The first block of a section: one example, or one a line. */
function blockIn(title: string): Example[] {
  const [, block = ''] = /^```json\n(.*?)^```$/ms.exec(sectionOf(title)) ?? [];
  return (block.startsWith('{\n') ? [block] : block.trim().split('\n')).map((code) => JSON.parse(code));
}

const clientRows = [...rowsOf('## 3. Messages from the client'), ...rowsOf('### Rooms and people')];

test.each(Object.entries({ ...fromClient, ...fromPerson }))('the example of %s is taken', (type, validator) => {
  const [, payload = ''] = clientRows.find(([names]) => namesIn(names).includes(type)) ?? [];
  // As long as what it stands for, and of its letters.
  const [example] = examplesIn(payload.replaceAll('…', 'a'.repeat(64)));
  expect(validator.safeParse(example).error?.issues ?? []).toEqual([]);
});

test('every event has an example, with the fields that it has', () => {
  const examples = new Map(blockIn('### `match_event`').map((one) => [one.type, one]));
  const sent = new Map<string, MatchEvent>();
  for (const plan of fc.sample(plans, { numRuns: 100, seed: 7 })) {
    playRoom(plan, ({ before, answer }) => {
      let room = before;
      for (const event of isRefusal(answer) ? [] : answer) {
        room = evolve(room, event);
        const told = matchEvent(room, event);
        // Some have a field more where there is something to say.
        if (told && keysOf(told).length >= keysOf(sent.get(told.type) ?? {}).length) sent.set(told.type, told);
      }
    });
  }
  expect([...examples.keys()].sort()).toEqual([...sent.keys()].sort());
  for (const [type, event] of sent) expect([type, keysOf(examples.get(type) ?? {})]).toEqual([type, keysOf(event)]);
});

/** By their message, in words: where its example is, and which fields come sometimes. One that isn't here doesn't compile. */
const told: { [T in keyof ToClient]: { in?: string; sometimes?: readonly (keyof ToClient[T] & string)[] } } = {
  create_room_success: { in: 'room facts' },
  room_joined: {},
  join_room_success: { in: 'as `room_joined`' },
  already_joined: { in: 'as `room_joined`' },
  player_joined: {},
  recall_new_player_joined: { in: 'as `player_joined`' },
  player_left: {},
  leave_room_success: {},
  room_closed: { sometimes: ['message'] },
  cards_shown: { in: 'below' },
  match_event: { in: 'below' },
  paused: {},
  resumed: {},
  clock_moved: {},
  presence: {},
  user_joined_rooms: {},
  error: {},
};

let server: TestServer;
/** By how much the server's clock was set. */
let setByMs = 0;
beforeAll(async () => {
  const timer = (callback: () => void, ms: number) => {
    const timeout = setTimeout(callback, ms);
    return () => clearTimeout(timeout);
  };
  const clock = createClock({ wall: () => Date.now() + setByMs, monotonic: () => performance.now(), timer });
  server = await startServer({ PRESENCE_GRACE_S: '0.05', SAME_RANK_WINDOW_S: '0.05' }, { clock });
});
afterAll(() => server.stop());

test('every message to a client has an example, with the fields that it has', async () => {
  const client = await server.client('ann');
  const ann = new Player(await client.create('recall', { max_players: 3 }));
  const sits = async (userId: string) => new Player(await (await server.client(userId)).joinById(ann.roomId));
  const room = matchMaker.getLocalRoomById(ann.roomId) as RecallRoom;
  const older = await sits('ben');
  const ben = await sits('ben');
  const cat = await sits('cat');
  await ben.message('already_joined');
  await cat.connection.leave();
  await ann.message('player_left');
  ann.send('draw_card', { command_id: 'mine' });
  await ann.message('error');
  room.pause();
  await ann.message('resumed');
  await ann.ask('start_match');
  await ann.ask('completed_initial_peek', { slots: [0, 1] });
  await ann.message('cards_shown');
  ben.cutOff();
  await ann.message('presence');
  setByMs = -600_000;
  await ann.message('clock_moved');
  await client.create('recall');
  await ann.message('user_joined_rooms');
  await room.disconnect();
  await ann.message('room_closed');

  const heard = [ann, older, ben, cat].flatMap((player) => player.heard);
  const [facts] = blockIn('## 4. Messages to the client');
  const rows = rowsOf('## 4. Messages to the client');
  const cellOf = (type: string) => rows.find(([names]) => namesIn(names).includes(type))?.[2] ?? '';
  for (const [type, { in: where = '', sometimes = [] }] of Object.entries(told)) {
    const cell = cellOf(type);
    expect([type, cell.slice(0, where.length)]).toEqual([type, where]);
    const [, other = type] = /^as `(\w+)`/.exec(where) ?? [];
    const [own] = where === 'below' ? blockIn(`### \`${type}\``) : examplesIn(cellOf(other));
    const example = { ...(where === 'room facts' && facts), ...own };
    const sent = heard.find((one) => one.type === type)?.payload ?? {};
    const always = keysOf(sent).filter((key) => !(sometimes as readonly string[]).includes(key));
    // Each event has fields of its own.
    if (type !== 'match_event') expect([type, keysOf(example)]).toEqual([type, always]);
    for (const key of sometimes) expect(cell).toContain(`\`"${key}"\``);
  }
});

const keysOf = (value: object): string[] => Object.keys(value).sort();

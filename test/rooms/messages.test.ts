import { Protocol } from '@colyseus/core';
import { encode } from '@colyseus/schema';
import { pack } from 'msgpackr';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fairness } from '../../src/fairness/fairness.ts';
import { createLog } from '../../src/ops/log.ts';
import { closeCodes } from '../../src/protocol/errors.ts';
import { messageTypes, type Payload } from '../../src/protocol/fromClient.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TestPlayer } from './player.ts';

let server: TestServer;
let clock: ManualClock;
let logged: string;
/** When set, whatever needs chance fails. */
let broken = false;
const chance = {
  ...fairness,
  seedOf: (...args: Parameters<typeof fairness.seedOf>) => {
    if (broken) throw new TypeError('the dice are lost');
    return fairness.seedOf(...args);
  },
};
beforeAll(async () => {
  clock = manualClock(Date.now());
  const write = (line: string) => {
    logged += line;
  };
  const log = createLog('error', { write });
  server = await startServer({ MESSAGES_PER_S: '50', BAD_MESSAGES: '100' }, { clock, chance, log });
});
afterAll(() => server.stop());

let ann: TestPlayer;
let ben: TestPlayer;
beforeEach(async () => {
  logged = '';
  broken = false;
  ann = new TestPlayer(await (await server.client('ann')).create('recall', {}));
  ben = new TestPlayer(await (await server.client('ben')).joinById(ann.roomId));
});

function frame(
  code: number,
  type: string | number,
  body: Uint8Array = new Uint8Array(),
  requestId?: number,
): Uint8Array {
  const head = Buffer.alloc(1000);
  const it = { offset: 1 };
  head[0] = code;
  if (requestId !== undefined) encode.number(head, requestId, it);
  if (typeof type === 'string') encode.string(head, type, it);
  else encode.number(head, type, it);
  return Buffer.concat([head.subarray(0, it.offset), body]);
}
const sendRaw = (player: TestPlayer, bytes: Uint8Array) => player.connection.connection.send(bytes);
const errorAbout = (player: TestPlayer, request: string) =>
  player.message('error', (error) => error.request === request);

/** The game goes on, for others and for who is still connected. */
async function expectAllWell(...players: TestPlayer[]): Promise<void> {
  for (const player of players) expect(await player.ask('ping')).toEqual({ at: clock.now() });
}

describe('a payload (never again 12, 33)', () => {
  test.each<[type: string, payload: object, message: RegExp]>([
    ['play_card', {}, /^slot: .*expected number/],
    ['play_card', { slot: '1' }, /^slot: .*expected number, received string/],
    ['play_card', { slot: 1.5 }, /^slot: .*expected int/],
    ['play_card', { slot: -2 }, /^slot: .*>=-1/],
    ['play_card', { slot: 999 }, /^slot: .*<=255/],
    ['play_card', { slot: Number.NaN }, /^slot: /],
    ['play_card', { slot: 0, card_id: 'x' }, /^card_id: not a field of play_card, which may have slot, command_id$/],
    ['draw_card', { user_id: 'ben' }, /^user_id: not a field of draw_card/],
    ['draw_card', { player_id: 'x', slot: 1 }, /^player_id, slot: not a field/],
    ['draw_card', [1, 2], /^payload: .*expected object/],
    ['completed_initial_peek', { slots: [0] }, /^slots: /],
    ['completed_initial_peek', { slots: [0, 'a'] }, /^slots\.1: .*expected number/],
    ['jack_swap', { first: { session_id: 'x', slot: 0 } }, /^second: /],
    ['jack_swap', { first: { session_id: '', slot: 0 }, second: { session_id: 'x', slot: 0 } }, /^first\.session_id: /],
    ['add_bot', { level: 'godlike' }, /^level: .*"easy"\|"medium"\|"hard"\|"expert"/],
    ['draw_card', { command_id: 'x'.repeat(37) }, /^command_id: .*<=36/],
    ['draw_card', JSON.parse('{"__proto__": {"slot": 1}}'), /proto/],
    ['draw_card', { constructor: 1 }, /^constructor: not a field/],
    ['kick', { session_id: { toString: 'x' } }, /^session_id: /],
  ])('of %s that is not right is refused, with the field and what is allowed: %j', async (type, payload, message) => {
    const refusal = await ann.refused(type, payload);
    expect(refusal).toEqual({ code: 'INVALID_PAYLOAD', message: expect.stringMatching(message) });
    ann.send(type, payload);
    expect(await errorAbout(ann, type)).toMatchObject(refusal);
    await expectAllWell(ann, ben);
  });

  test('of more than 4 KB is refused', async () => {
    expect(await ann.refused('ping', { junk: 'x'.repeat(4100) })).toEqual({
      code: 'INVALID_PAYLOAD',
      message: 'A message may have 4096 bytes at most.',
    });
    await expectAllWell(ann, ben);
  });

  test('may be left out where nothing has to be in it', async () => {
    expect(await ann.connection.request('get_room' as never)).toMatchObject({ room_id: ann.roomId, current_size: 2 });
  });

  test('names nobody who is not there', async () => {
    const stranger = { session_id: 'stranger', slot: 0 };
    for (const [type, payload] of [
      ['queen_peek', stranger],
      ['jack_swap', { first: stranger, second: stranger }],
      ['kick', { session_id: 'stranger' }],
      ['remove_bot', { session_id: ben.id }],
    ] as const) {
      expect(await ann.refused(type, payload)).toMatchObject({
        code: expect.stringMatching(/INVALID_PAYLOAD|WRONG_PHASE/),
      });
    }
  });
});

describe('a message that does not exist', () => {
  test('is refused, by request and by send', async () => {
    for (const type of ['discard_card', '*', '__proto__', 'constructor', 'toString', '_$bping', 'onJoin']) {
      const refusal = await ann.refused(type, { slot: 1 });
      expect(refusal).toMatchObject({
        code: 'UNKNOWN_MESSAGE',
        message: expect.stringContaining(messageTypes.join(', ')),
      });
      ann.send(type, { command_id: 'mine' });
      expect(await errorAbout(ann, type)).toMatchObject({ code: 'UNKNOWN_MESSAGE', command_id: 'mine' });
    }
    await expectAllWell(ann, ben);
  });

  test('is refused as bytes and by number too', async () => {
    ann.connection.sendBytes('ping', new Uint8Array([1, 2, 3]));
    expect(await errorAbout(ann, 'ping')).toMatchObject({ code: 'INVALID_PAYLOAD' });
    ann.send(7, {});
    expect(await errorAbout(ann, '7')).toMatchObject({ code: 'UNKNOWN_MESSAGE' });
  });
});

describe('a frame', () => {
  test('that is no msgpack is refused, and harms only who sent it', async () => {
    const junk = Buffer.from([0xc1, 0xff, 0xdd, 0xff, 0xff, 0xff, 0xff]);
    sendRaw(ann, frame(Protocol.ROOM_DATA, 'draw_card', junk));
    expect(await errorAbout(ann, 'draw_card')).toMatchObject({ code: 'INVALID_PAYLOAD' });
    sendRaw(ann, frame(Protocol.ROOM_DATA, 'play_card', pack({ slot: 0 }).subarray(0, -1)));
    expect(await errorAbout(ann, 'play_card')).toMatchObject({ code: 'INVALID_PAYLOAD' });
    await expectAllWell(ann, ben);
  });

  test('of any bytes ends neither the process nor the room (never again 33)', async () => {
    for (let i = 0; i < 300; i++) {
      const bytes = Buffer.from(fairness.freshSecret().repeat(1 + (i % 5)), 'hex');
      bytes[0] = [Protocol.ROOM_DATA, Protocol.ROOM_REQUEST, Protocol.ROOM_DATA_BYTES, 0, 255][i % 5] as number;
      if (i % 10 === 0) bytes.fill(0x91, 20);
      sendRaw(ann, bytes);
    }
    sendRaw(ann, new Uint8Array());
    sendRaw(ann, frame(Protocol.ROOM_DATA, 'ping', Buffer.alloc(10_000, 0x91)));
    await ben.ask('ping');
    await clock.advance(10_000);
    await expectAllWell(ben);
    expect(logged).toBe('');
  });
});

describe('too many messages', () => {
  test('in a second are refused, with how long to wait', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 80 }, () => ann.ask('ping')));
    const refused = answers.filter((one) => one.status === 'rejected');
    expect(refused).toHaveLength(30);
    expect(refused[0]?.reason.reason).toEqual({
      code: 'TOO_MANY_REQUESTS',
      message: expect.stringContaining('1000 ms'),
      retry_after_ms: 1000,
    });
    await expectAllWell(ben);
    await clock.advance(1000);
    await expectAllWell(ann);
  });

  test('that go on and on close that one connection', async () => {
    for (let i = 0; i < 200; i++) ann.send('ping', {});
    expect(await ann.closed).toBe(closeCodes.tooManyBadMessages);
    await ben.sees((state) => state.players.get(ann.id)?.connected === false);
    await expectAllWell(ben);
  });

  test('that are bad close it too, within 10 s, but not those of a longer time', async () => {
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 30; j++) ann.send('nonsense', {});
      await ann.refused('nonsense');
      await clock.advance(5000);
    }
    await expectAllWell(ann);
    for (let i = 0; i < 2; i++) {
      await clock.advance(1000);
      for (let j = 0; j < 50; j++) ann.send('nonsense', {});
      if (i === 0) await ann.refused('ping', { junk: 1 });
    }
    expect(await ann.closed).toBe(closeCodes.tooManyBadMessages);
    await expectAllWell(ben);
  });
});

describe('a refusal', () => {
  test('goes to who asked alone, with the request and its command id (never again 7)', async () => {
    ann.send('play_card', { slot: 1, command_id: 'mine' });
    expect(await ann.message('error')).toEqual({
      code: 'WRONG_PHASE',
      message: 'No match is running.',
      request: 'play_card',
      command_id: 'mine',
    });
    await expectAllWell(ben);
    expect(ben.types()).not.toContain('error');
  });

  test('is never an acknowledgement, and is followed by none (never again 15)', async () => {
    expect(await ben.refused('start_match')).toMatchObject({ code: 'NOT_OWNER' });
    expect(await ben.refused('draw_card')).toMatchObject({ code: 'WRONG_PHASE' });
    expect(ann.told('match_event')).toEqual([]);
  });
});

test('a fault of ours is answered INTERNAL, never OK, and the log has it by its id (never again 42)', async () => {
  broken = true;
  const fault = await ann.refused('start_match', { command_id: 'x' });
  expect(fault.code).toBe('INTERNAL');
  const [, id] = /the log has it as ([\w-]+)\./.exec(fault.message) ?? [];
  expect(fault.request_id).toBe(id);
  const line = { type: 'start_match', err: { message: 'the dice are lost' } };
  expect(JSON.parse(logged)).toMatchObject({ ...line, requestId: id });
  ann.send('start_match', {});
  const error = await ann.message('error');
  expect(error).toMatchObject({ code: 'INTERNAL', request: 'start_match' });
  expect(error.request_id).toMatch(/^[\da-f-]{36}$/);
  expect(JSON.parse(logged.trim().split('\n').at(-1) ?? '')).toMatchObject({ ...line, requestId: error.request_id });
  expect(ann.state.phase).toBe('waiting_for_players');
  broken = false;
  expect(await ann.ask('start_match', { command_id: 'x' })).toEqual({ n: expect.any(Number) });
});

describe('a command id', () => {
  test('makes a repeat harmless, and answers it as the first', async () => {
    const all = Array.from({ length: 5 }, () => ann.ask('add_bot', { command_id: 'once', level: 'easy' }));
    const answers = await Promise.all(all);
    expect(new Set(answers.map((one) => one.session_id)).size).toBe(1);
    await ann.sees((state) => state.players.size === 3);
    expect(await ann.refused('add_bot', { command_id: 'once', level: 'hard' })).toMatchObject({
      code: 'INVALID_PAYLOAD',
    });
    expect(await ann.refused('start_match', { command_id: 'once' })).toMatchObject({ code: 'INVALID_PAYLOAD' });
    const started = await ann.ask('start_match', { command_id: 'twice' });
    expect(await ann.ask('start_match', { command_id: 'twice' })).toEqual(started);
    expect(started).toEqual({ n: (await ann.event('match_started')).n });
  });

  test('of a refused message may be used again, and one of another seat is its own', async () => {
    expect(await ann.refused('draw_card', { command_id: 'a' })).toMatchObject({ code: 'WRONG_PHASE' });
    await ann.ask('start_match', { command_id: 'a' });
    const peek: Payload<'completed_initial_peek'> = { slots: [0, 1], command_id: 'a' };
    await ben.ask('completed_initial_peek', peek);
    expect(await ann.refused('completed_initial_peek', peek)).toMatchObject({ code: 'INVALID_PAYLOAD' });
  });
});

test('the playground offers every message', () => {
  const room = server.colyseus.getRoomById(ann.roomId) as unknown as { onMessageEvents: { events: object } };
  expect(Object.keys(room.onMessageEvents.events)).toEqual(messageTypes);
});

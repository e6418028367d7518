import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/journal/database.ts';
import { SqliteJournal } from '../../src/journal/sqlite.ts';
import type { MessageType } from '../../src/protocol/fromClient.ts';
import { temporaryFolder } from '../people/folder.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { withAppend } from '../support/withAppend.ts';
import { TestPlayer } from './player.ts';

let server: TestServer;
/** Nothing is stored before. */
let stored: Promise<void>;
let ann: TestPlayer;
let ben: TestPlayer;
beforeAll(async () => {
  const database = openDatabase(temporaryFolder());
  const journal = withAppend(new SqliteJournal(database), async (store) => {
    await stored;
    await store();
  });
  server = await startServer({}, { journal });
});
afterAll(() => server.stop());
beforeEach(async () => {
  stored = Promise.resolve();
  ann = new TestPlayer(await (await server.client('ann')).create('recall', {}));
  ben = new TestPlayer(await (await server.client('ben')).joinById(ann.roomId));
});

describe('what is sent with a command id, by a client that has no requests,', () => {
  test('is acknowledged to its sender alone, with the answer of a request, after what came of it', async () => {
    let phase = '';
    ann.connection.onMessage('*', (type) => {
      if (type === 'ack') phase = ann.state.phase;
    });
    ann.send('start_match', { command_id: 'a' });
    const ack = await ann.message('ack');
    expect(ack).toEqual({ command_id: 'a', n: (await ann.event('match_started')).n });
    expect(phase).toBe('initial_peek');
    expect(ann.types().lastIndexOf('match_event')).toBeLessThan(ann.types().indexOf('ack'));
    await ben.ask('ping');
    expect(ben.types()).not.toContain('ack');
  });

  test('is acknowledged whatever it is', async () => {
    const acked = async (type: MessageType) => {
      ann.send(type, { command_id: type });
      const { command_id: _, ...answer } = await ann.message('ack', (ack) => ack.command_id === type);
      return answer;
    };
    const bot = await acked('add_bot');
    await ann.sees((state) => state.players.get(bot.session_id ?? '')?.isBot === true);
    expect(await acked('ping')).toEqual({ at: expect.any(Number) });
    expect(await acked('get_room')).toEqual(await ann.ask('get_room'));
    expect(await acked('get_kicked')).toEqual({ kicked: [] });
  });

  test('is done once, and acknowledged as often as it is sent', async () => {
    for (let i = 0; i < 3; i++) ann.send('add_bot', { command_id: 'once' });
    await ann.ask('ping');
    const [first, ...others] = ann.told('ack');
    expect(others).toEqual([first, first]);
    expect(ann.state.players.size).toBe(3);
  });

  test('is refused with the id, and not acknowledged', async () => {
    ann.send('draw_card', { command_id: 'a' });
    expect(await ann.message('error')).toMatchObject({ code: 'WRONG_PHASE', request: 'draw_card', command_id: 'a' });
    await ann.ask('ping');
    expect(ann.types()).not.toContain('ack');
    ann.send('start_match', { command_id: 'a' });
    expect(await ann.message('ack')).toMatchObject({ command_id: 'a' });
  });

  test('hears of nothing, a refusal included, before all that it was judged by is stored', async () => {
    const { promise, resolve: store } = Promise.withResolvers<void>();
    stored = promise;
    ann.send('start_match', { command_id: 'a' });
    ann.send('add_bot', { command_id: 'b' });
    await ben.ask('ping');
    expect(ann.types()).not.toContain('ack');
    expect(ann.types()).not.toContain('error');
    store();
    expect(await ann.message('error')).toMatchObject({ code: 'MATCH_RUNNING', command_id: 'b' });
    expect(ann.told('ack')).toMatchObject([{ command_id: 'a' }]);
  });

  test('and without one is only told of where it is refused', async () => {
    ann.send('add_bot', {});
    ann.send('draw_card', {});
    await ann.message('error');
    await ann.sees((state) => state.players.size === 3);
    expect(ann.types()).not.toContain('ack');
  });
});

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/journal/database.ts';
import { JournalUnavailable } from '../../src/journal/journal.ts';
import { SqliteJournal } from '../../src/journal/sqlite.ts';
import { createLog } from '../../src/ops/log.ts';
import { closeCodes } from '../../src/protocol/errors.ts';
import { temporaryFolder } from '../people/folder.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { withAppend } from '../support/withAppend.ts';
import { TestPlayer } from './player.ts';

/** A room that an operator closes while its journal can't be reached. */

let server: TestServer;
let headers: Record<string, string>;
let isAway = false;
const lines: string[] = [];
let ann: TestPlayer;
beforeAll(async () => {
  const journal = withAppend(new SqliteJournal(openDatabase(temporaryFolder())), async (store) => {
    if (isAway) throw new JournalUnavailable('the disk is full');
    await store();
  });
  server = await startServer({}, { journal, log: createLog('warn', { write: (line) => void lines.push(line) }) });
  headers = { Authorization: `Bearer ${await server.token({ sub: 'olga', roles: ['operator'] })}` };
});
afterAll(() => server.stop());
beforeEach(async () => {
  isAway = false;
  lines.length = 0;
  ann = new TestPlayer(await (await server.client('ann')).create('recall', {}));
  isAway = true;
  expect(await ann.refused('add_bot')).toMatchObject({ code: 'UNAVAILABLE' });
});

async function close(): Promise<{ status: number; body: object }> {
  const response = await fetch(`${server.url}/admin/rooms/${ann.roomId}`, { method: 'DELETE', headers });
  return { status: response.status, body: (await response.json()) as object };
}

const press = (method: string) =>
  fetch(`${server.url}/monitor/api/room/call?${new URLSearchParams({ roomId: ann.roomId, method, args: '[]' })}`, {
    headers,
  });

test('an operator who can not close a room hears that it goes on, and closes it when it can be stored', async () => {
  const refused = await close();
  expect(refused).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
  expect(refused.body).toMatchObject({ message: expect.stringContaining('goes on') });
  isAway = false;
  await ann.message('resumed');
  await ann.ask('add_bot');
  expect(await close()).toEqual({ status: 200, body: { room_id: ann.roomId, closed: true } });
  expect(await ann.closed).toBe(closeCodes.roomClosed);
});

test('the button of the monitor says so too, and the log why', async () => {
  expect((await press('disconnect')).status).toBe(500);
  const line = lines.find((one) => one.includes('a room was not closed')) ?? '';
  expect(JSON.parse(line)).toMatchObject({ roomId: ann.roomId, code: 'UNAVAILABLE' });
  isAway = false;
  await ann.message('resumed');
  await ann.ask('add_bot');
  expect((await press('disconnect')).status).toBe(200);
  expect(await ann.closed).toBe(closeCodes.roomClosed);
});

test('the log says why it can not be stored', async () => {
  const told = lines.find((line) => line.includes('could not be stored')) ?? '';
  expect(JSON.parse(told)).toMatchObject({
    roomId: ann.roomId,
    kind: 'unavailable',
    err: { message: expect.stringContaining('the disk is full') },
  });
});

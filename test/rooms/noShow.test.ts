import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLog } from '../../src/ops/log.ts';
import { readyWithinMs } from '../../src/rooms/joining.ts';
import { reservationMs } from '../../src/table/passes.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { RawClient } from '../support/rawClient.ts';
import { startServer, type TestServer } from '../support/server.ts';

// docs/clients.md, "Older SDKs": those of 0.15 and 0.16 ask for a seat, and can't read the answer; that of 0.17 connects, and
// can't read what it is told.

let server: TestServer;
let clock: ManualClock;
let lines: { msg: string; kind?: string; leftOut?: number; roomId?: string }[];
beforeAll(async () => {
  clock = manualClock(Date.now());
  lines = [];
  const log = createLog('info', { write: (line) => void lines.push(JSON.parse(line)) });
  server = await startServer({}, { clock, log });
});
afterAll(() => server.stop());

const noShows = (kind: string) => lines.filter((line) => line.kind === kind);

test('who asks for a seat and never connects is counted in the log', async () => {
  const call = { body: { bots: 1 } } as never;
  await (await server.client('old')).http.post('/matchmake/create/recall' as never, call);
  await (await server.client('older')).http.post('/matchmake/create/recall' as never, call);
  expect(noShows('did not connect')).toEqual([]);
  await clock.advance(reservationMs);
  await vi.waitFor(() => expect(noShows('did not connect')).toHaveLength(1));
  expect(noShows('did not connect')[0]?.msg).toContain('an SDK before 0.18');
});

test('and so is who connects and never acknowledges, which ends their connection', async () => {
  const raw = await RawClient.connect(server.url, await server.client('old'), 'create/recall', { bots: 1 });
  await clock.advance(readyWithinMs);
  expect(await raw.closed).toBe(1006);
  expect(noShows('did not acknowledge')).toHaveLength(1);
});

test('nobody else is', async () => {
  const before = lines.filter(({ kind }) => kind).length;
  const room = await (await server.client('ann')).create('recall', { bots: 1 });
  await clock.advance(2 * readyWithinMs);
  await room.leave();
  expect(lines.filter(({ kind }) => kind).slice(before)).toEqual([]);
});

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Protocol } from '@colyseus/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { createLog } from '../../src/ops/log.ts';
import { closeCodes } from '../../src/protocol/errors.ts';
import { RawClient } from '../support/rawClient.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** Frames that no SDK sends. */

let server: TestServer;
let lines: string[];
let eve: RawClient;

async function start(settings: Record<string, string> = {}): Promise<void> {
  lines = [];
  server = await startServer(settings, { log: createLog('info', { write: (line) => void lines.push(line) }) });
}
const join = async (user = 'eve') => RawClient.join(server.url, await server.client(user), 'create/recall');

beforeEach(async () => {
  await start();
  eve = await join();
});
afterEach(() => server.stop());

const unmasked = [0x80, 0, 0, 0, 0];
const ping = [0x89, ...unmasked];
/** A whole binary frame of that one byte. */
const frameOf = (byte: number) => [0x82, 0x81, 0, 0, 0, 0, byte];
const many = (times: number, bytes: number[]) => Array.from({ length: times }, () => bytes).flat();

test('a PING now and then is answered; more than CONTROL_FRAMES_PER_S close the connection', async () => {
  let pongs = 0;
  eve.socket.on('pong', () => pongs++);
  eve.write(...many(15, ping));
  await vi.waitFor(() => expect(pongs).toBe(15));
  eve.write(...many(1000, ping));
  expect(await eve.closed).toBe(closeCodes.tooManyControlFrames);
});

test('so do PONGs that nobody asked for', async () => {
  eve.write(...many(30, [0x8a, ...unmasked]));
  expect(await eve.closed).toBe(closeCodes.tooManyControlFrames);
});

test.each([
  ['empty frames', [0x82, ...unmasked]],
  ['frames of an unknown code', frameOf(30)],
  ['frames that only the server sends', frameOf(Protocol.ROOM_STATE)],
  ['inputs, which no room takes', frameOf(19)],
  ['acknowledgements again and again', frameOf(Protocol.JOIN_ROOM)],
  ['pings of the framework without end', frameOf(Protocol.PING)],
])('%s close the connection like other bad messages', async (_, frame) => {
  await eve.hears(Protocol.ROOM_STATE);
  eve.write(...many(200, frame));
  expect(await eve.closed).toBe(closeCodes.tooManyBadMessages);
});

test('who goes on talking when they were closed is cut off at once, and not read for seconds', async () => {
  await eve.hears(Protocol.ROOM_STATE);
  eve.write(...many(2000, frameOf(30)));
  await eve.closed;
  await vi.waitFor(() => expect(lines.join()).toContain('it went on talking when it was closed'));
});

test('the connection that measures the way answers a few times, and no flood', async () => {
  const measuring = new WebSocket(server.url.replace(/^http/, 'ws'));
  let answers = 0;
  measuring.on('message', () => answers++);
  const closed = once(measuring, 'close');
  await once(measuring, 'open');
  measuring.send(Buffer.from([Protocol.PING]));
  await vi.waitFor(() => expect(answers).toBe(1));
  const tcp = (measuring as unknown as { _socket: Socket })._socket;
  tcp.write(Buffer.from(many(5000, frameOf(Protocol.PING))));
  await closed;
  expect(answers).toBeLessThanOrEqual(20);
  expect(await (await server.client('ann')).getLatency({ pingCount: 5 })).toBeGreaterThanOrEqual(0);
});

test('the framework’s ping is answered', async () => {
  eve.write(...frameOf(Protocol.PING));
  await eve.hears(Protocol.PING);
});

test.each([
  ['too long a frame', [0x82, 0xfe, 0x7f, 0xff, 0, 0, 0, 0], 1009],
  ['a frame of 8 EiB', [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 1009],
  ['reserved bits', [0xf2, ...unmasked], 1002],
  ['a compressed frame', [0xc2, ...unmasked], 1002],
  ['no mask', [0x82, 0x01, 10], 1002],
  ['an unknown opcode', [0x8f, ...unmasked], 1002],
  ['the end of a message that never began', [0x80, ...unmasked], 1002],
  ['text that is no UTF-8', [0x81, 0x81, 0, 0, 0, 0, 0xff], 1007],
  ['a message of too many pieces', [0x02, ...unmasked, ...many(100, [0x00, ...unmasked])], 1008],
])('%s closes the connection, and is one line in the log', async (_, bytes, code) => {
  eve.write(...bytes);
  expect(await eve.closed).toBe(code);
  const others = await Promise.all(['ann', 'ben', 'cy'].map(join));
  for (const other of others) other.write(...bytes);
  await Promise.all(others.map(({ closed }) => closed));
  const ended = lines.filter((line) => line.includes('a connection was ended'));
  expect(ended.length).toBeGreaterThan(0);
  expect(ended.length).toBeLessThan(4);
  expect(JSON.parse(ended[0] ?? '')).toMatchObject({ level: 30, kind: expect.stringMatching(/^WS_ERR_/) });
  expect(lines.join()).not.toMatch(/\bat .*\.js:\d+/);
});

test('no connection is compressed, which would cost memory and time for each', () => {
  expect(eve.socket.extensions).toBe('');
});

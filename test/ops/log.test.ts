import { expect, test } from 'vitest';
import { colyseusLogger, createLog } from '../../src/ops/log.ts';

function capture(level = 'info') {
  const lines: Record<string, unknown>[] = [];
  const log = createLog(level, { write: (line) => void lines.push(JSON.parse(line)) });
  return { log, lines };
}

test('each line is JSON, with a time that a person can read', () => {
  const { log, lines } = capture();
  log.info({ roomId: 'room_1' }, 'opened');
  expect(lines).toEqual([
    expect.objectContaining({ msg: 'opened', roomId: 'room_1', time: expect.stringContaining('T') }),
  ]);
});

test('what is less important than LOG_LEVEL is not written', () => {
  const { log, lines } = capture('warn');
  log.info('opened');
  expect(lines).toEqual([]);
});

test('a password, a token or a secret is struck out, however deep it lies', () => {
  const { log, lines } = capture();
  log.info({ password: 'hunter2', options: { password: 'hunter2' }, a: { headers: { authorization: 'hunter2' } } });
  log.info({ client: { reconnectionToken: 'hunter2', reconnection_token: 'hunter2' }, token: 'hunter2' });
  expect(lines).toHaveLength(2);
  expect(JSON.stringify(lines)).not.toContain('hunter2');
});

test('the address of a connection shows its room, and neither pass nor session id nor token, whoever logs it (never again 44)', () => {
  const { log, lines } = capture('debug');
  const addresses = [
    '/p4ss-hunter2/room_1?sessionId=hunter2&reconnectionToken=hunter2',
    'ws://127.0.0.1:2567/hunter2/room_1?sessionId=hunter2',
    '/p-hunter2/lobby_1?_authToken=hunter2&sessionId=hunter2',
    '/p-hunter2/room_1',
  ];
  for (const url of addresses) {
    log.debug(
      { err: Object.assign(new Error(`connect ECONNREFUSED ${url}`), { url }) },
      'a connection was turned away',
    );
    log.info({ request: { url } }, `GET ${url}`);
    colyseusLogger(log).error(new Error(`GET ${url}`));
  }
  expect(lines).toHaveLength(3 * addresses.length);
  for (const line of lines) expect(JSON.stringify(line)).toMatch(/\/\[Redacted\]\/(room|lobby)_1/);
  expect(JSON.stringify(lines)).not.toContain('hunter2');
});

test('lines of Colyseus join ours, without the tokens and passwords that stand in them', () => {
  const { log, lines } = capture();
  const colyseus = colyseusLogger(log);
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl';
  colyseus.warn('remote room timed out, requesting "_reserveSeat" with args', [{ password: 'hunter2', name: 'Ann' }]);
  colyseus.error(new Error(`GET /p/room?reconnectionToken=hunter2&_authToken=${jwt}`));
  colyseus.info('%s with args {"password":"hunter2"}', '_reserveSeat');
  colyseus.debug('not at this level');
  expect(lines).toHaveLength(3);
  expect(lines.every(({ from }) => from === 'colyseus')).toBe(true);
  expect(JSON.stringify(lines)).toContain('Ann');
  expect(JSON.stringify(lines)).not.toMatch(/hunter2|eyJ/);
});

test('what a client can make Colyseus say without end is no error of ours', () => {
  const { log, lines } = capture();
  colyseusLogger(log).error('Error: reconnection denied\n    at RecallRoom._onJoin (Room.mjs:1)');
  expect(lines).toEqual([]);
});

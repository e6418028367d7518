import { afterEach, expect, test, vi } from 'vitest';
import { Cluster } from '../../harness/cluster.ts';
import { inFile, inRedis, Party } from '../../harness/party.ts';
import { killAll, Process } from '../../harness/process.ts';
import { TcpProxy } from '../../harness/proxy.ts';
import { TestPlayer } from '../rooms/player.ts';

let cluster: Cluster | undefined;
afterEach(async () => {
  await killAll();
  await cluster?.stop();
  cluster = undefined;
});

/** How often each has come back to the table. */
const returns = ({ witnesses }: Party) =>
  witnesses.map(({ told }) => told.filter(({ kind }) => kind === 'back').length - 1);

test('the process of a match is killed, and players on automatic reconnection play on', async () => {
  cluster = await Cluster.start();
  const party = await Party.begin({ urls: cluster.urls, seed: 1 });
  await party.moves(4);
  await (await cluster.homeOf(party.roomId)).end('SIGKILL');
  await party.finished();
  expect(Math.min(...returns(party))).toBeGreaterThan(0);
  expect(party.witnesses.map(({ gaveUp }) => gaveUp)).toEqual([[], []]);
  expect(await party.faults(cluster.read)).toEqual([]);
});

test('the process of a match is killed, and players come back by client.reconnect', async () => {
  cluster = await Cluster.start();
  const party = await Party.begin({ urls: cluster.urls, seed: 2, wayBack: 'by token' });
  await party.moves(4);
  await (await cluster.homeOf(party.roomId)).end('SIGKILL');
  await party.finished();
  expect(Math.min(...returns(party))).toBeGreaterThan(0);
  expect(await party.faults(cluster.read)).toEqual([]);
});

test('a process with its file is killed in a match and started again, and players play on', async () => {
  const server = await Process.start();
  const party = await Party.begin({ urls: [server.url], seed: 3 });
  await party.moves(4);
  await server.end('SIGKILL');
  await server.start();
  await party.finished();
  expect(Math.min(...returns(party))).toBeGreaterThan(0);
  expect(await party.faults(inFile(server.folder))).toEqual([]);
});

test('the only process on a Redis is killed in a match and started again, and players play on', async () => {
  cluster = await Cluster.start(1);
  const party = await Party.begin({ urls: cluster.urls, seed: 4 });
  await party.moves(4);
  await cluster.processes[0]?.end('SIGKILL');
  await cluster.processes[0]?.start();
  await party.finished();
  expect(Math.min(...returns(party))).toBeGreaterThan(0);
  expect(await party.faults(cluster.read)).toEqual([]);
});

test('a process that is told to end hands its match over, and players play on', async () => {
  cluster = await Cluster.start();
  const party = await Party.begin({ urls: cluster.urls, seed: 5 });
  await party.moves(4);
  expect(await (await cluster.homeOf(party.roomId)).end('SIGTERM')).toBe(0);
  await party.finished();
  expect(Math.min(...returns(party))).toBeGreaterThan(0);
  expect(await party.faults(cluster.read)).toEqual([]);
});

test('a process that was stalled past its lease acknowledges nothing, and its players find the new owner', async () => {
  cluster = await Cluster.start();
  const { read } = cluster;
  const party = await Party.begin({ urls: cluster.urls, seed: 6 });
  await party.moves(4);
  const { roomId } = party;
  const [owner, home] = [await cluster.ownerOf(roomId), await cluster.homeOf(roomId)];
  home.signal('SIGSTOP');
  const taken = async () => expect(['', owner]).not.toContain(await cluster?.ownerOf(roomId));
  await vi.waitFor(taken, { timeout: 10_000 });
  const before = await read(roomId);
  home.signal('SIGCONT');
  await party.finished();
  expect(Math.min(...returns(party))).toBeGreaterThan(0);
  expect(await party.faults(read)).toEqual([]);
  // What the new owner had made durable is where it was.
  expect((await read(roomId)).slice(0, before.length)).toEqual(before);
  expect(await cluster.ownerOf(roomId)).not.toBe(owner);
});

test('after takeovers at random points of a match a player sees what a newcomer sees (never again 41)', async () => {
  cluster = await Cluster.start();
  const party = await Party.begin({ urls: cluster.urls, seed: 7, bots: 2 });
  const [ann, ben] = party.witnesses as [Party['witnesses'][0], Party['witnesses'][0]];
  for (const moves of [2, 5, 9]) {
    await party.moves(moves);
    const home = await cluster.homeOf(party.roomId);
    await home.end('SIGKILL');
    await Promise.all(party.witnesses.map((one) => one.sees(({ isSeated }) => isSeated)));
    await home.start();
  }
  await party.finished();
  const anew = new TestPlayer(await ann.client.joinById(party.roomId));
  await anew.message('already_joined');
  const seen = () => JSON.parse(JSON.stringify(ben.state));
  await vi.waitFor(() => expect(seen()).toEqual(anew.state.toJSON()));
  expect(await party.faults(inRedis(cluster.redis.client()))).toEqual([]);
});

test.each([
  ['the connection breaks again', false],
  ['the process is killed', true],
])('%s before a player hears of their new token, and the SDK gets in by the one before', async (_, isKilled) => {
  cluster = await Cluster.start(1);
  const [server] = cluster.processes as [Process];
  const network = await TcpProxy.start(server.port);
  const party = await Party.begin({ urls: [`http://127.0.0.1:${network.port}`, server.url], seed: 9, thinkMs: 100 });
  const [ann, ben] = party.witnesses as [Party['witnesses'][0], Party['witnesses'][0]];
  await party.moves(4);
  const isThere = (is: boolean) =>
    ben.sees(({ state }) => (state.players.get(ann.sessionId) as { connected?: boolean }).connected === is);
  network.cut();
  await isThere(false);
  // The upgrade is answered, and nothing more.
  network.restore();
  network.swallowReplies({ after: 1 });
  await isThere(true);
  if (isKilled) {
    await server.end('SIGKILL');
    network.restore();
    await server.start();
  } else {
    network.cut();
    await isThere(false);
    network.restore();
  }
  await party.finished();
  expect(ann.gaveUp).toEqual([]);
  expect(await party.faults(cluster.read)).toEqual([]);
  await network.dispose();
});

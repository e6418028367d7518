import type { Room } from '@colyseus/sdk';
import { afterEach, expect, test, vi } from 'vitest';
import { Cluster } from '../../harness/cluster.ts';
import { killAll, Process } from '../../harness/process.ts';
import { TcpProxy } from '../../harness/proxy.ts';
import { RedisServer } from '../../harness/redis.ts';
import { secret } from '../../harness/site.ts';
import type { PersonPresence } from '../../src/protocol/toClient.ts';

let cluster: Cluster;
afterEach(async () => {
  await killAll();
  await cluster.stop();
});

/** Ann and Ben share a room; each is connected to another process. */
async function apart(settings: Record<string, string>) {
  cluster = await Cluster.start(2, { RECONNECT_GRACE_S: '60', EMPTY_ROOM_S: '60', ...settings });
  const [first, second] = cluster.processes as [Process, Process];
  const [ann, ben] = [await first.guest('Ann'), await second.guest('Ben')];
  // The process forwards to the room's process: a lobby is where the client is.
  const annsLobby = await ann.joinOrCreate('lobby');
  const bensLobby = await ben.joinOrCreate('lobby');
  const [annsId, bensId] = [await idOf(ann), await idOf(ben)];
  return { first, second, ann, ben, annsLobby, bensLobby, annsId, bensId };
}
const idOf = async (client: Awaited<ReturnType<Process['guest']>>): Promise<string> =>
  ((await client.auth.getUserData()) as { user: { id: string } }).user.id;
const statusOf = async (asker: Room, userId: string): Promise<PersonPresence> =>
  (await asker.request('get_presence', { user_ids: [userId] })).presence[0];
const statuses = (told: readonly PersonPresence[]) => told.map(({ user_id, status }) => `${user_id} ${status}`);

/** A room in that process, in which both sit. */
async function shared({ ann, ben, first }: Awaited<ReturnType<typeof apart>>) {
  for (;;) {
    const annsSeat = await ann.create('recall', { max_players: 2 });
    if ((await cluster.homeOf(annsSeat.roomId)) !== first) {
      await annsSeat.leave();
      continue;
    }
    const bensSeat = await ben.joinById(annsSeat.roomId);
    const told: PersonPresence[] = [];
    annsSeat.onMessage('presence', (change: PersonPresence) => void told.push(change));
    return { annsSeat, bensSeat, told };
  }
}

test('how somebody is is the same from every process, and pushed to who shares a room from any', async () => {
  const all = await apart({ PRESENCE_GRACE_S: '0.1', AWAY_AFTER_S: '0.5' });
  const { annsLobby, bensLobby, bensId, annsId } = all;
  const { bensSeat, told } = await shared(all);
  expect(await statusOf(annsLobby, bensId)).toMatchObject({ status: 'online' });
  expect(await statusOf(bensLobby, annsId)).toMatchObject({ status: 'online' });
  bensSeat.reconnection.enabled = false;
  bensSeat.connection.close();
  // His lobby is in the other process.
  await vi.waitFor(() => expect(statuses(told).at(-1)).toBe(`${bensId} away`));
  expect(await statusOf(annsLobby, bensId)).toMatchObject({ status: 'away' });
  await bensLobby.request('ping', {});
  await vi.waitFor(() => expect(statuses(told).at(-1)).toBe(`${bensId} online`));
  await bensLobby.leave();
  await vi.waitFor(() => expect(statuses(told).at(-1)).toBe(`${bensId} offline`));
  await vi.waitFor(async () => expect(await statusOf(annsLobby, bensId)).toMatchObject({ status: 'offline' }));
});

test('who was connected to a process that dies is offline when their grace has passed, and not before', async () => {
  const all = await apart({ PRESENCE_GRACE_S: '2', LEASE_S: '1' });
  const { annsLobby, bensLobby, bensId, second } = all;
  const { bensSeat, told } = await shared(all);
  bensSeat.reconnection.enabled = false;
  await bensSeat.leave();
  expect(await statusOf(annsLobby, bensId)).toMatchObject({ status: 'online' });
  bensLobby.reconnection.enabled = false;
  await second.end('SIGKILL');
  expect(await statusOf(annsLobby, bensId)).toMatchObject({ status: 'online' });
  await vi.waitFor(async () => expect(await statusOf(annsLobby, bensId)).toMatchObject({ status: 'offline' }), {
    timeout: 15_000,
  });
  // He had left the room.
  expect(told).toEqual([]);
  await vi.waitFor(async () =>
    expect(await cluster.keysOfPresence()).toEqual([
      expect.stringMatching(/:of:/),
      expect.stringMatching(/:processes$/),
    ]),
  );
});

test('who comes back to another process within their grace was never gone', async () => {
  const all = await apart({ PRESENCE_GRACE_S: '2', LEASE_S: '1' });
  const { annsLobby, bensLobby, bensId, second, first, ben } = all;
  const { bensSeat, told } = await shared(all);
  bensSeat.reconnection.enabled = false;
  bensSeat.connection.close();
  bensLobby.reconnection.enabled = false;
  await second.end('SIGKILL');
  const { token } = ben.auth;
  const again = await first.guest('Ben again');
  again.auth.token = token as string;
  const back = await again.joinOrCreate('lobby');
  // Zoe goes after Ben had to be gone.
  const zoe = await first.guest('Zoe');
  const zoesLobby = await zoe.joinOrCreate('lobby');
  await zoesLobby.leave();
  const zoesId = await idOf(zoe);
  await vi.waitFor(async () => expect(await statusOf(annsLobby, zoesId)).toMatchObject({ status: 'offline' }), {
    timeout: 15_000,
  });
  expect(await statusOf(back, bensId)).toMatchObject({ status: 'online' });
  expect(statuses(told)).not.toContain(`${bensId} offline`);
});

test('a process that was taken for dead says again who is there', async () => {
  const all = await apart({ PRESENCE_GRACE_S: '0.2', LEASE_S: '1' });
  const { annsLobby, bensLobby, bensId, second } = all;
  second.signal('SIGSTOP');
  await vi.waitFor(async () => expect(await statusOf(annsLobby, bensId)).toMatchObject({ status: 'offline' }), {
    timeout: 15_000,
  });
  second.signal('SIGCONT');
  await vi.waitFor(async () => expect(await statusOf(annsLobby, bensId)).toMatchObject({ status: 'online' }), {
    timeout: 15_000,
  });
  expect(await statusOf(bensLobby, bensId)).toMatchObject({ status: 'online' });
});

test('a process that ends hands over who is there, and nobody is told of it', async () => {
  const all = await apart({ PRESENCE_GRACE_S: '20', LEASE_S: '1' });
  const { annsLobby, bensLobby, bensId, second } = all;
  bensLobby.reconnection.enabled = false;
  await second.end('SIGTERM');
  await vi.waitFor(async () => expect(await cluster.keysOfPresence()).toHaveLength(2), { timeout: 10_000 });
  expect(await statusOf(annsLobby, bensId)).toMatchObject({ status: 'online' });
});

test('what happens while Redis is away is told when it is back', async () => {
  const { annsLobby, bensLobby, annsId, bensId } = await apart({ PRESENCE_GRACE_S: '0.05', LEASE_S: '1' });
  await cluster.redis.kill();
  await expect(annsLobby.request('get_presence', { user_ids: [bensId] })).rejects.toMatchObject({
    reason: { code: 'UNAVAILABLE' },
  });
  bensLobby.reconnection.enabled = false;
  await bensLobby.leave();
  await cluster.redis.start();
  await vi.waitFor(async () => expect(await statusOf(annsLobby, bensId)).toMatchObject({ status: 'offline' }), {
    timeout: 15_000,
    interval: 100,
  });
  // Nothing is left of what Redis had: she said it again.
  await vi.waitFor(async () => expect(await statusOf(annsLobby, annsId)).toMatchObject({ status: 'online' }));
});

test('what a process missed while its Redis was away is told when it is back', async () => {
  const redis = await RedisServer.start();
  const link = await TcpProxy.start(redis.port);
  // With a long lease nobody takes the room over meanwhile.
  const settings = { PRESENCE_GRACE_S: '0.05', LEASE_S: '60' };
  cluster = await Cluster.start(1, { ...settings, REDIS_URL: link.url }, redis);
  const [first] = cluster.processes as [Process];
  const [ann, ben] = [await first.guest('Ann'), await first.guest('Ben')];
  const annsSeat = await ann.create('recall', { max_players: 2 });
  const bensSeat = await ben.joinById(annsSeat.roomId);
  const bensId = await idOf(ben);
  const told: PersonPresence[] = [];
  annsSeat.onMessage('presence', (change: PersonPresence) => void told.push(change));

  const other = await Process.start({ ...settings, REDIS_URL: redis.url, JWT_SECRET: secret });
  const zoesLobby = await (await other.guest('Zoe')).joinOrCreate('lobby');
  const elsewhere = await other.guest('Ben');
  elsewhere.auth.token = ben.auth.token as string;
  const bensLobby = await elsewhere.joinOrCreate('lobby');
  bensSeat.reconnection.enabled = false;
  bensSeat.connection.close();
  const [keys, home] = [redis.client(), await cluster.ownerOf(annsSeat.roomId)];
  const saidThere = () => keys.hget(`recall:{presence}:of:${home}`, bensId);
  await vi.waitFor(async () => expect(await saidThere()).toBe('gone'));

  link.cut();
  await bensLobby.leave();
  await vi.waitFor(async () => expect(await statusOf(zoesLobby, bensId)).toMatchObject({ status: 'offline' }));
  expect(statuses(told)).not.toContain(`${bensId} offline`);
  link.restore();
  await vi.waitFor(() => expect(statuses(told).at(-1)).toBe(`${bensId} offline`));
  await link.dispose();
});

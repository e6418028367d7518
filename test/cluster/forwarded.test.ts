import { afterEach, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { Cluster } from '../../harness/cluster.ts';
import { killAll, type Process } from '../../harness/process.ts';
import { operator, tokenOf } from '../../harness/site.ts';
import { RawClient } from '../support/rawClient.ts';

/** Connections that one process forwards to another (never again 46), and calls that it hands on. */

let cluster: Cluster;
afterEach(async () => {
  await killAll();
  await cluster.stop();
});

test('a forwarded connection counts for the address of its client where it has come in, and not again', async () => {
  cluster = await Cluster.start(2, { MAX_CONNECTIONS_ADDRESS: '12' });
  const [home, entrance] = cluster.processes as [Process, Process];
  const client = await home.guest('Ann');
  const visit = (url: string) => RawClient.join(url, client, 'joinOrCreate/lobby');
  for (let i = 0; i < 8; i++) await visit(entrance.url);
  for (let i = 0; i < 8; i++) await visit(home.url);
  const refusals = () =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(home.url.replace('http', 'ws'), { headers: { 'x-recall-door': 'made up' } });
      socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode ?? 0));
      socket.on('open', () => resolve(101));
      socket.on('error', () => {});
    });
  await vi.waitFor(async () => expect(await Promise.all(Array.from({ length: 8 }, refusals))).toContain(429));
});

test('a call that a drained process hands on keeps the name that the proxy has given it', async () => {
  cluster = await Cluster.start(2, { TRUST_PROXY: '127.0.0.1' });
  const [{ url }] = cluster.processes as [Process];
  const post = async (path: string, token: string) => {
    const headers = {
      Authorization: `Bearer ${token}`,
      'X-Request-Id': 'named-by-nginx',
      'X-Forwarded-For': '10.0.0.1',
    };
    const { status, headers: answered } = await fetch(url + path, { method: 'POST', headers });
    return { status, id: answered.get('x-request-id') };
  };
  expect(await post('/admin/drain', await operator)).toMatchObject({ status: 200 });
  expect(await post('/matchmake/create/recall', await tokenOf('ann'))).toEqual({ status: 200, id: 'named-by-nginx' });
});

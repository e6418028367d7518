import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { type AuthContext, Room, Server } from '@colyseus/core';
import { Client } from '@colyseus/sdk';
import { WebSocketTransport } from '@colyseus/ws-transport';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { putGates } from '../../src/ops/gates.ts';
import { addressGroup, addressOf, currentAddress, trackAddresses } from '../../src/people/address.ts';

const proxies = readConfig({ TRUST_PROXY: '10.0.0.0/8, fd00::/8, 127.0.0.1' }).trustProxy;

function from(remoteAddress: string, headers: IncomingHttpHeaders = {}): IncomingMessage {
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

test('a client is where its connection comes from, whatever its headers claim', () => {
  const claims = { 'x-forwarded-for': '203.0.113.9', 'x-real-ip': '203.0.113.9', 'x-client-ip': '203.0.113.9' };
  expect(addressOf(from('192.0.2.1', claims))).toBe('192.0.2.1');
  expect(addressOf(from('192.0.2.1', claims), proxies)).toBe('192.0.2.1');
  expect(addressOf(from('::ffff:192.0.2.1'))).toBe('192.0.2.1');
  for (const same of ['::FFFF:192.0.2.1', '::ffff:c000:201', '0:0:0:0:0:ffff:192.0.2.1']) {
    expect(addressOf(from(same))).toBe('192.0.2.1');
  }
  expect(addressOf(from('2001:db8::1'))).toBe('2001:db8::1');
});

test('behind a trusted proxy it is where that proxy says, and not what the client made it add to', () => {
  const through = (list: string) => addressOf(from('10.0.0.1', { 'x-forwarded-for': list }), proxies);
  expect(through('203.0.113.9')).toBe('203.0.113.9');
  expect(through('6.6.6.6, 203.0.113.9')).toBe('203.0.113.9');
  expect(through('6.6.6.6, 203.0.113.9, 10.2.3.4')).toBe('203.0.113.9');
  expect(through('2001:db8::1')).toBe('2001:db8::1');
  expect(addressOf(from('::ffff:10.0.0.1', { 'x-forwarded-for': '203.0.113.9' }), proxies)).toBe('203.0.113.9');
  expect(addressOf(from('fd00::7', { 'x-forwarded-for': '203.0.113.9' }), proxies)).toBe('203.0.113.9');
});

test.each(['', 'junk', 'unknown, junk', '203.0.113.9:80'])('a proxy that says %j is the client itself', (list) => {
  expect(addressOf(from('10.0.0.1', { 'x-forwarded-for': list }), proxies)).toBe('10.0.0.1');
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001::6', '2001:db8:1:0::/64'],
  ['1::4:5:6:7:8', '1:0:0:4::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['1::2:3:4:5:192.0.2.1', '1:0:2:3::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  [undefined, 'unknown'],
])('limits count %s as %s', (address, group) => {
  expect(addressGroup(address)).toBe(group);
});

test('what a request sets off knows its address, each its own, however it waits', async () => {
  const server = createServer();
  putGates(server, [trackAddresses(proxies)]);
  server.on('request', async (_, response) => {
    await setImmediate();
    response.end(currentAddress());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());

  const ask = async (address: string) => {
    const { port } = server.address() as AddressInfo;
    return (await fetch(`http://127.0.0.1:${port}`, { headers: { 'X-Forwarded-For': address } })).text();
  };
  const addresses = Array.from({ length: 20 }, (_, i) => `203.0.113.${i}`);
  expect(await Promise.all(addresses.map(ask))).toEqual(addresses);
  expect(currentAddress()).toBeUndefined();
});

test('a room knows the address of who asks to enter, and of who connects, from Colyseus’ own handlers', async () => {
  const seen: unknown[] = [];
  class Entrance extends Room {
    static override async onAuth(_token: string, _options: unknown, { ip }: AuthContext) {
      await setImmediate();
      seen.push(['onAuth', currentAddress(), ip]);
      return true;
    }
    override onJoin() {
      seen.push(['onJoin', currentAddress()]);
    }
  }
  const server = createServer();
  putGates(server, [trackAddresses(undefined)]);
  const transport = new WebSocketTransport({ server });
  const colyseus = new Server({ transport, greet: false, gracefullyShutdown: false });
  colyseus.define('entrance', Entrance);
  await colyseus.listen(0, '127.0.0.1');
  onTestFinished(() => colyseus.gracefullyShutdown(false));

  const client = new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    headers: { 'X-Forwarded-For': '203.0.113.9' },
  });
  await (await client.create('entrance')).leave();
  expect(seen).toEqual([
    // Colyseus believes what the client says.
    ['onAuth', '127.0.0.1', '203.0.113.9'],
    ['onJoin', '127.0.0.1'],
  ]);
});

import { isIP } from 'node:net';
import { expect, test } from 'vitest';
import { reachableAt } from '../../src/cluster/reachable.ts';

test.each([undefined, '0.0.0.0', '::'])(
  'who listens everywhere (%s) is reached at an address of the machine',
  (host) => {
    const { hostname, port } = new URL(`ws://${reachableAt(host, 2568)}`);
    expect(isIP(hostname.replace(/[[\]]/g, ''))).not.toBe(0);
    expect(['0.0.0.0', '[::]']).not.toContain(hostname);
    expect(port).toBe('2568');
  },
);

test.each([
  ['10.1.2.3', '10.1.2.3:2567'],
  ['game.example', 'game.example:2567'],
  ['fd00::7', '[fd00::7]:2567'],
])('who listens on %s is reached there', (host, address) => {
  expect(reachableAt(host, 2567)).toBe(address);
});

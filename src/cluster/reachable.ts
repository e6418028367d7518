import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** To listen on these is to listen on all of a machine's addresses; to anybody else they are their own machine. */
const everywhere = new Set(['0.0.0.0', '::', '0:0:0:0:0:0:0:0']);

/**
 * Where other machines of the cluster reach this process.
 * @param host what it listens on; undefined: everywhere
 * @returns host and port, as they stand in a URL
 */
export function reachableAt(host: string | undefined, port: number): string {
  const address = host === undefined || everywhere.has(host) ? ownAddress() : host;
  return `${isIPv6(address) ? `[${address}]` : address}:${port}`;
}

function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  const seen = all.filter(({ internal, address }) => !internal && !address.startsWith('fe80:'));
  const [first = { address: '127.0.0.1' }] = [...seen].sort((one, other) => one.family.localeCompare(other.family));
  return first.address;
}

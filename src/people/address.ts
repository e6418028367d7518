import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import { type BlockList, isIP, type Socket } from 'node:net';
import type { Gate } from '../ops/gates.ts';

const current = new AsyncLocalStorage<string | undefined>();

/**
 * Lets `currentAddress` answer in everything that is done for a request or a WebSocket upgrade. Colyseus hands its
 * handlers an address that any client can make up, and none without a proxy.
 * @param trusted proxies whose `X-Forwarded-For` counts
 * @param isForwarded whether another process of ours has passed it on, whose word for the address is good
 * @param hint.onUntrusted called once, with the first address that has sent the header and is none of theirs: either
 *   somebody has made it up, or a proxy was forgotten, behind which all clients count as one
 * @param hint.isOurs what another process of ours has passed on, which says nothing of proxies; who pretends that hides
 *   no more than themselves
 */
export function trackAddresses(
  trusted: BlockList | undefined,
  isForwarded: (request: IncomingMessage) => boolean = () => false,
  hint?: { onUntrusted: (address: string) => void; isOurs: (request: IncomingMessage) => boolean },
): Gate {
  let told = false;
  return (event, args, pass) => {
    if (event !== 'request' && event !== 'upgrade') return pass();
    const request = args[0] as IncomingMessage;
    const forwarder = told || hint?.isOurs(request) ? undefined : untrustedForwarder(request, trusted);
    if (forwarder !== undefined) {
      told = true;
      hint?.onUntrusted(forwarder);
    }
    return current.run(addressOf(request, trusted, isForwarded(request)), pass);
  };
}

function untrustedForwarder(request: IncomingMessage, trusted: BlockList | undefined): string | undefined {
  if (request.headers['x-forwarded-for'] === undefined && request.headers.forwarded === undefined) return undefined;
  const address = peerAddress(request.socket);
  return isTrusted(address, trusted) ? undefined : address;
}

/** The address of the client whose request is being served; undefined outside of one. */
export function currentAddress(): string | undefined {
  return current.getStore();
}

/**
 * The client's address: the socket's, or behind trusted proxies the last in `X-Forwarded-For` that is none of theirs,
 * since everything before it is hearsay.
 * @param trusted proxies whose header counts; none by default
 * @param byOurs whether another process of ours has passed it on: as if that were one of them
 */
export function addressOf(request: IncomingMessage, trusted?: BlockList, byOurs = false): string | undefined {
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  let address = peerAddress(request.socket);
  for (let counts = byOurs || isTrusted(address, trusted); counts; counts = isTrusted(address, trusted)) {
    const next = plain(forwarded.pop()?.trim());
    if (next === undefined) break;
    address = next;
  }
  return address;
}

/** Who a connection comes from: a client, or the last proxy before us. */
export const peerAddress = ({ remoteAddress }: Socket): string | undefined => plain(remoteAddress);

/** Whether it is that of a proxy whose headers count. */
export function isTrusted(address: string | undefined, trusted: BlockList | undefined): boolean {
  return address !== undefined && (trusted?.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') ?? false);
}

/** Whether it is this machine's own. */
export const isLoopback = (address: string | undefined): boolean =>
  address !== undefined && (address === '::1' || /^127\./.test(address));

/** An IPv4 address in IPv6 dress (`::ffff:10.0.0.1`) as the IPv4 address that it is; undefined for what is none. */
function plain(address: string | undefined): string | undefined {
  if (address === undefined || isIP(address) === 0) return undefined;
  return (isIP(address) === 6 && ipv4In(canonical(address))) || address;
}

/** The one way to write an IPv6 address, without the name of a network card. */
function canonical(address: string): string {
  return new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1);
}

/** @param address canonical */
function ipv4In(address: string): string | undefined {
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(address) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const bytes = [high, low].flatMap((half) => [Number.parseInt(half, 16) >> 8, Number.parseInt(half, 16) & 255]);
  return bytes.join('.');
}

/** What limits count an address by: itself, or the /64 that an IPv6 address is in, since one customer has all of it. */
export function addressGroup(address: string | undefined): string {
  if (address === undefined || isIP(address) !== 6) return address ?? 'unknown';
  const [head = '', tail] = canonical(address).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}

/**
 * What limits count everybody at an address by: guests, who cost nothing, and users with an account apart, so that neither
 * can shut the others out.
 */
export const addressKey = (guest: boolean, address: string | undefined): string =>
  guest ? addressGroup(address) : `account ${addressGroup(address)}`;

import { createSecureContext } from 'node:tls';
import { succeeds } from './succeeds.ts';

/** PEM of who is trusted, of who we are, and the name that its certificate has, where that is not its address. */
export interface RedisTls {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly servername?: string | undefined;
}

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

interface Who {
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** Where Redis is, and who we are there: what `REDIS_URL` and `REDIS_TLS_*` say. */
export type RedisAddress = { readonly tls: RedisTls | undefined } & (
  | { readonly kind: 'one'; readonly url: string }
  | {
      /** The primary is who Sentinels say. */
      readonly kind: 'sentinel';
      readonly sentinels: readonly RedisNode[];
      /** What they call it. */
      readonly name: string;
      readonly db: number;
      readonly who: Who;
      /** The same for the Sentinels. */
      readonly whoThere: Who;
    }
  | {
      /** Several share the keys among them. */
      readonly kind: 'cluster';
      /** Those of them that are asked who there is. */
      readonly nodes: readonly RedisNode[];
      readonly who: Who;
    }
);

/** What `REDIS_URL` may be, for who has set something else. */
export const redisForms =
  'an address such as redis://HOST:6379, redis+sentinel://HOST:26379,HOST:26379/NAME or ' +
  'redis+cluster://HOST:6379,HOST:6379, with USER:PASSWORD@ before the hosts if need be (percent-encoded), and rediss for TLS';

const many =
  /^redis(s?)\+(sentinel|cluster):\/\/(?:([^@/]*)@)?([^/?@\s]+)(?:\/([\w.-]+)(?:\/(\d{1,5}))?(?:\?(\S*))?)?$/;
const node = /^(\[[\da-fA-F:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/;
const ports = { sentinel: 26_379, cluster: 6_379 };

/**
 * Reads `REDIS_URL`.
 * @param tls of `rediss`
 * @throws Error where it is none
 */
export function redisAt(url: string, tls: RedisTls = {}): RedisAddress {
  if (/^rediss?:\/\/\S+$/.test(url)) return { kind: 'one', url, tls: url.startsWith('rediss') ? tls : undefined };
  const [found, secure, kind, who = '', hosts = '', name, db = '0', query = ''] = many.exec(url) ?? [];
  const asked = new URLSearchParams(query);
  const isKnown = [...asked.keys()].every((key) => key === 'sentinel_user' || key === 'sentinel_password');
  // Sentinels know a primary by its name; a cluster has none, and one database.
  if (found === undefined || !isKnown || (kind === 'sentinel') !== (name !== undefined)) throw new Error(wrong);
  const [, user = '', password] = /^([^:]*)(?::(.*))?$/.exec(who) ?? [];
  const common = {
    tls: secure ? tls : undefined,
    who: asWho(decodeURIComponent(user), password && decodeURIComponent(password)),
  };
  const nodes = hosts.split(',').map((one) => nodeIn(one, ports[kind as keyof typeof ports]));
  if (name === undefined) return { ...common, kind: 'cluster', nodes };
  const whoThere = asWho(asked.get('sentinel_user'), asked.get('sentinel_password'));
  return { ...common, kind: 'sentinel', sentinels: nodes, name, db: Number(db), whoThere };
}

const wrong = `REDIS_URL must be ${redisForms}`;

const asWho = (user: string | null, password: string | null | undefined): Who => ({
  username: user || undefined,
  password: password || undefined,
});

/** @throws Error where it is none */
function nodeIn(text: string, standardPort: number): RedisNode {
  const [, host = '', port = `${standardPort}`] = node.exec(text) ?? [];
  if (host === '' || Number(port) > 65_535) throw new Error(wrong);
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

/** What is wrong with the settings of TLS, a line each. @param url undefined where it could not be read */
export function tlsMistakes(url: string | undefined, { ca, cert, key, servername }: RedisTls): string[] {
  const found: string[] = [];
  const given = Object.entries({ CA: ca, CERT: cert, KEY: key, NAME: servername }).find(([, value]) => value);
  if (given && url && !url.startsWith('rediss'))
    found.push(`REDIS_TLS_${given[0]} needs a REDIS_URL that begins with rediss: this one is without TLS`);
  if ((cert === undefined) !== (key === undefined)) found.push('REDIS_TLS_CERT and REDIS_TLS_KEY must be set together');
  else if (!succeeds(() => createSecureContext({ cert, key })))
    found.push('REDIS_TLS_CERT and REDIS_TLS_KEY must be a certificate and its key: these do not go together');
  return found;
}

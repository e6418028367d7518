import type { AnyRedis } from '../journal/redisCluster.ts';
import { type Audit, type AuditEntry, notRead, notWritten } from './audit.ts';
import { orUnavailable } from './unavailable.ts';

/** A stream: entries are added at its end, and nothing here removes one. */
const stream = 'recall:audit';

/** In a stream, for any number of processes; times are Redis' own. */
export function redisAudit(redis: AnyRedis): Audit {
  async function entries(most: number, before?: string): Promise<readonly AuditEntry[]> {
    const rows = await redis.xrevrange(stream, before === undefined ? '+' : `(${before}`, '-', 'COUNT', most);
    return rows.map(([id, pairs]) => {
      const fields = Object.fromEntries(pairs.flatMap((name, i) => (i % 2 === 0 ? [[name, pairs[i + 1] ?? '']] : [])));
      const { who = '', what = '', whom = null, how } = fields;
      return { id, at: Number.parseInt(id, 10), who, what, whom, how: how === undefined ? null : JSON.parse(how) };
    });
  }

  return {
    async write({ who, what, whom, how }) {
      const fields = Object.entries({ who, what, whom, how: how && JSON.stringify(how) });
      const given = fields.flatMap(([name, value]) => (value === null ? [] : [name, value]));
      await orUnavailable(redis.xadd(stream, '*', ...given), notWritten);
    },
    read: (most, before) => orUnavailable(entries(most, before), notRead),
  };
}

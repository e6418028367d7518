import type { AnyRedis } from '../journal/redisCluster.ts';
import type { Audit } from '../people/audit.ts';
import type { Follow } from '../people/follow.ts';
import { redisAudit } from '../people/redisAudit.ts';
import { redisRevocations } from '../people/redisRevocations.ts';
import { redisSessions } from '../people/redisSessions.ts';
import type { Revocations } from '../people/revocations.ts';
import type { Sessions } from '../people/sessions.ts';
import type { Traces } from './erasing.ts';
import { type RedisTracesOptions, redisTraces } from './redisTraces.ts';

/** What is kept of users, for a server and for `npm run erase` alike. */
export interface Kept {
  readonly sessions: Sessions;
  readonly revocations: Revocations;
  /** What operators have done. */
  readonly audit: Audit;
  /** Where users stand but for the journal and the sessions. */
  readonly traces: Traces;
}

export function keptInRedis(redis: AnyRedis, follow: Follow, sessionTtlMs: number, traces: RedisTracesOptions): Kept {
  return {
    sessions: redisSessions(redis, sessionTtlMs),
    revocations: redisRevocations(redis, follow, sessionTtlMs),
    audit: redisAudit(redis),
    traces: redisTraces(redis, traces),
  };
}

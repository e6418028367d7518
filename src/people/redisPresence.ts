import type { Redis } from 'ioredis';
import { type Here, type PresenceStore, presenceChannel } from './presence.ts';

/**
 * For any number of processes. Under one hash tag, since a script asks what all of them say of a user:
 * - `processes`: a sorted set of process ids, each scored by when it counts as dead, ms. Time is Redis' own;
 * - `of:<process id>`: a hash of its users: `online`, or when they last did something.
 * A process that lives tells so in one command, however many users it has. What a dead one has said is moved, in one step,
 * to the process that notices first; where nobody is left to notice, it ends by itself.
 */
const keys = 'recall:{presence}';

const lib = `
local PROCESSES = KEYS[1] .. ':processes'
local function usersOf(process) return KEYS[1] .. ':of:' .. process end
local OWN, TTL = usersOf(ARGV[1]), tonumber(ARGV[2])

-- 'online', or the latest moment; false where nobody has the user.
local function best(user, processes)
  local found = false
  for _, process in ipairs(processes) do
    local value = redis.call('HGET', usersOf(process), user)
    if value == 'online' then return value end
    if value and (not found or tonumber(value) > tonumber(found)) then found = value end
  end
  return found
end

local function statusOf(value)
  if value == 'online' then return 'online' end
  return value and 'away' or 'offline'
end

-- Outlives the process by long enough that another one can find it.
local function keep() redis.call('PEXPIRE', OWN, 3 * TTL) end
local function all() return redis.call('ZRANGE', PROCESSES, 0, -1) end
`;

/** user id, `online` or since when or nothing, last seen, channel */
const put = `${lib}
local user, value, processes = ARGV[3], ARGV[4], all()
local before = statusOf(best(user, processes))
if value == '' then
  redis.call('HDEL', OWN, user)
else
  redis.call('HSET', OWN, user, value)
  keep()
end
local now = best(user, processes)
local after = statusOf(now)
if after == before then return end
local seen = after == 'away' and now or ARGV[5]
redis.call('PUBLISH', ARGV[6], cjson.encode({ user_id = user, status = after, last_seen_at = tonumber(seen) }))`;

/** user ids… -> what is known of each, or an empty text */
const of = `${lib}
local found, processes = {}, all()
for i = 3, #ARGV do found[i - 2] = best(ARGV[i], processes) or '' end
return found`;

/** -> whether this process was known, then each user that was adopted and what was said of them */
const beat = `${lib}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local isNew = redis.call('ZADD', PROCESSES, now + TTL, ARGV[1])
local answer = { isNew }
for _, dead in ipairs(redis.call('ZRANGE', PROCESSES, '-inf', now, 'BYSCORE')) do
  local said = redis.call('HGETALL', usersOf(dead))
  for i = 1, #said, 2 do
    if redis.call('HSETNX', OWN, said[i], said[i + 1]) == 1 then
      table.insert(answer, said[i])
      table.insert(answer, said[i + 1])
    end
  end
  redis.call('DEL', usersOf(dead))
  redis.call('ZREM', PROCESSES, dead)
end
keep()
redis.call('PEXPIRE', PROCESSES, 3 * TTL)
return answer`;

/** It counts as dead from now on: the next to notice has its users. */
const leave = `${lib}
redis.call('ZADD', PROCESSES, 'XX', 0, ARGV[1])`;

/**
 * @param self the id of this process
 * @param ttlMs how long it may be silent, ms
 */
export function redisPresence(redis: Redis, self: string, ttlMs: number): PresenceStore {
  const script = (name: string, lua: string) => {
    const command = `presence${name}`;
    redis.defineCommand(command, { numberOfKeys: 1, lua });
    const run = (redis as unknown as Record<string, (...args: unknown[]) => Promise<never>>)[command];
    return <Answer>(...args: (string | number)[]): Promise<Answer> =>
      (run as NonNullable<typeof run>).call(redis, keys, self, Math.ceil(ttlMs), ...args);
  };
  const run = {
    put: script('Put', put),
    of: script('Of', of),
    beat: script('Beat', beat),
    leave: script('Leave', leave),
  };

  return {
    async put(userId, here, lastSeenAt) {
      await run.put(userId, here ? textOf(here) : '', lastSeenAt, presenceChannel);
    },
    async of(userIds) {
      if (userIds.length === 0) return new Map();
      const found = await run.of<string[]>(...userIds);
      return new Map(userIds.flatMap((userId, i) => (found[i] ? [[userId, hereIn(found[i])] as const] : [])));
    },
    async beat() {
      const [isNew, ...said] = await run.beat<[number, ...string[]]>();
      const adopted = new Map<string, Here>();
      for (let i = 0; i < said.length; i += 2) adopted.set(said[i] as string, hereIn(said[i + 1] as string));
      return { isNew: isNew === 1, adopted };
    },
    async leave() {
      await run.leave();
    },
  };
}

const textOf = (here: Here): string => (here.status === 'online' ? 'online' : `${here.lastSeenAt}`);
const hereIn = (text: string): Here =>
  text === 'online' ? { status: 'online' } : { status: 'away', lastSeenAt: Number(text) };

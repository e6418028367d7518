import type { AnyRedis } from '../journal/redisCluster.ts';
import type { PersonPresence } from '../protocol/toClient.ts';
import type { Follow } from './follow.ts';
import type { Here, PresenceStore, Seen } from './presence.ts';

/**
 * For any number of processes. Under one hash tag, since a script asks what all of them say of a user:
 * - `processes`: a sorted set of process ids, each scored by when it counts as dead, ms. Time is Redis' own;
 * - `of:<process id>`: a hash of its users: `online`, when they last did something, or `gone` (`Here`).
 * A process that lives tells so in one command, however many users it has. What a dead one has said is moved, in one step,
 * to the process that notices first; where nobody is left to notice, it ends by itself.
 */
const keys = 'recall:{presence}';
/** On it every process hears how a user is from now on, as `PersonPresence`. */
const channel = 'recall:presence';

const lib = `
local PROCESSES = KEYS[1] .. ':processes'
local function usersOf(process) return KEYS[1] .. ':of:' .. process end
local OWN, TTL = usersOf(ARGV[1]), tonumber(ARGV[2])

local function all() return redis.call('ZRANGE', PROCESSES, 0, -1) end

-- What each process says of these users: a table for each process, in their order.
local function sayings(users, processes)
  local said = {}
  for i, process in ipairs(processes) do said[i] = redis.call('HMGET', usersOf(process), unpack(users)) end
  return said
end

-- How the k-th of them is; where away, since when, and which process says so.
local function see(said, k)
  local connected, active, last, by = false, false, 0, nil
  for i, values in ipairs(said) do
    local value = values[k]
    if value == 'online' or value == 'gone' then
      active = true
      connected = connected or value == 'online'
    elseif value then
      connected = true
      if tonumber(value) > last then last, by = tonumber(value), i end
    end
  end
  if not connected then return 'offline' end
  if active then return 'online' end
  return 'away', last, by
end

-- Outlives the process by long enough that another one can find it.
local function keep() redis.call('PEXPIRE', OWN, 3 * TTL) end
`;

/** user id, what to say of them or nothing, last seen, channel -> whether it was said */
const put = `${lib}
local user, value, seen, processes = ARGV[3], ARGV[4], tonumber(ARGV[5]), all()
local function seeNow() return see(sayings({ user }, processes), 1) end
local before = seeNow()
if value == '' or value == 'gone' then redis.call('HDEL', OWN, user) end
if value == 'gone' and seeNow() == 'offline' then value = '' end
if value ~= '' then
  redis.call('HSET', OWN, user, value)
  keep()
end
local after, last, by = seeNow()
if by and last > seen then
  seen = last
elseif by and last < seen then
  redis.call('HSET', usersOf(processes[by]), user, ARGV[5])
elseif after == 'offline' then
  for _, process in ipairs(processes) do redis.call('HDEL', usersOf(process), user) end
end
if after ~= before then
  redis.call('PUBLISH', ARGV[6], cjson.encode({ user_id = user, status = after, last_seen_at = seen }))
end
return value == '' and 0 or 1`;

/** user ids… -> of each `online`, when they last did something, or an empty text */
const of = `${lib}
local users, found = {}, {}
for i = 3, #ARGV do users[i - 2] = ARGV[i] end
local said = sayings(users, all())
for k = 1, #users do
  local status, last = see(said, k)
  found[k] = status == 'online' and status or status == 'away' and string.format('%.0f', last) or ''
end
return found`;

/**
 * whether an earlier answer was lost -> whether this process was unknown, then users and what was said of them: those
 * that were adopted now, or where an answer was lost, all that this process has. A process that was silent itself adopts
 * nobody yet: it may have been Redis that was away, from the others too.
 */
const beat = `${lib}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local aliveUntil = tonumber(redis.call('ZSCORE', PROCESSES, ARGV[1]) or 0)
local isNew = redis.call('ZADD', PROCESSES, now + TTL, ARGV[1])
local answer = { isNew }
local function tell(user, value)
  table.insert(answer, user)
  table.insert(answer, value)
end
local function adopt(dead)
  local said = redis.call('HGETALL', usersOf(dead))
  for i = 1, #said, 2 do
    local user, value = said[i], said[i + 1]
    local own = redis.call('HGET', OWN, user)
    if value ~= 'gone' then
      if not own or own == 'gone' or value == 'online' then redis.call('HSET', OWN, user, value) end
      tell(user, value)
    end
  end
  redis.call('DEL', usersOf(dead))
  redis.call('ZREM', PROCESSES, dead)
end
if aliveUntil > now then
  for _, dead in ipairs(redis.call('ZRANGE', PROCESSES, '-inf', now, 'BYSCORE')) do adopt(dead) end
end
if ARGV[3] == '1' then
  local own = redis.call('HGETALL', OWN)
  answer = { isNew }
  for i = 1, #own, 2 do
    if own[i + 1] ~= 'gone' then tell(own[i], own[i + 1]) end
  end
end
keep()
redis.call('PEXPIRE', PROCESSES, 3 * TTL)
return answer`;

/** It counts as dead from now on: the next to notice has its users. */
const leave = `${lib}
redis.call('ZADD', PROCESSES, 'XX', 0, ARGV[1])`;

/**
 * @param self the id of this process; not asked before the first call
 * @param ttlMs how long it may be silent, ms
 */
export function redisPresence(redis: AnyRedis, follow: Follow, self: () => string, ttlMs: number): PresenceStore {
  const script = (name: string, lua: string) => {
    const command = `presence${name}`;
    redis.defineCommand(command, { numberOfKeys: 1, lua });
    const run = (redis as unknown as Record<string, (...args: unknown[]) => Promise<never>>)[command];
    return <Answer>(...args: (string | number)[]): Promise<Answer> =>
      (run as NonNullable<typeof run>).call(redis, keys, self(), Math.ceil(ttlMs), ...args);
  };
  const run = {
    put: script('Put', put),
    of: script('Of', of),
    beat: script('Beat', beat),
    leave: script('Leave', leave),
  };

  return {
    async put(userId, here, lastSeenAt) {
      const said = await run.put<number>(userId, here ? textOf(here) : '', lastSeenAt, channel);
      return said === 1;
    },
    follow: (told, onGap) => follow<PersonPresence>(channel, told, onGap),
    async of(userIds) {
      if (userIds.length === 0) return new Map();
      const found = await run.of<string[]>(...userIds);
      return new Map(userIds.flatMap((userId, i) => (found[i] ? [[userId, hereIn(found[i])] as const] : [])));
    },
    async beat(isInDoubt) {
      const [isNew, ...said] = await run.beat<[number, ...string[]]>(isInDoubt ? 1 : 0);
      const adopted = new Map<string, Seen>();
      for (let i = 0; i < said.length; i += 2) adopted.set(said[i] as string, hereIn(said[i + 1] as string));
      return { isNew: isNew === 1, adopted };
    },
    async leave() {
      await run.leave();
    },
  };
}

const textOf = (here: Here): string => (here.status === 'away' ? `${here.lastSeenAt}` : here.status);
const hereIn = (text: string): Seen =>
  text === 'online' ? { status: 'online' } : { status: 'away', lastSeenAt: Number(text) };

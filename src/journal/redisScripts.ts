import { createHash } from 'node:crypto';

/**
 * What has to happen in one step in Redis. Each script touches the keys of one room alone, which share a hash tag, or one key (OWNERS). Time
 * is Redis' own, whatever the clocks of the processes say.
 */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

/** How Redis has refused a claim: the room is gone, or the claim isn't the one that holds it. */
export type Refusal = 'gone' | 'fenced';

const script = (lua: string): Script => ({ lua, sha: createHash('sha1').update(lua).digest('hex') });

/**
 * The keys of a room: its `head` (a hash: owner, token, ttl, born, format) says that it exists and who holds it; its `log` is a
 * list of its entries. A list, not a stream: the place of an entry is its number, so that a range is read by number and
 * the length tells whether a repeated append was stored.
 */
const HEAD = 'KEYS[1]';
const LOG = 'KEYS[2]';

/**
 * So long Redis itself keeps a room whose time is over, milliseconds, for a sweep to end it and tell: a cluster may be
 * down for a week. It is also what the time of a room is reckoned from, so that it stays as it is.
 */
const KEPT_MS = 7 * 24 * 3600 * 1000;

/** So long the answer of a sweep can be had again, milliseconds. */
const ANSWER_MS = 600_000;

/** When the room expires, or nil where it is over or was never there; and how its time is renewed. */
const TIME = `
  local function expiresAt()
    local time = redis.call('TIME')
    local at = redis.call('PEXPIRETIME', ${HEAD}) - ${KEPT_MS}
    return at > time[1] * 1000 + math.floor(time[2] / 1000) and at or nil
  end
  local function renew(ttl)
    redis.call('PEXPIRE', ${HEAD}, ttl + ${KEPT_MS})
    redis.call('PEXPIRE', ${LOG}, ttl + ${KEPT_MS})
  end`;

/** Ends a script of the claim `ARGV[1]`, `ARGV[2]` (owner, token) where that claim doesn't hold the room. */
const ONLY_HOLDER = `${TIME}
  local held = redis.call('HMGET', ${HEAD}, 'owner', 'token', 'ttl')
  if not expiresAt() then return 'gone' end
  if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then return 'fenced' end`;

/** Adds `ARGV[first]` to `ARGV[last]`, in pieces: Lua hands over a few thousand arguments at most. */
const PUSH = `
  local function push(first, last)
    for i = first, last, 1000 do
      redis.call('RPUSH', ${LOG}, unpack(ARGV, i, math.min(i + 999, last)))
    end
  end`;

/** owner, ttl, format, entries… -> when it expires, or nil where the room exists. Without a format a head is of the first. */
export const CREATE = script(`${TIME}${PUSH}
  if redis.call('EXISTS', ${HEAD}) == 1 then return nil end
  local time = redis.call('TIME')
  local born = string.format('%.0f', time[1] * 1000000 + time[2])
  redis.call('HSET', ${HEAD}, 'owner', ARGV[1], 'token', 1, 'ttl', ARGV[2], 'born', born)
  if ARGV[3] ~= '1' then redis.call('HSET', ${HEAD}, 'format', ARGV[3]) end
  push(4, #ARGV)
  renew(ARGV[2])
  return expiresAt()`);

/** -> [owner, token, born, when it expires, format], or nil where there is none. */
export const LOOK = script(`${TIME}
  local at = expiresAt()
  if not at then return nil end
  local head = redis.call('HMGET', ${HEAD}, 'owner', 'token', 'born', 'format')
  return { head[1], head[2], head[3], at, tonumber(head[4] or 1) }`);

/**
 * owner, the owner, token and format that were found -> [token, length, when it expires], or nil where they have changed
 * since.
 */
export const CLAIM = script(`${TIME}
  local found, at = redis.call('HMGET', ${HEAD}, 'owner', 'token', 'format'), expiresAt()
  if not at or found[1] ~= ARGV[2] or found[2] ~= ARGV[3] or (found[3] or '1') ~= ARGV[4] then return nil end
  redis.call('HSET', ${HEAD}, 'owner', ARGV[1])
  local token = redis.call('HINCRBY', ${HEAD}, 'token', 1)
  return { token, redis.call('LLEN', ${LOG}), at }`);

/**
 * owner, token, the number of the first entry, how many, entries…, and with a third key a replay and its ttl -> 'ok' or
 * a refusal. Where the entries are there already, this is an append that is repeated because its outcome was in doubt.
 * A log that is neither is not the one that this claim has written, as after a failover that lost its end.
 */
export const APPEND = script(`${PUSH}${ONLY_HOLDER}
  local from, count = tonumber(ARGV[3]), tonumber(ARGV[4])
  local length = redis.call('LLEN', ${LOG})
  if length == from then
    push(5, 4 + count)
  elseif length == from + count then
    for i, entry in ipairs(redis.call('LRANGE', ${LOG}, from, -1)) do
      if entry ~= ARGV[4 + i] then return 'fenced' end
    end
  else
    return 'fenced'
  end
  renew(held[3])
  if KEYS[3] then redis.call('SET', KEYS[3], ARGV[5 + count], 'PX', ARGV[6 + count]) end
  return 'ok'`);

/** owner, token, the indexes of the first and of the last (-1: all from there) -> the entries, or a refusal. */
export const READ = script(`${ONLY_HOLDER}
  return redis.call('LRANGE', ${LOG}, ARGV[3], ARGV[4])`);

/** owner, token -> 'ok' or a refusal. Nobody's owner is the empty text. */
export const RELEASE = script(`${ONLY_HOLDER}
  redis.call('HSET', ${HEAD}, 'owner', '')
  return 'ok'`);

/** owner, token -> 'ok' or a refusal. */
export const FORGET = script(`${ONLY_HOLDER}
  redis.call('DEL', ${HEAD}, ${LOG})
  return 'ok'`);

/**
 * Ends a room whose time is over. With the third key: the name under which that is asked -> a list with its owner and the
 * last entry, if there is one, where the room was ended under that name; when it expires, where it has not; nil where it
 * is gone.
 */
export const END = script(`${TIME}
  local at = expiresAt()
  if at then return at end
  if redis.call('EXISTS', ${HEAD}) == 1 then
    redis.call('DEL', KEYS[3])
    redis.call('RPUSH', KEYS[3], ARGV[1], redis.call('HGET', ${HEAD}, 'owner'), unpack(redis.call('LRANGE', ${LOG}, -1, -1)))
    redis.call('PEXPIRE', KEYS[3], ${ANSWER_MS})
    redis.call('DEL', ${HEAD}, ${LOG})
  end
  if redis.call('LINDEX', KEYS[3], 0) ~= ARGV[1] then return nil end
  return redis.call('LRANGE', KEYS[3], 1, 2)`);

/** With the set of the rooms of each owner (redisOwners.ts) -> the owners. As many steps as there are of them. */
export const OWNERS = script(`
  local owners, from = {}, '-'
  while true do
    local first = redis.call('ZRANGE', KEYS[1], from, '+', 'BYLEX', 'LIMIT', 0, 1)[1]
    if not first then return owners end
    local owner = string.match(first, '^[^/]*')
    table.insert(owners, owner)
    from = '[' .. owner .. '0'
  end`);

export const scripts: readonly Script[] = [CREATE, LOOK, CLAIM, APPEND, READ, RELEASE, FORGET, END, OWNERS];

import { createHash } from 'node:crypto';

/**
 * What has to happen in one step in Redis. Each script touches the keys of one room alone, which share a hash tag. Time
 * is Redis' own: a room is alive as long as its keys are, whatever the clocks of the processes say.
 */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

/** How Redis has refused a claim: the room is gone, or the claim isn't the one that holds it. */
export type Refusal = 'gone' | 'fenced';

const script = (lua: string): Script => ({ lua, sha: createHash('sha1').update(lua).digest('hex') });

/**
 * The keys of a room: its `head` (a hash: owner, token, ttl, born) says that it exists and who holds it; its `log` is a
 * list of its entries. A list, not a stream: the place of an entry is its number, so that a range is read by number and
 * the length tells whether a repeated append was stored.
 */
const HEAD = 'KEYS[1]';
const LOG = 'KEYS[2]';

/** Ends a script of the claim `ARGV[1]`, `ARGV[2]` (owner, token) where that claim doesn't hold the room. */
const ONLY_HOLDER = `
  local held = redis.call('HMGET', ${HEAD}, 'owner', 'token', 'ttl')
  if not held[1] then return 'gone' end
  if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then return 'fenced' end`;

/** Adds `ARGV[first]` to `ARGV[last]`, in pieces: Lua hands over a few thousand arguments at most. */
const PUSH = `
  local function push(first, last)
    for i = first, last, 1000 do
      redis.call('RPUSH', ${LOG}, unpack(ARGV, i, math.min(i + 999, last)))
    end
  end`;

/** owner, ttl, entries… -> when it expires, or nil where the room exists. */
export const CREATE = script(`${PUSH}
  if redis.call('EXISTS', ${HEAD}) == 1 then return nil end
  local time = redis.call('TIME')
  local born = string.format('%.0f', time[1] * 1000000 + time[2])
  redis.call('HSET', ${HEAD}, 'owner', ARGV[1], 'token', 1, 'ttl', ARGV[2], 'born', born)
  push(3, #ARGV)
  redis.call('PEXPIRE', ${HEAD}, ARGV[2])
  redis.call('PEXPIRE', ${LOG}, ARGV[2])
  return redis.call('PEXPIRETIME', ${HEAD})`);

/** owner, the owner and token that were found -> [token, length, when it expires], or nil where they have changed since. */
export const CLAIM = script(`
  local found = redis.call('HMGET', ${HEAD}, 'owner', 'token')
  if found[1] ~= ARGV[2] or found[2] ~= ARGV[3] then return nil end
  redis.call('HSET', ${HEAD}, 'owner', ARGV[1])
  local token = redis.call('HINCRBY', ${HEAD}, 'token', 1)
  return { token, redis.call('LLEN', ${LOG}), redis.call('PEXPIRETIME', ${HEAD}) }`);

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
  redis.call('PEXPIRE', ${HEAD}, held[3])
  redis.call('PEXPIRE', ${LOG}, held[3])
  if KEYS[3] then redis.call('SET', KEYS[3], ARGV[5 + count], 'PX', ARGV[6 + count]) end
  return 'ok'`);

/** owner, token, from -> the entries, or a refusal. */
export const READ = script(`${ONLY_HOLDER}
  return redis.call('LRANGE', ${LOG}, ARGV[3], -1)`);

/** owner, token -> 'ok' or a refusal. Nobody's owner is the empty text. */
export const RELEASE = script(`${ONLY_HOLDER}
  redis.call('HSET', ${HEAD}, 'owner', '')
  return 'ok'`);

/** owner, token -> 'ok' or a refusal. */
export const FORGET = script(`${ONLY_HOLDER}
  redis.call('DEL', ${HEAD}, ${LOG})
  return 'ok'`);

export const scripts: readonly Script[] = [CREATE, CLAIM, APPEND, READ, RELEASE, FORGET];

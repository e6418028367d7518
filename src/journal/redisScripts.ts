import { createHash } from 'node:crypto';

/**
 * What has to happen in one step in Redis. Each script touches the keys of one room alone, which share a hash tag, or one key (OWNERS). Time
 * is Redis' own, whatever the clocks of the processes say.
 */
export interface Script {
  readonly lua: string;
  readonly sha: string;
  /** Whether it may store something that is to be there after a failover. */
  readonly stores: boolean;
}

/** How Redis has refused a claim: the room is gone, or the claim isn't the one that holds it. */
export type Refusal = 'gone' | 'fenced';

const script = (lua: string, stores = true): Script => ({
  ...{ lua, stores },
  sha: createHash('sha1').update(lua).digest('hex'),
});
const look = (lua: string): Script => script(lua, false);

/**
 * The keys of a room: its `head` (a hash: owner, token, ttl, born, and where there is anything to say format, first, mark,
 * kept) says that it exists and who holds it; its `log` is a list of its entries; its `people` (a hash: a key of a person
 * to their user id and name) outlive it for as long as a replay may name them (`kept`, ms). A list, not a stream: the place
 * of an entry is its number, so that a range is read by number and the length tells whether a repeated append was stored.
 * `first` is the index of the first entry in it: where that is not 0, it is a snapshot. `unlisted`: no list has the room yet,
 * so that no sweep would find it, and it ends by itself.
 */
const HEAD = 'KEYS[1]';
const LOG = 'KEYS[2]';
const PEOPLE = 'KEYS[3]';

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
    local kept = redis.call('HEXISTS', ${HEAD}, 'unlisted') == 1 and 0 or ${KEPT_MS}
    local at = redis.call('PEXPIRETIME', ${HEAD}) - kept
    return at > time[1] * 1000 + math.floor(time[2] / 1000) and at or nil
  end
  local function renew(ttl, kept)
    if redis.call('HEXISTS', ${HEAD}, 'unlisted') == 0 then ttl = ttl + ${KEPT_MS} end
    redis.call('PEXPIRE', ${HEAD}, ttl)
    redis.call('PEXPIRE', ${LOG}, ttl)
    redis.call('PEXPIRE', ${PEOPLE}, math.max(ttl, tonumber(kept or 0)))
  end
  local function list()
    if redis.call('HDEL', ${HEAD}, 'unlisted') == 0 then return end
    for _, key in ipairs({ ${HEAD}, ${LOG}, ${PEOPLE} }) do
      local left = redis.call('PTTL', key)
      if left > 0 then redis.call('PEXPIRE', key, left + ${KEPT_MS}) end
    end
  end
  local function first()
    return tonumber(redis.call('HGET', ${HEAD}, 'first') or 0)
  end
  local function forget()
    local kept = redis.call('HGET', ${HEAD}, 'kept')
    if kept then redis.call('PEXPIRE', ${PEOPLE}, kept) else redis.call('DEL', ${PEOPLE}) end
    redis.call('DEL', ${HEAD}, ${LOG})
  end`;

/** Ends a script of the claim `ARGV[1]`, `ARGV[2]` (owner, token) where that claim doesn't hold the room. */
const ONLY_HOLDER = `${TIME}
  local held = redis.call('HMGET', ${HEAD}, 'owner', 'token', 'ttl', 'format', 'mark', 'kept')
  if not expiresAt() then return 'gone' end
  if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then return 'fenced' end`;

/** Adds `ARGV[first]` to `ARGV[last]`, in pieces: Lua hands over a few thousand arguments at most. */
const PUSH = `
  local function push(first, last)
    for i = first, last, 1000 do
      redis.call('RPUSH', ${LOG}, unpack(ARGV, i, math.min(i + 999, last)))
    end
  end`;

/** Stores whom `ARGV[at + 1]`… name, of whom there are `ARGV[at]`: the key of each, and who they are. */
const NAME = `
  local function name(at)
    local last = at + 2 * tonumber(ARGV[at])
    for i = at + 1, last, 1000 do
      redis.call('HSET', ${PEOPLE}, unpack(ARGV, i, math.min(i + 999, last)))
    end
    return last + 1
  end`;

/**
 * owner, ttl, format, how many people, people…, entries… -> when it expires, or nil where the room exists. Without a format
 * a head is of the first.
 */
export const CREATE = script(`${TIME}${PUSH}${NAME}
  if redis.call('EXISTS', ${HEAD}) == 1 then return nil end
  local time = redis.call('TIME')
  local born = string.format('%.0f', time[1] * 1000000 + time[2])
  redis.call('HSET', ${HEAD}, 'owner', ARGV[1], 'token', 1, 'ttl', ARGV[2], 'born', born, 'unlisted', 1)
  if ARGV[3] ~= '1' then redis.call('HSET', ${HEAD}, 'format', ARGV[3]) end
  push(name(4), #ARGV)
  renew(ARGV[2])
  return expiresAt()`);

/** The lists have the room, from where a sweep finds it. */
export const LISTED = script(`${TIME}
  list()`);

/** -> [owner, token, born, when it expires, format, mark], or nil where there is none. */
export const LOOK = look(`${TIME}
  local at = expiresAt()
  if not at then return nil end
  local head = redis.call('HMGET', ${HEAD}, 'owner', 'token', 'born', 'format', 'mark')
  return { head[1], head[2], head[3], at, tonumber(head[4] or 1), head[5] or '' }`);

/**
 * owner, the owner, token and format that were found, a mark -> [token, length, when it expires], or nil where they have
 * changed since.
 */
export const CLAIM = script(`${TIME}
  local found, at = redis.call('HMGET', ${HEAD}, 'owner', 'token', 'format'), expiresAt()
  if not at or found[1] ~= ARGV[2] or found[2] ~= ARGV[3] or (found[3] or '1') ~= ARGV[4] then return nil end
  list()
  redis.call('HSET', ${HEAD}, 'owner', ARGV[1], 'mark', ARGV[5])
  local token = redis.call('HINCRBY', ${HEAD}, 'token', 1)
  return { token, first() + redis.call('LLEN', ${LOG}), at }`);

/**
 * owner, token, the number of the first entry, format, how many people, people…, a snapshot and for how many entries it
 * stands (0: there is none), how long a replay is kept and its record (0: there is none), the keys of people who are named
 * no more, with blanks between them, entries…, and with a fourth key
 * the replay's -> 'ok' or a refusal. Where the entries are there already, this is an append that is repeated because its
 * outcome was in doubt. A log that is neither is not the one that this claim has written, as after a failover that lost its
 * end.
 */
export const APPEND = script(`${PUSH}${ONLY_HOLDER}${NAME}
  local from, at = tonumber(ARGV[3]), name(5)
  local snapshot, stands, kept, record = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), ARGV[at + 3]
  local entries = at + 5
  local count = #ARGV - entries + 1
  local start, length = first(), redis.call('LLEN', ${LOG})
  if start + length == from then
    push(entries, #ARGV)
  elseif start + length == from + count then
    for i = math.max(from, start), from + count - 1 do
      local given = i == stands - 1 and snapshot or ARGV[entries + i - from]
      if redis.call('LINDEX', ${LOG}, i - start) ~= given then return 'fenced' end
    end
  else
    return 'fenced'
  end
  if stands > start + 1 then
    redis.call('LTRIM', ${LOG}, stands - 1 - start, -1)
    redis.call('LSET', ${LOG}, 0, snapshot)
    redis.call('HSET', ${HEAD}, 'first', stands - 1)
  end
  for key in string.gmatch(ARGV[at + 4], '%S+') do redis.call('HDEL', ${PEOPLE}, key) end
  if tonumber(ARGV[4]) > tonumber(held[4] or 1) then redis.call('HSET', ${HEAD}, 'format', ARGV[4]) end
  if held[5] then redis.call('HDEL', ${HEAD}, 'mark') end
  if kept > 0 then
    redis.call('SET', KEYS[4], record, 'PX', kept)
    if kept > tonumber(held[6] or 0) then
      held[6] = kept
      redis.call('HSET', ${HEAD}, 'kept', kept)
    end
  end
  renew(held[3], held[6])
  return 'ok'`);

/** owner, token, the index of the first and how many at most (-1: all from there) -> the entries, or a refusal. */
export const READ = look(`${ONLY_HOLDER}
  local from, most = math.max(tonumber(ARGV[3]) - first(), 0), tonumber(ARGV[4])
  return redis.call('LRANGE', ${LOG}, from, most < 0 and -1 or from + most - 1)`);

/** owner, token, whether it failed -> 'ok' or a refusal. Nobody's owner is the empty text. */
export const RELEASE = script(`
  local mark = redis.call('HGET', ${HEAD}, 'mark')
  if mark and ARGV[3] ~= '1' then
    local others = {}
    for one in string.gmatch(mark, '%S+') do
      if string.match(one, '^(.-):') ~= ARGV[2] then table.insert(others, one) end
    end
    if #others > 0 then
      redis.call('HSET', ${HEAD}, 'mark', table.concat(others, ' '))
    else
      redis.call('HDEL', ${HEAD}, 'mark')
    end
  end
  ${ONLY_HOLDER}
  redis.call('HSET', ${HEAD}, 'owner', '')
  return 'ok'`);

/** owner, token -> 'ok' or a refusal. */
export const FORGET = script(`${ONLY_HOLDER}
  forget()
  return 'ok'`);

/** A user id -> how many persons of it were erased, of one room (its PEOPLE is the only key). */
export const ERASE = script(`
  local erased = 0
  local people = redis.call('HGETALL', KEYS[1])
  for i = 2, #people, 2 do
    if cjson.decode(people[i])[1] == ARGV[1] then
      redis.call('HSET', KEYS[1], people[i - 1], '["",""]')
      erased = erased + 1
    end
  end
  return erased`);

/**
 * Ends a room whose time is over. With the fourth key: the name under which that is asked -> a list with its owner and the
 * last entry, if there is one, where the room was ended under that name; when it expires, where it has not; nil where it
 * is gone.
 */
export const END = script(`${TIME}
  local at = expiresAt()
  if at then return at end
  if redis.call('EXISTS', ${HEAD}) == 1 then
    redis.call('DEL', KEYS[4])
    redis.call('RPUSH', KEYS[4], ARGV[1], redis.call('HGET', ${HEAD}, 'owner'), unpack(redis.call('LRANGE', ${LOG}, -1, -1)))
    redis.call('PEXPIRE', KEYS[4], ${ANSWER_MS})
    forget()
  end
  if redis.call('LINDEX', KEYS[4], 0) ~= ARGV[1] then return nil end
  return redis.call('LRANGE', KEYS[4], 1, 2)`);

/** With the set of the rooms of each owner (redisOwners.ts) -> the owners. As many steps as there are of them. */
export const OWNERS = look(`
  local owners, from = {}, '-'
  while true do
    local first = redis.call('ZRANGE', KEYS[1], from, '+', 'BYLEX', 'LIMIT', 0, 1)[1]
    if not first then return owners end
    local owner = string.match(first, '^[^/]*')
    table.insert(owners, owner)
    from = '[' .. owner .. '0'
  end`);

export const scripts: readonly Script[] = [
  CREATE,
  LISTED,
  LOOK,
  CLAIM,
  APPEND,
  READ,
  RELEASE,
  FORGET,
  ERASE,
  END,
  OWNERS,
];

/**
 * What has to happen in one step in Redis. `KEYS[1]` is the name that all keys of the index begin with; its hash tag
 * keeps them in one slot of a Redis Cluster. Time is Redis' own, the same for all processes.
 *
 * - `rows`: a hash from room id to the row, as JSON. A room is listed when it is here.
 * - `marks`: index entries: a hash from room id to what the sets have to say of it (row.ts), so that a change finds what to take back.
 *   A room that somebody is opening has an entry and no row.
 * - `all`, `name:<room type>`, `process:<id>`: rooms in the order of their positions.
 * - `kind:<game type>:<phase>`: the same.
 * - `available:<room type>`: those that Colyseus' `findOneRoomAvailable` looks for.
 * - `public:<game type>:<phase>:<n>`: public rooms with n or more free seats.
 * - `joinable:<game type>`: rooms that random join may enter, the fullest first, the oldest among equals.
 * - `promised`: rooms of which places were reserved, scored by when that lapses, ms.
 *   (Older processes read these two as well, so that their keys keep their names.)
 *
 * The other sets are scored 0 throughout and sorted by the texts in them.
 */
const lib = `
local function key(name) return KEYS[1] .. ':' .. name end
local ROWS, ENTRIES, RESERVED = key('rows'), key('marks'), key('promised')

local function entryOf(id)
  local text = redis.call('HGET', ENTRIES, id)
  return text and cjson.decode(text)
end

local function placesOf(id, entry)
  local places = {}
  if not entry then return places end
  local position = entry.position .. '-' .. id
  local function add(set) places[key(set)] = position end
  if entry.process then
    add('all')
    add('name:' .. entry.name)
    add('process:' .. entry.process)
    if entry.kind then add('kind:' .. entry.kind) end
  end
  if entry.available then add('available:' .. entry.name) end
  if entry.public then
    for free = 0, entry.max - entry.size do add('public:' .. entry.public .. ':' .. free) end
  end
  if entry.joinable and entry.taken < entry.max then
    places[key('joinable:' .. entry.joinable)] = string.format('%03d-%s', 999 - entry.taken, position)
  end
  return places
end

local function replace(id, old, new)
  local before, after = placesOf(id, old), placesOf(id, new)
  for set, member in pairs(before) do
    if after[set] ~= member then redis.call('ZREM', set, member) end
  end
  for set, member in pairs(after) do
    if before[set] ~= member then redis.call('ZADD', set, 0, member) end
  end
  if new then redis.call('HSET', ENTRIES, id, cjson.encode(new)) else redis.call('HDEL', ENTRIES, id) end
  if not new or new.taken <= new.size then redis.call('ZREM', RESERVED, id) end
end

local function change(id, old, changes)
  local new = {}
  for field, value in pairs(old) do new[field] = value end
  for field, value in pairs(changes) do new[field] = value end
  replace(id, old, new)
end

local function take(id, old, taken)
  change(id, old, { taken = math.max(taken, old.size) })
end

local function drop(id, old)
  redis.call('HDEL', ROWS, id)
  replace(id, old, nil)
end

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function lapse()
  for _, id in ipairs(redis.call('ZRANGE', RESERVED, '-inf', now(), 'BYSCORE', 'LIMIT', 0, 16)) do
    local old = entryOf(id)
    if old and old.process then take(id, old, 0) else replace(id, old, nil) end
  end
end
`;

const script = (body: string): string => lib + body;

/**
 * id, row, entry, mode, placeMs -> whether it is listed so.
 * `insert` lists what isn't listed, or awaits its new process, `update` what is listed by the same process, `restore` does either.
 */
export const PUT = script(`
  local id, mode, new, old = ARGV[1], ARGV[4], cjson.decode(ARGV[3]), entryOf(ARGV[1])
  local listed = old and old.process
  if mode == 'insert' and listed and not old.awaited or mode == 'update' and not listed then return 0 end
  if listed and listed ~= new.process then return 0 end
  redis.call('HSET', ROWS, id, ARGV[2])
  new.taken = new.size
  if old and new.joinable then
    -- Who sits down takes what was reserved; who leaves makes a place free.
    new.taken = math.max(new.size, old.taken - math.max(old.size - new.size, 0))
  end
  replace(id, old, new)
  if not listed and new.taken > new.size then redis.call('ZADD', RESERVED, now() + ARGV[5], id) end
  return 1`);

/** id, process or '' -> whether it was listed, by that process. */
export const REMOVE = script(`
  local old = entryOf(ARGV[1])
  if not (old and old.process) or ARGV[2] ~= '' and ARGV[2] ~= old.process then return 0 end
  drop(ARGV[1], old)
  return 1`);

/** id, process -> the next insert of that process replaces what is listed. */
export const TAKE_OVER = script(`
  local old = entryOf(ARGV[1])
  if old and old.process then change(ARGV[1], old, { process = ARGV[2], awaited = true }) end`);

/** process, how many at most -> how many of its rooms were removed. */
export const CLEANUP = script(`
  local set = key('process:' .. ARGV[1])
  local members = redis.call('ZRANGE', set, 0, ARGV[2] - 1)
  for _, member in ipairs(members) do
    local id = string.match(member, '^%d+-(.+)$')
    drop(id, entryOf(id))
    redis.call('ZREM', set, member)
  end
  return #members`);

/**
 * game type, id of the room to open, its seats, placeMs, openingMs, ids to skip… -> id and row of the room in which a
 * place was reserved. Without a row, it is being opened: by the caller where it is the id that they came with.
 */
export const RESERVE = script(`
  lapse()
  local skip = {}
  for i = 6, #ARGV do skip[ARGV[i]] = true end
  for _, member in ipairs(redis.call('ZRANGE', key('joinable:' .. ARGV[1]), 0, #ARGV - 5)) do
    local id = string.match(member, '^%d+-%d+-(.+)$')
    if not skip[id] then
      local old = entryOf(id)
      take(id, old, old.taken + 1)
      if old.process then redis.call('ZADD', RESERVED, now() + ARGV[4], id) end
      return { id, redis.call('HGET', ROWS, id) }
    end
  end
  local position = string.format('%015.0f', now())
  local opening = { position = position, joinable = ARGV[1], size = 0, max = tonumber(ARGV[3]), taken = 1 }
  replace(ARGV[2], nil, opening)
  redis.call('ZADD', RESERVED, now() + ARGV[5], ARGV[2])
  return { ARGV[2], false }`);

/** id -> its row once it is listed, 1 while it is being opened, 0 where nobody opens it any more. */
export const OPENED = script(`
  local row = redis.call('HGET', ROWS, ARGV[1])
  if row then return row end
  lapse()
  return redis.call('HEXISTS', ENTRIES, ARGV[1])`);

/** id */
export const GIVE_BACK = script(`
  local old = entryOf(ARGV[1])
  if old and old.process then take(ARGV[1], old, old.taken - 1) end`);

/** id */
export const GIVE_UP = script(`
  local old = entryOf(ARGV[1])
  if old and not old.process then replace(ARGV[1], old, nil) end`);

export const SWEEP = script('lapse()');

/**
 * 'newest' or 'oldest' first, after which position (or ''), how many, sets… -> the rows of their rooms, the position of
 * each, and how many there are in all.
 */
export const LIST = script(`
  local newest, after, limit = ARGV[1] == 'newest', ARGV[2], tonumber(ARGV[3])
  local from = after == '' and (newest and '+' or '-') or '(' .. after
  local positions, total = {}, 0
  for i = 4, #ARGV do
    local set = key(ARGV[i])
    total = total + redis.call('ZCARD', set)
    local found
    if newest then
      found = redis.call('ZRANGE', set, from, '-', 'BYLEX', 'REV', 'LIMIT', 0, limit)
    else
      found = redis.call('ZRANGE', set, from, '+', 'BYLEX', 'LIMIT', 0, limit)
    end
    for _, position in ipairs(found) do table.insert(positions, position) end
  end
  if #ARGV > 4 then
    table.sort(positions, function(a, b) if newest then return a > b else return a < b end end)
  end
  local ids = {}
  for i = 1, math.min(#positions, limit) do ids[i] = string.match(positions[i], '^%d+-(.+)$') end
  local rows = #ids > 0 and redis.call('HMGET', ROWS, unpack(ids)) or {}
  return { rows, positions, total }`);

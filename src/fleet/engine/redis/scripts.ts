/**
 * What is done in Redis in one step. KEYS[1] is the run's key, the others of the run begin with it. Times are Redis's own,
 * ms since 1970: the clocks of controllers and workers are not compared.
 */
const common = `
local run = KEYS[1]
local function key(name) return run .. ':' .. name end
local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
local function value(name) return redis.call('HGET', run, name) end
local function expireAll(ms)
  for _, name in ipairs({'shards', 'incarnations', 'ready', 'done', 'snapshots', 'numbers', 'controller'}) do
    redis.call('PEXPIRE', key(name), ms)
  end
  redis.call('PEXPIRE', run, ms)
end
local function finish(shard, keptMs)
  redis.call('SADD', key('done'), shard)
  if redis.call('SCARD', key('done')) == tonumber(value('shards')) and not value('endedAt') then
    redis.call('HSET', run, 'endedAt', now())
    expireAll(keptMs)
  end
end
local function startWhenReady()
  if value('startedAt') or value('stop') or value('failed') then return end
  if redis.call('SCARD', key('ready')) < tonumber(value('shards')) then return end
  if redis.call('EXISTS', key('controller')) == 0 then return end
  redis.call('HSET', run, 'startedAt', now() + tonumber(value('leadMs')))
end
local function stopOf() return value('failed') or value('stop') or '' end
`

/**
 * An incarnation begins, and older ones are fenced from here on. ARGV: shard, attempt (of BullMQ), owner, host, kept ms.
 * Gives `begun` with its number; `done`: nothing to do any more; `older`: a later attempt has begun; `gone`: no such run.
 */
export const beginScript = `${common}
local shard, attempt, owner, host, keptMs = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
if redis.call('EXISTS', run) == 0 then return {'gone', 0} end
if redis.call('SISMEMBER', key('done'), shard) == 1 then return {'done', 0} end
local shards, incarnations = key('shards'), key('incarnations')
local incarnation = tonumber(redis.call('HGET', shards, shard .. ':incarnation') or '0')
if redis.call('HGET', shards, shard .. ':owner') == owner then return {'begun', incarnation} end
if attempt < tonumber(redis.call('HGET', shards, shard .. ':attempt') or '0') then return {'older', 0} end
if stopOf() ~= '' then
  redis.call('HSET', shards, shard .. ':owner', '')
  finish(shard, keptMs)
  return {'done', 0}
end
incarnation = incarnation + 1
redis.call('HSET', shards, shard .. ':incarnation', incarnation, shard .. ':owner', owner, shard .. ':attempt', attempt, shard .. ':host', host)
redis.call('HSET', incarnations, shard .. '/' .. incarnation .. ':begun', now())
if not value('startedAt') then redis.call('SREM', key('ready'), shard) end
return {'begun', incarnation}
`

/**
 * What an incarnation has to tell. ARGV: shard, incarnation, owner, state (`loading`, `running`, `ended`: the shard is over,
 * `handed`: another goes on), number and text of a snapshot (number 0: none), kept ms, for how many ms its lease still is. Gives `ok`, when the run's clock is
 * 0 or '', and why it should stop or ''; `fenced`: a later incarnation has begun; `gone`.
 */
export const tellScript = `${common}
local shard, incarnation, owner, state, number, text, keptMs, leftMs = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), ARGV[6], ARGV[7], tonumber(ARGV[8])
if redis.call('EXISTS', run) == 0 then return {'gone', '', ''} end
local shards = key('shards')
if redis.call('HGET', shards, shard .. ':owner') ~= owner or redis.call('HGET', shards, shard .. ':incarnation') ~= incarnation then
  if number > 0 then redis.call('HINCRBY', run, 'fenced', 1) end
  return {'fenced', '', ''}
end
local field = shard .. '/' .. incarnation
redis.call('HSET', key('incarnations'), field .. ':until', now() + leftMs)
if number > tonumber(redis.call('HGET', key('numbers'), field) or '0') then
  redis.call('HSET', key('numbers'), field, number)
  redis.call('HSET', key('snapshots'), field, text)
end
if state == 'ended' or state == 'handed' then redis.call('HSET', key('incarnations'), field .. ':closed', now()) end
if state == 'ended' then finish(shard, keptMs) end
if state == 'ready' then
  redis.call('SADD', key('ready'), shard)
  startWhenReady()
end
return {'ok', value('startedAt') or '', stopOf()}
`

/**
 * A controller is there. ARGV: its name, for how many ms. Gives the name of the one in charge: the first, while it comes
 * back in time.
 */
export const attendScript = `${common}
if redis.call('EXISTS', run) == 0 then return '' end
local holder = redis.call('GET', key('controller'))
if not holder or holder == ARGV[1] then
  redis.call('SET', key('controller'), ARGV[1], 'PX', ARGV[2])
  holder = ARGV[1]
end
startWhenReady()
return holder
`

/** ARGV: `stop` or `failed`, why. The first reason stays. */
export const endScript = `${common}
if redis.call('EXISTS', run) == 0 then return 0 end
redis.call('HSETNX', run, ARGV[1], ARGV[2])
return 1
`

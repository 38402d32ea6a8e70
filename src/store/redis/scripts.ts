import { createHash } from 'node:crypto'

/** A Lua script, and the digest that Redis knows it by. */
export interface RedisScript {
  readonly text: string
  readonly sha: string
}

function script(text: string): RedisScript {
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/** Slots of a rate limit's window; the counters in shared memory cut theirs into as many (docs/adr/0004). */
export const windowSlots = 32

/**
 * The sliding window of rate limits: KEYS[1] is a hash of slot number to units, and `period`. ARGV: limit, period in ms, amount. Gives allowed
 * (1 or 0), units left, milliseconds until enough are free. The time is the server's, so that gateways need not agree on one.
 */
export const slideScript = script(`
local limit, period, amount = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local length = period / ${windowSlots}
local newest = math.floor(now / length)
local stored = redis.call('HGETALL', KEYS[1])
local counts, used, known = {}, 0, nil
for i = 1, #stored, 2 do
  if stored[i] == 'period' then known = tonumber(stored[i + 1]) end
end
if known ~= nil and known ~= period then
  redis.call('DEL', KEYS[1])
  stored = {}
end
for i = 1, #stored, 2 do
  local slot = tonumber(stored[i])
  -- a clock that went back counts into the newest slot known
  if slot ~= nil and slot > newest then newest = slot end
end
for i = 1, #stored, 2 do
  local slot = tonumber(stored[i])
  if slot ~= nil then
    if slot < newest - ${windowSlots} then
      redis.call('HDEL', KEYS[1], stored[i])
    else
      local units = tonumber(stored[i + 1])
      counts[slot] = units
      used = used + units
    end
  end
end
local needed = math.max(1, amount)
if used + needed > limit then
  local missing, free = used + needed - limit, (newest + ${windowSlots + 1}) * length
  for slot = newest - ${windowSlots}, newest do
    missing = missing - (counts[slot] or 0)
    if missing <= 0 then
      free = (slot + ${windowSlots + 1}) * length
      break
    end
  end
  return { 0, math.max(0, limit - used), math.ceil(free - now) }
end
if amount > 0 then
  redis.call('HSET', KEYS[1], 'period', ARGV[2])
  redis.call('HINCRBY', KEYS[1], string.format('%.0f', newest), ARGV[3])
  redis.call('PEXPIRE', KEYS[1], math.ceil(period + 2 * length))
end
return { 1, limit - used - amount, 0 }
`)

/**
 * The fixed period of quotas: KEYS[1] is a hash of period, start of the period at hand and units used. ARGV: limit, period in ms (0: for ever),
 * start in ms since 1970, amount. Gives allowed, units left, milliseconds until the next period (-1: never).
 */
export const fillScript = script(`
local limit, period, start, amount = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local begun = start
if period > 0 then begun = start + math.floor((now - start) / period) * period end
local stored = redis.call('HMGET', KEYS[1], 'period', 'begun', 'used')
local used = 0
if tonumber(stored[1]) == period and tonumber(stored[2]) == begun then used = tonumber(stored[3]) end
if used + math.max(1, amount) > limit then
  local wait = -1
  if period > 0 then wait = math.max(0, begun + period - now) end
  return { 0, math.max(0, limit - used), wait }
end
if amount > 0 then
  redis.call('HSET', KEYS[1], 'period', ARGV[2], 'begun', string.format('%.0f', begun), 'used', string.format('%.0f', used + amount))
  if period > 0 then
    redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', begun + period))
  else
    redis.call('PERSIST', KEYS[1])
  end
end
return { 1, limit - used - amount, 0 }
`)

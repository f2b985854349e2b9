-- An owner's listing: a sorted set of members, each 16 bytes of key and 6 of createdAt; the score says until when the
-- member may be needed. It passes away with its highest score.

-- Returns the member's score. Each cover raises it, so that a removal which knew an earlier one comes too late.
local function cover(listing, member, wanted, now)
  local before = redis.pcall('ZSCORE', listing, member)
  if type(before) == 'table' then
    -- No sorted set: nobody here wrote that.
    redis.call('DEL', listing)
    before = false
  end
  local score = before and math.max(wanted, before + 1) or wanted
  -- Before all other writes: a server that is out of memory asks the first one of a script only.
  redis.call('ZADD', listing, score, member)
  redis.call('ZREMRANGEBYSCORE', listing, '-inf', now)
  local last = redis.call('ZREVRANGE', listing, 0, 0, 'WITHSCORES')[2]
  if last then
    expire(listing, tonumber(last), now)
  end
  return score
end

-- KEYS: an owner's listing. ARGV: member, until when its cell was covered; a later cover is another cell's.

local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if score and tonumber(score) <= tonumber(ARGV[2]) then
  redis.call('ZREM', KEYS[1], ARGV[1])
end
return { DONE }

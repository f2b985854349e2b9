-- KEYS: the cell's. ARGV: time or '', the access; after a cover: the owner, createdAt, until when.

local now, there = clock(ARGV[1]), parse(headOf(KEYS[1]))
local accessed = tonumber(ARGV[2])
if not there or not isSession(there) or accessed <= there.accessed or passed(overAt(there), now) then
  return { DONE }
end
there.accessed = accessed
if there.owner == ARGV[3] and there.created == ARGV[4] then
  there.covered = math.max(there.covered, tonumber(ARGV[5]))
end
local at = droppedAt(there)
if there.owner ~= '' and there.covered < at then
  return { COVER, toCover(there), there.owner, there.created }
end
redis.call('SETRANGE', KEYS[1], 0, struct.pack('>I8', there.covered) .. string.char(1) .. struct.pack('>I6', accessed))
expire(KEYS[1], at, now)
return { DONE }

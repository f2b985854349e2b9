-- KEYS: the cell's. ARGV: time or '', the access; after a cover: the owner, createdAt, until when.

local now, head = clock(ARGV[1]), headOf(KEYS[1])
local there = parse(head)
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
-- In this order: a server that is out of memory asks the first write of a script only.
expire(KEYS[1], at, now)
redis.call('SETRANGE', KEYS[1], 0, struct.pack('>I8', there.covered) .. head:sub(9, 9) .. struct.pack('>I6', accessed))
return { DONE }

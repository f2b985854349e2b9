-- KEYS: the cell's; the listing of its owner, where one script may use both.
-- ARGV: time or '', the stamp expected or '', the value, the listing's member.

local now, expected, value = clock(ARGV[1]), ARGV[2], ARGV[3]
local head, cell = headOf(KEYS[1]), parse(value)
local there = parse(head)

if expected == '' then
  if head ~= '' then
    return { LOOK }
  end
elseif head == '' then
  return { ABSENT }
elseif not there then
  return { LOOK }
elseif there.stamp ~= expected or passed(overAt(there), now) then
  if there.revision == RESERVED then
    return { LOOK }
  elseif passed(droppedAt(there), now) then
    return { ABSENT }
  end
  return { isSession(there) and not passed(overAt(there), now) and CHANGED or GONE }
end

local stays = false
if there then
  cell.accessed = math.max(cell.accessed, there.accessed)
  stays = cell.owner == there.owner and cell.created == there.created
  if stays then
    cell.covered = math.max(cell.covered, there.covered)
  end
end

local at = droppedAt(cell)
if passed(at, now) then
  redis.call('DEL', KEYS[1])
else
  local covers = cell.owner ~= '' and cell.covered < at
  if covers and not KEYS[2] then
    return { COVER, toCover(cell) }
  end
  if not isSession(cell) then
    -- A server that is out of memory asks the first write of a script only: so it takes a session's end.
    redis.call('DEL', KEYS[1])
  end
  if covers then
    cell.covered = cover(KEYS[2], ARGV[4], toCover(cell), now)
  end
  value = struct.pack('>I8', cell.covered) .. value:sub(9, 9) .. struct.pack('>I6', cell.accessed) .. value:sub(16)
  if at < NEVER then
    redis.call('SET', KEYS[1], value, 'PX', at - now)
  else
    redis.call('SET', KEYS[1], value)
  end
end

if there and there.owner ~= '' and not stays then
  return { DONE, there.owner, there.created, there.covered }
end
return { DONE }

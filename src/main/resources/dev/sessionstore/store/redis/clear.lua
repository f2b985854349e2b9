-- KEYS: the cell's. ARGV: the stamp.

local there = parse(headOf(KEYS[1]))
if not there or there.stamp ~= ARGV[1] then
  return { DONE }
end
redis.call('DEL', KEYS[1])
if there.owner == '' then
  return { DONE }
end
return { DONE, there.owner, there.created, there.covered }

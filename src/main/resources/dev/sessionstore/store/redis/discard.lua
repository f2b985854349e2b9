-- KEYS: of what cannot be read. ARGV: its bytes; none: it is no string.

local there = redis.pcall('GETRANGE', KEYS[1], 0, -1)
if type(there) ~= 'string' then
  there = ''
end
if there == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
return { DONE }

-- KEYS: an owner's listing. ARGV: time or '', member, until when at least.

-- A server that is out of memory asks the first write of a script only: what is in use is to stay covered.
redis.call('PERSIST', KEYS[1])
return { cover(KEYS[1], ARGV[2], tonumber(ARGV[3]), clock(ARGV[1])) }

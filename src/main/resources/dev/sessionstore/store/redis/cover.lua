-- KEYS: an owner's listing. ARGV: time or '', member, until when at least.

return { cover(KEYS[1], ARGV[2], tonumber(ARGV[3]), clock(ARGV[1])) }

-- What the scripts about a cell share. A value is 8 bytes "covered until", then the cell (see CellFormat):
-- 9 format, 10 accessedAt, 16 check, 20 stamp, 36 endsAt, 42 idle, 48 hold, 54 tombstone, 60 createdAt,
-- 66 length of the owner, 67 the owner. Numbers are doubles here: exact, as times have 48 bits.

local NEVER = 281474976710655
local DONE, CHANGED, GONE, ABSENT, LOOK, COVER = 0, 1, 2, 3, 4, 5
local RESERVED = string.char(255, 255, 255, 255, 255, 255, 255, 253)
local DAY = 86400000

-- A test gives the time; otherwise it is this server's.
local function clock(given)
  if given ~= '' then
    return tonumber(given)
  end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- The fields of the value's head.
local function parse(head)
  if #head < 66 or head:byte(9) ~= 1 then
    return nil
  end
  local cell = { stamp = head:sub(20, 35), revision = head:sub(28, 35) }
  cell.covered = struct.unpack('>I8', head)
  cell.accessed, cell.ends = struct.unpack('>I6', head, 10), struct.unpack('>I6', head, 36)
  cell.idle, cell.hold = struct.unpack('>I6', head, 42), struct.unpack('>I6', head, 48)
  cell.tombstone, cell.created = struct.unpack('>I6', head, 54), head:sub(60, 65)
  cell.owner = head:sub(67, 66 + head:byte(66))
  return cell
end

-- Of what stands there; missing and empty are one. Another type of value is nothing that can be read.
local function headOf(key)
  local head = redis.pcall('GETRANGE', key, 0, 81)
  return type(head) == 'string' and head or '?'
end

local function overAt(cell)
  local at = cell.ends
  if cell.idle > 0 then
    at = math.min(at, cell.accessed + cell.idle)
  end
  return math.min(NEVER, at + cell.hold)
end

local function droppedAt(cell)
  return math.min(NEVER, overAt(cell) + cell.tombstone)
end

local function passed(at, now)
  return at < NEVER and now >= at
end

local function isSession(cell)
  return cell.revision:byte(1) < 128
end

-- As OwnerIndex.toCover has it, too. How long the owner's listing is to name it, so that not each access needs another word there.
local function toCover(cell)
  return droppedAt(cell) + math.min(math.floor(cell.idle / 8), DAY) + 1000
end

local function expire(key, at, now)
  if at < NEVER then
    redis.call('PEXPIRE', key, at - now)
  else
    redis.call('PERSIST', key)
  end
end

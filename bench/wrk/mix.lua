-- Of ten requests about random sessions eight are GET, one is PUT of new attributes, one is PATCH of one of them.
-- peers/PacedLoad.java makes the same ones.
local common = dofile(os.getenv("BENCH_WRK") .. "/common.lua")
setup, init, done = common.setup, common.init, common.done

function request()
  local session = math.random(0, common.sessions - 1)
  local kind = math.random(0, 9)
  if kind > 1 then
    return common.request("GET", session)
  end
  local counter = string.format("%010d", math.random(0, 999999999))
  if kind == 1 then
    return common.request("PATCH", session, '{"set":{"counter":"' .. counter .. '"}}')
  end
  local body = common.body:gsub("0000000000", counter, 1)
  return common.request("PUT", session, body)
end

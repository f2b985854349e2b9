-- PUT of new attributes of the same size to a random session. The text differs each time: a write of what is there
-- already would change nothing.
local common = dofile(os.getenv("BENCH_WRK") .. "/common.lua")
setup, init, done = common.setup, common.init, common.done

function request()
  local body = common.body:gsub("0000000000", string.format("%010d", math.random(0, 999999999)), 1)
  return common.request("PUT", math.random(0, common.sessions - 1), body)
end

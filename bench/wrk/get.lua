-- GET of a random session. bench/load.py passes what it needs in the environment.
local common = dofile(os.getenv("BENCH_WRK") .. "/common.lua")
setup, init, done = common.setup, common.init, common.done

function request()
  return common.request("GET", math.random(0, common.sessions - 1))
end

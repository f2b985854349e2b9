-- Random operations in the given shares, each of one request or more; a peer without PATCH reads and writes. bench/load.py
-- passes their text in the environment, with words where something differs each time; peers/PacedLoad.java reads the same.
local sessions = tonumber(os.getenv("BENCH_SESSIONS"))
local step = tonumber(os.getenv("BENCH_THREADS"))
local lastDoomed = tonumber(os.getenv("BENCH_DOOMED_END")) - 1
local threads = {}
local choices = {}
local current, at, session, new, doomed

issued, operations, short = 0, 0, 0

local function id(n)
  return string.format("bench-%037d", n)
end

local values = {
  session = function() return session end,
  counter = function() return string.format("%010d", math.random(0, 999999999)) end,
  new = function()
    new = new + step
    return id(new)
  end,
  doomed = function()
    doomed = doomed + step
    if doomed > lastDoomed then
      short = short + 1
    end
    return id(doomed)
  end,
}

-- A function that fills in the words of one request.
local function template(text)
  local parts, makers = {}, {}
  local from = 1
  for before, word, after in text:gmatch("()@(%l+)@()") do
    parts[#parts + 1] = text:sub(from, before - 1)
    parts[#parts + 1] = ""
    makers[#parts] = values[word]
    from = after
  end
  parts[#parts + 1] = text:sub(from)
  return function()
    for place, make in pairs(makers) do
      parts[place] = make()
    end
    return table.concat(parts)
  end
end

function setup(thread)
  threads[#threads + 1] = thread
  thread:set("number", #threads)
end

function init()
  math.randomseed(os.time() * 1000 + number)
  new = tonumber(os.getenv("BENCH_NEW")) + number - step
  doomed = tonumber(os.getenv("BENCH_DOOMED")) + number - 1 - step
  for operation in os.getenv("BENCH_OPERATIONS"):gmatch("[^\29]+") do
    local share
    local requests = {}
    for text in operation:gmatch("[^\30]+") do
      if share then
        requests[#requests + 1] = template(text)
      else
        share = tonumber(text)
      end
    end
    for _ = 1, share do
      choices[#choices + 1] = requests
    end
  end
end

function request()
  if not current or at == #current then
    current, at = choices[math.random(#choices)], 0
    session = id(math.random(0, sessions - 1))
    operations = operations + 1
  end
  at = at + 1
  issued = issued + 1
  return current[at]()
end

function done(summary, latency)
  local made, begun, missing = 0, 0, 0
  for _, thread in ipairs(threads) do
    made = made + thread:get("issued")
    begun = begun + thread:get("operations")
    missing = missing + thread:get("short")
  end
  local e = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "operations": %.1f, "micros": %d, "p50": %d, "p99": %d, "p999": %d, "max": %d, '
      .. '"refused": %d, "broken": %d, "short": %d}\n',
    summary.requests, summary.requests * begun / made, summary.duration, latency:percentile(50),
    latency:percentile(99), latency:percentile(99.9), latency.max, e.status,
    e.connect + e.read + e.write + e.timeout, missing))
end

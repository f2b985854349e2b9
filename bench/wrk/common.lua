-- What the scripts share: requests as text, made by hand to leave the processor to the server, and a summary in JSON.
local common = {
  sessions = tonumber(os.getenv("BENCH_SESSIONS")),
  body = os.getenv("BENCH_BODY"),
}

local threads = 0

function common.setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function common.init()
  math.randomseed(os.time() * 1000 + number)
  common.inPath = os.getenv("BENCH_ID_IN") == "path"
  common.before = os.getenv("BENCH_PATH")
  common.head = os.getenv("BENCH_HEAD")
end

function common.request(verb, session, body)
  local id = string.format("bench-%037d", session)
  local path, line
  if common.inPath then
    path, line = common.before .. id, ""
  else
    path, line = common.before .. "-", "Session-Id: " .. id .. "\r\n"
  end
  local length = ""
  if body then
    length = "Content-Type: application/json\r\nContent-Length: " .. #body .. "\r\n"
  end
  return verb .. " " .. path .. " HTTP/1.1\r\n" .. common.head .. line .. length .. "\r\n" .. (body or "")
end

function common.done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "micros": %d, "p50": %d, "p90": %d, "p99": %d, "p999": %d, "max": %d, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(90), latency:percentile(99),
    latency:percentile(99.9), latency.max, e.status, e.connect + e.read + e.write + e.timeout))
end

return common

-- Sends the prepared requests in turn, and looks at every answer: its status, and a text that it must hold.
local requests, must = {}, ''
local bad = 0

function init(args)
  local prepared = dofile(args[1])
  must = prepared.must
  for _, one in ipairs(prepared.requests) do
    requests[#requests + 1] = wrk.format('GET', one.path, one.headers)
  end
  next_one = 0
end

function request()
  next_one = next_one % #requests + 1
  return requests[next_one]
end

local first = ''
function response(status, _, body)
  if status ~= 200 or not string.find(body, must, 1, true) then
    bad = bad + 1
    if first == '' then first = status .. ' ' .. string.sub(body, 1, 200) end
    wrk.thread:set('bad', bad)
    wrk.thread:set('first', first)
  end
end

local threads = {}
function setup(thread)
  threads[#threads + 1] = thread
end

function done(summary, latency)
  local failed, problem = 0, ''
  for _, thread in ipairs(threads) do
    failed = failed + (thread:get('bad') or 0)
    problem = thread:get('first') or problem
  end
  local lost = summary.errors
  local broken = lost.connect + lost.read + lost.write + lost.timeout
  io.write(string.format(
    '\nRESULT\t%d\t%d\t%f\t%f\t%f\t%s\n',
    summary.requests, failed + broken, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    (broken > 0 and 'connections failed ' or '') .. string.gsub(problem, '%s+', ' ')
  ))
end

-- Given to `wrk`: a method, a body and paths, asked for one after the other.
local requests, place = {}, 0

init = function(args)
  wrk.method, wrk.body = args[1], args[2]
  for number = 3, #args do
    requests[number - 2] = wrk.format(nil, args[number])
  end
end

request = function()
  place = place % #requests + 1
  return requests[place]
end

-- Told at the end: requests, microseconds, what went wrong, and the latencies.
done = function(summary, latency)
  local errors = summary.errors
  local wrong = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("figures %d %d %d %d %d\n", summary.requests, summary.duration, wrong,
    latency:percentile(50), latency:percentile(95)))
end

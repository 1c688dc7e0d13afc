-- For wrk: posts the same body again and again, or, where it holds a %d, one with another number each time.
-- The end is one line of JSON: seconds, milliseconds, counts.
local number = 0
local template

function init(arguments)
  template = arguments[1]
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Accept"] = "application/json"
  if not template:find("%%d") then
    local same = wrk.format(nil, nil, nil, template)
    request = function() return same end
  end
end

function request()
  number = number + 1
  return wrk.format(nil, nil, nil, template:format(number))
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "failures": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    failed.connect + failed.read + failed.write + failed.status + failed.timeout
  ))
end

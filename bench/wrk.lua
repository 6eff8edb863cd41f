-- Scrapes as Prometheus does and compares each hundredth body with the target's. Arguments: the request target and
-- the file with the body that is expected.
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  wrk.path = args[1]
  wrk.headers['Accept'] = 'text/plain;version=0.0.4;q=0.5,*/*;q=0.1'
  wrk.headers['Accept-Encoding'] = 'gzip'
  wrk.headers['User-Agent'] = 'Prometheus/3.16.0'
  wrk.headers['X-Prometheus-Scrape-Timeout-Seconds'] = '10'
  local file = assert(io.open(args[2], 'rb'))
  expected = file:read('*a')
  file:close()
  answered, checked, wrong = 0, 0, 0
end

function response(status, _, body)
  answered = answered + 1
  if answered % 100 == 0 then
    checked = checked + 1
    if status ~= 200 or body ~= expected then wrong = wrong + 1 end
  end
end

function done(summary, latency)
  local checked, wrong = 0, 0
  for _, thread in ipairs(threads) do
    checked = checked + thread:get('checked')
    wrong = wrong + thread:get('wrong')
  end
  local failed = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"secs":%f,"p50Ms":%f,"p99Ms":%f,"failed":%d,"checked":%d,"wrong":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    failed.connect + failed.read + failed.write + failed.status + failed.timeout, checked, wrong))
end

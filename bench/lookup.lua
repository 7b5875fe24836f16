-- SPDX-License-Identifier: Apache-2.0
-- For bench/lookup.sh: requests at a fixed rate (RATE a second; 0: as fast as they are answered), each with the next id
-- (IDS=new: session-00000001, …, from FROM on; IDS=made-up) or with one COOKIE. The last line: requests, the rate, how many
-- were not 200, and the milliseconds in which 50, 99 and 99.9 % were answered, and all.
local ffi = require "ffi"
ffi.cdef "typedef struct { long sec, nsec; } moment_t; int clock_gettime(int clock, moment_t *t);"
local moment = ffi.new "moment_t"

local function now()
    ffi.C.clock_gettime(1, moment)
    return tonumber(moment.sec) * 1e3 + tonumber(moment.nsec) / 1e6
end

local rate, ids, cookie = tonumber(os.getenv "RATE" or 0), os.getenv "IDS", os.getenv "COOKIE"
local from = tonumber(os.getenv "FROM" or 1)
local begin, slot, sent = nil, 0, 0

if rate > 0 then
    function delay()
        begin = begin or now()
        slot = slot + 1
        return math.max(0, math.floor(begin + slot * 1e3 / rate - now() + 0.5))
    end
end

function request()
    if ids == "new" then
        cookie = string.format("session-%08d", from + sent)
    elseif ids then
        cookie = string.format("made-up-%08d-%08d", from, sent)
    end
    sent = sent + 1
    return wrk.format("GET", nil, { Cookie = "session=" .. cookie })
end

refused_ = 0
function setup(thread) threads = { thread } end
function response(status) if status ~= 200 then refused_ = refused_ + 1 end end

function done(summary, latency)
    print(string.format("answers %d a-second %.0f not-200 %d ms %.2f %.2f %.2f %.2f sent-to %d", summary.requests, summary.requests / summary.duration * 1e6,
        threads[1]:get "refused_" or 0, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency:percentile(99.9) / 1e3, latency.max / 1e3,
        from + summary.requests))
end

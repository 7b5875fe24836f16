-- SPDX-License-Identifier: Apache-2.0
-- wrk's requests: each line of the file REQUESTS is "PATH STATUS:USER COOKIE", sent with what is expected as the query.
-- httpd says in X-Seen what it has seen; the last line says how many answers said otherwise.
local requests, threads, at = {}, {}, 0

function setup(thread) threads[#threads + 1] = thread end

function init()
    wrong, right, example = 0, 0, ""
    for line in io.lines(os.getenv("REQUESTS")) do
        local path, expected, cookie = line:match("^(%S+) (%S+) (.*)$")
        requests[#requests + 1] = wrk.format("GET", path .. "?" .. expected, { Cookie = cookie })
    end
    math.randomseed(os.time())
end

function request()
    return requests[math.random(#requests)]
end

function response(status, headers, body)
    local asked, seen
    for name, value in pairs(headers) do
        if name:lower() == "x-asked" then asked = value elseif name:lower() == "x-seen" then seen = value end
    end
    if status == 200 and asked and asked == seen then
        right = right + 1
    else
        wrong = wrong + 1
        example = status .. " " .. tostring(asked) .. " " .. tostring(seen)
    end
end

function done()
    local sum, bad, first = 0, 0, ""
    for _, thread in ipairs(threads) do
        sum = sum + (thread:get("right") or 0)
        bad = bad + (thread:get("wrong") or 0)
        if (thread:get("wrong") or 0) > 0 then first = thread:get("example") end
    end
    io.write(string.format("right %d wrong %d %s\n", sum, bad, first))
end

-- SPDX-License-Identifier: Apache-2.0
-- wrk's requests to the hand-off endpoint: a session's alias is issued, then redeemed TIMES times, by
-- whichever connections are free. At the end, a line: how many were issued, redeemed, refused; other answers.
local session = os.getenv("SESSION")
local times = tonumber(os.getenv("TIMES") or "1")
local waiting, issuing = {}, nil
local threads = {}

function setup(thread) threads[#threads + 1] = thread end

function init()
    issuing = wrk.format("POST", nil, { Cookie = "session=" .. session, Origin = os.getenv("ORIGIN"),
        ["Content-Type"] = "application/x-www-form-urlencoded" }, "")
    issued, redeemed, refused, other = 0, 0, 0, 0
end

-- Aliases that were issued go first.
function request()
    local n = #waiting
    if n == 0 then return issuing end
    local alias = waiting[n]
    alias.left = alias.left - 1
    if alias.left == 0 then waiting[n] = nil end
    return alias.request
end

function response(status, headers, body)
    if status == 201 then
        local code = body:match('"code":"([^"]+)"')
        issued = issued + 1
        waiting[#waiting + 1] = { left = times, request = wrk.format("POST", nil,
            { ["Content-Type"] = "application/x-www-form-urlencoded" }, "code=" .. code) }
    elseif status == 200 then
        redeemed = redeemed + 1
    elseif status == 403 then
        refused = refused + 1
    else
        other = other + 1
    end
end

function done()
    local sum = { 0, 0, 0, 0 }
    for _, thread in ipairs(threads) do
        for i, name in ipairs({ "issued", "redeemed", "refused", "other" }) do
            sum[i] = sum[i] + (thread:get(name) or 0)
        end
    end
    io.write(string.format("issued %d redeemed %d refused %d other %d\n", sum[1], sum[2], sum[3], sum[4]))
end

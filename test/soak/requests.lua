-- SPDX-License-Identifier: Apache-2.0
-- wrk's requests: those of the file that REQUESTS names (tokens.py), one after the other, and what comes back is
-- compared with what must. A response says by itself for which request it is (X-Asked), whose session httpd saw
-- (X-Seen), what httpd's clock said at its begin and how long it took (X-Time), and the generation of keys
-- (X-Generation). MODULE=0: httpd alone, which sees no session. At the end, a line for each kind: how many, and how
-- many were wrong.
local module = os.getenv("MODULE") ~= "0"
local pause = tonumber(os.getenv("PAUSE") or "0")
local requests, at, threads = {}, 0, {}
local SLACK = 2 -- seconds: the token's time is whole seconds, and a request may be looked up after its begin

function setup(thread) threads[#threads + 1] = thread end

function init()
    counted, wrongs, examples = {}, 0, ""
    for line in io.lines(os.getenv("REQUESTS")) do
        local expected, path, name, value, token, body = line:match("^(.-)\t(.-)\t(.-)\t(.-)\t(.-)\t(.*)$")
        local headers = { ["X-Expect"] = expected, [name] = value }
        if body ~= "" then
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Sec-Fetch-Site"] = "same-origin"
            headers["X-XSRF-Token"] = token
        end
        requests[#requests + 1] = wrk.format(body ~= "" and "POST" or "GET", path, headers, body ~= "" and body or nil)
    end
    at = math.random(#requests)
end

function delay() return pause end

function request()
    at = at % #requests + 1
    return requests[at]
end

local function status_at(kind, key, issued, life, generation, t)
    if key == "none" then return kind end
    if key ~= "base" and math.abs(tonumber(key) - generation) > 1 then return "bad-signature" end
    if t < issued then return "not-yet-valid" end
    if t > issued + life then return "expired" end
    return kind
end

local function is_good_form(form, t) return t >= tonumber(form) and t <= tonumber(form) + 3600 end

-- Whether this is right at one time. The guard refuses before there is a session to be seen.
local function is_right(status, body, seen, seen_user, a, generation, t)
    local want = status_at(a.kind, a.key, a.issued, a.life, generation, t)
    if a.form ~= "-" then
        if a.form == "forged" or want ~= "ok" or not is_good_form(a.form, t) then return status == 403 end
        if body ~= "name=" .. a.user then return false end
    end
    return status == 200 and seen == want and seen_user == (want == "ok" and a.user or "(null)")
end

local function is_right_at_any(status, body, headers, a)
    local seen, user = (headers["X-Seen"] or ""):match("^(%S+) (%S+)$")
    local t, took = (headers["X-Time"] or ""):match("^t=(%d+) D=(-?%d+)$")
    local generation = tonumber(headers["X-Generation"])
    if not t or not generation then return false end
    for _, from in ipairs({ tonumber(t) / 1e6, (tonumber(t) + tonumber(took)) / 1e6 }) do
        for slack = -SLACK, SLACK, SLACK do
            if is_right(status, body, seen, user, a, generation, from + slack) then return true end
        end
    end
    return false
end

function response(status, headers, body)
    local a = {}
    a.kind, a.user, a.key, a.issued, a.life, a.form = (headers["X-Asked"] or ""):match("^(%S+) (%S+) (%S+) (%d+) (%d+) (%S+)$")
    local name = a.kind and ((a.form ~= "-" and (a.form == "forged" and "form-forged" or "form")) or a.kind) or "unasked"
    local right
    if not a.kind then
        right = false
    elseif module then
        a.issued, a.life = tonumber(a.issued), tonumber(a.life)
        right = is_right_at_any(status, body, headers, a)
    else
        right = status == 200
    end
    counted[name] = (counted[name] or 0) + 1
    if not right then
        wrongs = wrongs + 1
        if wrongs <= 5 then
            examples = examples .. string.format("wrong: asked %s, %d, seen %s, time %s, generation %s\n", headers["X-Asked"] or "nothing",
                status, headers["X-Seen"] or "nothing", headers["X-Time"] or "nothing", headers["X-Generation"] or "nothing")
        end
    end
end

function done(summary)
    for _, thread in ipairs(threads) do
        for kind, n in pairs(thread:get("counted")) do io.write(kind, " ", n, "\n") end
        io.write(thread:get("examples"), "wrong ", thread:get("wrongs"), "\n")
    end
    local e = summary.errors
    io.write(string.format("asked %d\nlost %d\n", summary.requests, e.connect + e.read + e.write + e.timeout))
end

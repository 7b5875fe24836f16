-- SPDX-License-Identifier: Apache-2.0
-- wrk's requests: the session cookies of the file that COOKIES names, one after the other. With BODY,
-- each is a POST of that form. With BEARER they are bearer tokens, each sent by a new connection.
local requests = {}
local at = 0

function init()
    local body = os.getenv("BODY")
    local headers = {}
    if body then
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        headers["Sec-Fetch-Site"] = "same-origin"
    end
    for cookie in io.lines(os.getenv("COOKIES")) do
        if os.getenv("BEARER") then
            headers["Authorization"] = "Bearer " .. cookie
            headers["Connection"] = "close"
        else
            headers["Cookie"] = "session=" .. cookie
        end
        requests[#requests + 1] = wrk.format(body and "POST" or "GET", nil, headers, body)
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end

-- wrk's requests: the session cookies of the file that COOKIES names, one after the other.
local requests = {}
local at = 0

function init()
    for cookie in io.lines(os.getenv("COOKIES")) do
        requests[#requests + 1] = wrk.format("GET", nil, { Cookie = "session=" .. cookie })
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Starlette's SessionMiddleware (FastAPI's too), both ways, against Debian's Starlette."""
import asyncio
import time

from interop import *

try:
    import starlette
    from starlette.middleware.sessions import SessionMiddleware
except ImportError as missing:
    skip_all(str(missing))

SECRET = "starlette-interop-secret ключ"
KEYS = [("main", SECRET)]

begin()
print("# Starlette " + starlette.__version__)


def request(cookies, put=None, secret=SECRET, **settings):
    """The session that an application sees, and the cookie of the one that it makes."""
    seen, sent = {}, []

    async def app(scope, receive, send):
        seen.update(scope["session"])
        scope["session"].update(put or {})
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.extend(v.decode() for n, v in message["headers"] if n == b"set-cookie")

    header = "; ".join("session=" + c for c in cookies)
    scope = {"type": "http", "headers": [(b"cookie", header.encode())] if cookies else []}
    asyncio.run(SessionMiddleware(app, secret, **settings)(scope, None, send))
    return seen, sent[0].split("=", 1)[1].split(";")[0] if sent else None


def seal(d, secret=SECRET):
    return request([], d, secret)[1]


def load(token, secret=SECRET, **settings):
    return request([token], secret=secret, **settings)[0]


docs = documents()
tokens = [seal(d) for d in docs]
got = decode("starlette", KEYS, tokens)
all_of(((text(g.get("session")), text(d), g) for g, d in zip(got, docs)), "Starlette seals a session, we open the same")
ok(all(abs(g.get("issued", 0) - time.time()) < 60 for g in got), "the time of issue is now")
ok(all(g.get("expires") == g.get("issued", 0) + 14 * 86400 for g in got), "they expire after 14 days")
sealed = encode("starlette", KEYS, docs)
all_of(((text(load(t)), text(d), t) for t, d in zip(sealed, docs)), "we seal a session, Starlette opens the same")
all_of(((ours.split(".")[0], theirs.split(".")[0], d) for ours, theirs, d in zip(sealed, tokens, docs)),
       "letter for letter as Starlette writes it")

refusals("starlette", KEYS, tokens[0], expired_at=int(time.time()) + 15 * 86400)
got = decode("starlette", KEYS, [tokens[0]], now=int(time.time()) - 3600)[0]
ok(got["status"] == "not-yet-valid", "from the future: refused, as Starlette does", got)
for bad in (flipped(sealed[0]), sealed[0][:-3], sealed[0].replace(".", "")):
    ok(load(bad) == {}, "Starlette sees an empty session when ours is changed")
old = encode("starlette", KEYS, [{"a": 1}], now=int(time.time()) - 20)[0]
ok(load(old, max_age=10) == {}, "Starlette finds ours too old where its max_age says so")
ok(load(old, max_age=30) == {"a": 1}, "and young enough where it does not")
got = decode("starlette", KEYS, [old], ["max-age=10s"])[0]
ok(got["status"] == "expired", "as we do", got)

one, two = seal({"n": 1}), seal({"n": 2})
ok(request([one, two])[0] == {"n": 2}, "of two cookies with one name Starlette reads the last")
ok(request([two, "null"])[0] == {}, "even when it is not a session")

ring = [("new", "the new secret, in use"), ("old", "the old secret, retired")]
by_old = [seal(d, ring[1][1]) for d in docs[:20]]
by_new = [seal(d, ring[0][1]) for d in docs[:20]]
all_of(((g.get("key"), "old", g) for g in decode("starlette", ring, by_old)), "a retired key opens, and is named")
all_of(((g.get("key"), "new", g) for g in decode("starlette", ring, by_new)), "the key in use opens, and is named")
ours = encode("starlette", ring, docs[:20])
all_of(((text(load(t, ring[0][1])), text(d), t) for t, d in zip(ours, docs)), "we write with the first key")
all_of(((load(t, ring[1][1]), {}, t) for t in ours), "not with the second")
done()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes starlette.json: session cookies by the real SessionMiddleware (Debian:
python3-starlette), and what it says of changed ones. Run by hand; the result is committed."""
import asyncio
import base64
import json
import os
import platform
from unittest import mock

import itsdangerous
import starlette
from starlette.middleware.sessions import SessionMiddleware

SECRET = "not-a-real-secret-0123456789"
NOW = 1760000000
DAY = 86400
vectors = []


def request(cookie=None, put=None, secret=SECRET, now=NOW, max_age=14 * DAY):
    """One request through the middleware: the session that the application sees, and the
    cookie that it sends when the application puts one there."""
    seen, sent = {}, []

    async def app(scope, receive, send):
        seen.update(scope["session"])
        scope["session"].update(put or {})
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.extend(value.decode("latin-1") for name, value in message["headers"] if name == b"set-cookie")

    headers = [(b"cookie", b"session=" + cookie.encode("latin-1"))] if cookie is not None else []
    with mock.patch.object(itsdangerous.TimestampSigner, "get_timestamp", lambda self: now):
        asyncio.run(SessionMiddleware(app, secret, max_age=max_age)({"type": "http", "headers": headers}, None, send))
    return seen, sent[0].split("=", 1)[1].split(";")[0] if sent else None


def sealed(doc, **kwargs):
    return request(put=doc, **kwargs)[1]


def signed(payload, secret=SECRET, now=NOW):
    """Any payload under a good signature."""
    with mock.patch.object(itsdangerous.TimestampSigner, "get_timestamp", lambda self: now):
        return itsdangerous.TimestampSigner(secret).sign(payload).decode("latin-1")


def verdict(token, secret, now, max_age):
    signer = itsdangerous.TimestampSigner(secret)
    with mock.patch.object(itsdangerous.TimestampSigner, "get_timestamp", lambda self: now):
        try:
            signer.unsign(token.encode("latin-1"), max_age=max_age)
        except itsdangerous.SignatureExpired:
            return "expired"
        except itsdangerous.BadSignature:
            return "bad_signature"
    return "ok"


def add(name, token, secret=SECRET, now=NOW, max_age=14 * DAY, note=None, accept_also=None):
    said, session = verdict(token, secret, now, max_age), None
    try:
        session = request(token, secret=secret, now=now, max_age=max_age)[0]
        assert said == "ok" or session == {}, name
    except (ValueError, TypeError):
        said = "malformed"
    vector = {"name": name, "format": "starlette", "secret": {"encoding": "hex", "value": secret.encode().hex()},
              "fallback_secrets": [], "params": {} if max_age is None else {"max_age": max_age}, "now": now,
              "token": token, "expect": said, "payload": session if said == "ok" else None}
    vectors.append({**vector, **({"note": note} if note else {}), **({"accept_also": accept_also} if accept_also else {})})
    return said


def good(name, doc, secret=SECRET, **kwargs):
    assert add(name, sealed(doc, secret=secret), secret, **kwargs) == "ok", name


def bad(name, token, said, **kwargs):
    got = add(name, token, **kwargs)
    assert got == said, (name, got)


good("user", {"user_id": "7"})
good("types", {"n": None, "t": True, "f": False, "i": 1, "d": 1.5, "s": "x", "a": [1, [2]], "o": {"k": {}}})
good("big-integer", {"i": 10 ** 40, "j": -2 ** 64})
good("unicode", {"ключ": "Ä € 😀", "lone": "\ud800"})
good("order", {"z": 1, "a": 2, "m": 3})
good("not-numbers", {"nan": float("nan"), "inf": float("-inf")})
good("like-a-tag", {"a": {" t": [1]}}, note="no tags here: an object like any other")
good("long", {"text": "x" * 2000}, note="never compressed")
for n in range(3):
    good(f"padding-{n}", {"a": "x" * n})
good("plus-and-slash", {"a": "???>>>~~~\x7f\x7f\x7f"})
good("secret-unicode", {"a": 1}, secret="секрет-0123456789-абв")
good("as-old-as-max-age", {"a": 1}, now=NOW + 14 * DAY)
good("no-max-age", {"a": 1}, now=NOW + 1000 * DAY, max_age=None)
good("max-age-60", {"a": 1}, now=NOW + 60, max_age=60)

token = sealed({"user_id": "42"})
payload, stamp, mac = token.split(".")
bad("too-old", token, "expired", now=NOW + 14 * DAY + 1)
bad("too-old-60", token, "expired", now=NOW + 61, max_age=60)
bad("from-the-future", token, "expired", now=NOW - 1)
bad("wrong-secret", sealed({"user_id": "42"}, secret="another secret of some length"), "bad_signature")
bad("changed-payload", sealed({"user_id": "43"}).split(".")[0] + f".{stamp}.{mac}", "bad_signature")
bad("changed-time", f"{payload}.{sealed({'a': 1}, now=NOW + 1).split('.')[1]}.{mac}", "bad_signature")
bad("flipped-mac", f"{payload}.{stamp}.{'A' if mac[0] != 'A' else 'B'}{mac[1:]}", "bad_signature")
bad("truncated-mac", token[:-1], "bad_signature")
bad("no-time", f"{payload}.{mac}", "bad_signature")
bad("untimed", itsdangerous.Signer(SECRET).sign(payload).decode(), "bad_signature",
    note="signed without a time stamp")
bad("salt-of-flask", itsdangerous.TimestampSigner(SECRET, salt="cookie-session", key_derivation="hmac").sign(payload).decode(),
    "bad_signature")
bad("empty", "", "bad_signature")
bad("null", "null", "bad_signature", note="with it Starlette removes a session")
bad("not-json", signed(base64.b64encode(b"{")), "malformed")
bad("not-utf8", signed(base64.b64encode(b'{"a":"\xff"}')), "malformed")
bad("empty-payload", signed(b""), "malformed")
bad("number", signed(base64.b64encode(b"1")), "malformed")
bad("zipped", signed(b".eJyrVkpUslIwqgUADYcCVg"), "malformed", note="itsdangerous' URL-safe coding")

# Python's b64decode is lenient; b64encode writes one text, and that alone opens here.
text = b'{"a": "???>>>"}'
spelled = base64.b64encode(text)
refused = {"accept_also": ["malformed"]}
bad("no-padding", signed(base64.b64encode(b'{"a": 1}').rstrip(b"=")), "malformed")
assert add("foreign-character", signed(spelled[:4] + b"!" + spelled[4:]), **refused) == "ok"
assert add("after-the-padding", signed(base64.b64encode(b'{"a": 1}') + b"AAAA"), **refused) == "ok"
assert add("unused-bits", signed(base64.b64encode(b'{"a": 1}').replace(b"fQ", b"fR")), **refused) == "ok"
url = base64.urlsafe_b64encode(b'{"a": "~~~???"}')
assert url != base64.b64encode(b'{"a": "~~~???"}')
add("urlsafe-alphabet", signed(url), **refused)

result = {
    "generator": f"Starlette {starlette.__version__}, itsdangerous {itsdangerous.__version__} on CPython "
                 f"{platform.python_version()}, by test/vectors/make_starlette.py",
    "vectors": vectors,
}
where = os.path.join(os.path.dirname(os.path.abspath(__file__)), "starlette.json")
with open(where, "w", encoding="ascii") as f:
    json.dump(result, f, indent=1)
    f.write("\n")
print(f"{len(vectors)} vectors, {sum(v['expect'] == 'ok' for v in vectors)} of them ok")

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes django.json: signed_cookies sessions sealed by the real Django, and what it says of
changed ones.

Run by hand with the Python that has Django (Debian: python3-django); the result is committed.
The clock is frozen, so the file comes out the same every time.
"""
import base64
import json
import os
import platform
import time
import zlib

import django
from django.conf import settings
from django.core import signing

NOW = 1760000000
SECRET = "not-a-real-secret-0123456789"
SALT = "django.contrib.sessions.backends.signed_cookies"
MAX_AGE = 14 * 86400
clock = [float(NOW)]
time.time = lambda: clock[0]
settings.configure(SECRET_KEY=SECRET)
vectors = []


def verdict(token, secrets, now, salt):
    clock[0] = now
    try:
        for secret in secrets:
            try:
                return "ok", signing.loads(token, key=secret, salt=salt, max_age=MAX_AGE)
            except signing.SignatureExpired:
                return "expired", None
            except signing.BadSignature:
                continue
            except Exception:
                return "malformed", None
        return "bad_signature", None
    finally:
        clock[0] = NOW


def add(name, token, secret=SECRET, fallbacks=(), now=NOW, salt=SALT, note=None,
        accept_also=None):
    said, payload = verdict(token, [secret, *fallbacks], now, salt)
    if said == "ok" and not isinstance(payload, dict):
        said, payload = "malformed", None  # the session engine would fail on it
    vector = {
        "name": name, "format": "django", "secret": {"encoding": "utf8", "value": secret},
        "fallback_secrets": [{"encoding": "utf8", "value": s} for s in fallbacks],
        "params": {"salt": salt, "digest": "sha256", "max_age": MAX_AGE}, "now": now,
        "token": token, "expect": said, "payload": payload,
    }
    if note:
        vector["note"] = note
    if accept_also:
        vector["accept_also"] = accept_also
    vectors.append(vector)
    return said


def sealed(document, secret=SECRET, age=0.0, salt=SALT, compress=True):
    clock[0] = NOW - age
    token = signing.dumps(document, key=secret, salt=salt, compress=compress)
    clock[0] = NOW
    return token


def good(name, document, secret=SECRET, signer=None, age=0.0, compress=True, **kwargs):
    salt = kwargs.get("salt", SALT)
    token = sealed(document, signer or secret, age, salt, compress)
    assert add(name, token, secret, **kwargs) == "ok", name


def bad(name, token, **kwargs):
    assert add(name, token, **kwargs) != "ok", name


def signed(payload, stamp=None):
    """A payload of our own choice, rightly signed."""
    signer = signing.TimestampSigner(SECRET, salt=SALT)
    if stamp is None:
        return signer.sign(payload)
    return signing.Signer(SECRET, salt=SALT).sign(f"{payload}:{stamp}")


def raw(name, text, ok=False, **kwargs):
    payload = base64.urlsafe_b64encode(text).decode().rstrip("=")
    said = add(name, signed(payload), **kwargs)
    assert (said == "ok") == ok, (name, said)


def make_good():
    good("login", {"_auth_user_id": "1", "_auth_user_hash": "0bfe935e70" * 4,
                   "_auth_user_backend": "django.contrib.auth.backends.ModelBackend"})
    good("small", {"a": 1})
    good("empty", {})
    good("unicode", {"имя": "Жанна", "emoji": "\U0001f600", "lone": "\ud800"})
    good("numbers", {"i": -7, "f": 1.5, "big": 10**40, "z": -0.0})
    good("nested", {"a": [1, [2, {"b": None}], True, False]})
    good("flask-tags-are-plain", {"a": {" t": [1, 2]}})
    good("compressed", {"text": "lorem ipsum " * 60})
    good("not-compressed", {"text": "lorem ipsum " * 20}, compress=False)
    good("core-signing-salt", {"a": 1}, salt="django.core.signing")
    good("secret-65", {"a": 1}, secret="s" * 65)
    good("secret-unicode", {"a": 1}, secret="пароль-секрет-ключ")
    good("age-max", {"a": 1}, age=MAX_AGE)
    good("from-the-future", {"a": 1}, age=-86400, accept_also=["not_yet_valid"],
         note="Django does not refuse it")
    good("retired-key-listed", {"a": 1}, signer="old-secret-0123456789",
         fallbacks=["old-secret-0123456789"])
    raw("raw-utf8-is-latin1", '{"é":"ж"}'.encode(), ok=True,
        note="read as latin-1: mojibake in Django too")
    raw("duplicates", b'{"r":"user","r":"admin"}', ok=True)


def make_bad():
    token = sealed({"a": 1, "role": "user"})
    payload, stamp, signature = token.split(":")
    flip = lambda s, i: s[:i] + ("A" if s[i] != "A" else "B") + s[i + 1:]
    for at in (0, 9, len(payload) - 1):
        bad(f"flip-payload-{at}", f"{flip(payload, at)}:{stamp}:{signature}")
    for at in (0, 20, 42):
        bad(f"flip-signature-{at}", f"{payload}:{stamp}:{flip(signature, at)}")
    bad("flip-timestamp", f"{payload}:{flip(stamp, 5)}:{signature}")
    bad("signature-padded", token + "=", note="Django compares text")
    bad("signature-junk", f"{payload}:{stamp}:{signature[:5]}!{signature[5:]}")
    bad("signature-case", f"{payload}:{stamp}:{signature.swapcase()}")
    bad("signature-truncated", token[:-1])
    bad("signature-empty", f"{payload}:{stamp}:")
    bad("no-signature", f"{payload}:{stamp}")
    bad("payload-only", payload)
    bad("empty", "")
    bad("colons", "::")
    bad("dots-for-colons", token.replace(":", "."))
    bad("percent-escaped", token.replace(":", "%3A"))
    bad("trailing-newline", token + "\n")
    bad("wrong-secret", sealed({"a": 1}, "another secret of some length"))
    bad("wrong-salt", sealed({"a": 1}, salt="django.core.signing"))
    bad("retired-key-not-listed", sealed({"a": 1}, "old-secret-0123456789"))
    bad("age-max-plus-1", sealed({"a": 1}, age=MAX_AGE + 1))
    bad("age-max-and-a-half-second", sealed({"a": 1}, age=MAX_AGE), now=NOW + 1,
        note="fractions count; here a whole second more")
    bad("untimed", signing.Signer(SECRET, salt=SALT).sign("eyJhIjoxfQ"))
    bad("timestamp-junk", signed("eyJhIjoxfQ", "1v_mNo"))
    bad("timestamp-empty", signed("eyJhIjoxfQ", ""))
    bad("timestamp-zero", signed("eyJhIjoxfQ", "0"))
    raw("json-list", b"[1,2]")
    raw("json-string", b'"text"')
    raw("json-open", b'{"a":1')
    raw("json-nul-tail", b'{"a":1}\x00')
    raw("json-bad-escape", b'{"a":"\\x41"}')
    packed = zlib.compress(b'{"a":"' + b"x" * 500 + b'"}')
    wrap = lambda b: signed("." + base64.urlsafe_b64encode(b).decode().rstrip("="))
    bad("zlib-truncated", wrap(packed[:-5]))
    bad("zlib-wrong-adler", wrap(packed[:-1] + bytes([packed[-1] ^ 1])))
    bad("zlib-not-zlib", wrap(b"not zlib"))


make_good()
make_bad()
result = {
    "generator": f"Django {django.get_version()} on CPython {platform.python_version()}, by "
                 "test/vectors/make_django.py",
    "vectors": vectors,
}
where = os.path.join(os.path.dirname(os.path.abspath(__file__)), "django.json")
with open(where, "w", encoding="ascii") as f:
    json.dump(result, f, indent=1)
    f.write("\n")
print(f"{len(vectors)} vectors, {sum(v['expect'] == 'ok' for v in vectors)} of them ok")

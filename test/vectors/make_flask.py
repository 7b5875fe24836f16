#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes flask.json: cookies sealed by the real Flask, and what it says of changed ones.

Run by hand with the Python that has Flask (Debian: python3-flask); the result is committed.
The clock is frozen, so the file comes out the same every time.
"""
import base64
import datetime
import hashlib
import json
import os
import platform
import time
import uuid
import zlib

import flask
import itsdangerous
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadPayload, BadSignature, SignatureExpired
from itsdangerous.encoding import base64_encode
from markupsafe import Markup
from werkzeug.http import http_date

NOW = 1760000000
SECRET = "not-a-real-secret-0123456789"
OLD = "an-older-secret-0123456789"
MAX_AGE = 31 * 24 * 3600
clock = [NOW]
time.time = lambda: clock[0]
vectors = []


def interface(salt=None, digest=None, derivation=None):
    chosen = SecureCookieSessionInterface()
    if salt:
        chosen.salt = salt
    if digest:
        chosen.digest_method = staticmethod(digest)
    if derivation:
        chosen.key_derivation = derivation
    return chosen


def serializer(secret=SECRET, **kwargs):
    app = flask.Flask("make_flask")
    app.secret_key = secret
    return interface(**kwargs).get_signing_serializer(app)


def plain(value):
    """The plain face: tags resolved as the design says."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, (uuid.UUID, Markup)):
        return str(value)
    if isinstance(value, datetime.datetime):
        return http_date(value)
    return value


def verdict(token, secrets, now, **kwargs):
    """What Flask says, with a serializer for each secret: any of them may have signed."""
    clock[0] = now
    answer = "bad_signature"
    for secret in secrets:
        try:
            data = serializer(secret, **kwargs).loads(token, max_age=MAX_AGE)
            return "ok", SecureCookieSessionInterface.session_class(data)
        except SignatureExpired as e:
            return ("not_yet_valid" if "< 0" in str(e) else "expired"), None
        except BadSignature:
            continue
        except (BadPayload, TypeError, ValueError, OSError, OverflowError,
                RecursionError):
            return "malformed", None
        finally:
            clock[0] = NOW
    return answer, None


def encoded(secret):
    if isinstance(secret, bytes):
        return {"encoding": "hex", "value": secret.hex()}
    return {"encoding": "utf8", "value": secret}


def add(name, token, json_text=None, secret=SECRET, fallbacks=(), now=NOW, note=None,
        accept_also=None, salt=None, digest=None, derivation=None):
    said, session = verdict(token, [secret, *fallbacks], now, salt=salt, digest=digest,
                            derivation=derivation)
    vector = {
        "name": name, "format": "flask", "secret": encoded(secret),
        "fallback_secrets": [encoded(s) for s in fallbacks],
        "params": {"salt": salt or "cookie-session",
                   "digest": digest().name if digest else "sha1",
                   "key_derivation": derivation or "hmac", "max_age": MAX_AGE},
        "now": now, "expect": said, "payload": None,
    }
    try:
        vector["token"] = token if isinstance(token, str) else token.decode("ascii")
    except UnicodeDecodeError:
        vector["token_b64"] = base64.b64encode(token).decode()
    if said == "ok" and json_text is not None:
        vector["payload"] = json.loads(json_text)
        vector["payload_plain"] = plain(dict(session))
    if note:
        vector["note"] = note
    if accept_also:
        vector["accept_also"] = accept_also
    vectors.append(vector)
    return said


def sealed(document, secret=SECRET, age=0, **kwargs):
    clock[0] = NOW - age
    token = serializer(secret, **kwargs).dumps(document)
    clock[0] = NOW
    return token


def good(name, document, secret=SECRET, fallbacks=(), signer=None, age=0, now=NOW, note=None,
         accept_also=None, **kwargs):
    """A document that Flask seals and opens."""
    token = sealed(document, signer or secret, age - (now - NOW), **kwargs)
    text = serializer(**kwargs).serializer.dumps(document)
    said = add(name, token, text, secret, fallbacks, now, note, accept_also, **kwargs)
    assert said == "ok", (name, said)


def signed(payload, secret=SECRET, stamp=None):
    """A payload of our own choice with a right signature, as Flask's own signer makes it."""
    clock[0] = NOW
    signer = serializer(secret).make_signer(b"cookie-session")
    if stamp is None:
        return signer.sign(payload)
    value = payload + b"." + base64_encode(stamp)
    return value + b"." + signer.get_signature(value)


def raw(name, text, ok=False, note=None, accept_also=None):
    """JSON text (bytes) that Flask itself would not write, rightly signed."""
    said = add(name, signed(base64_encode(text)), text if ok else None, note=note,
               accept_also=accept_also)
    assert (said == "ok") == ok, (name, said)


def bad(name, token, **kwargs):
    said = add(name, token, **kwargs)
    assert said != "ok", name


def make_good():
    good("small", {"user_id": 1})
    good("empty", {})
    good("string", {"user": "alice", "admin": False, "none": None})
    good("unicode", {"имя": "Жанна", "e": "é", "emoji": "\U0001f600", "j": "日本語"})
    good("controls", {"a": "\x00\x01\x1f\x7f\u0080\u2028\u2029", "b": "\"\\/\b\f\n\r\t"})
    good("html", {"a": "<script>&amp;</script>'"})
    good("lone-surrogate", {"a": "\ud800", "b": "x\udfffy"})
    good("empty-name", {"": 1, " ": 2, "a.b": 3, "a/b~c": 4})
    good("nul-in-name", {"a\x00b": 1, "a": 2})
    good("numbers", {"i": -7, "z": 0, "f": 1.5, "e": 1e300, "m": 5e-324, "n": -0.0})
    good("int-2-63", {"a": 2**63, "b": -2**63, "c": 2**64, "d": 2**53 + 1})
    good("int-huge", {"a": 10**40 + 7, "b": -(10**100)})
    good("int-4300-digits", {"a": int("9" * 4299)}, note="the longest that Python reads back")
    good("not-a-number", {"a": float("nan"), "b": float("inf"), "c": float("-inf")})
    good("nested", {"a": {"b": {"c": [1, [2, [3, {"d": None}]]]}}, "l": [], "o": {}})
    good("depth-30", {"a": json.loads("[" * 29 + "]" * 29)})
    good("tag-tuple", {"t": (1, "a", (2, 3), [])})
    good("tag-bytes", {"b": b"\x00\xff binary", "e": b""})
    good("tag-markup", {"m": Markup("<b>é</b>")})
    good("tag-uuid", {"u": uuid.UUID("12345678-1234-5678-1234-567812345678")})
    good("tag-datetime", {"d": datetime.datetime(2025, 10, 9, 8, 53, 20,
                                                 tzinfo=datetime.timezone.utc)})
    good("tag-look-alike-tuple", {"x": {" t": "no tuple"}})
    good("tag-look-alike-dict", {"x": {" di": 1}, "y": {" b": {" t": [1]}}})
    good("tag-unknown", {"x": {" q": 1}, "y": {" t": 1, "z": 2}})
    good("tags-nested", {"x": [(b"a", {"u": (Markup("m"),)}), {" t": (1, b"x")}]})
    good("tag-in-flashes", {"_flashes": [("message", "hello"), ("error", Markup("<i>"))]})
    good("zlib", {"text": "lorem ipsum " * 60})
    good("zlib-tags", {"l": [(i, str(i)) for i in range(60)]})
    good("zlib-unicode", {"t": "Жанна " * 60})
    good("secret-64", {"a": 1}, secret="s" * 64, note="one HMAC block exactly")
    good("secret-65", {"a": 1}, secret="s" * 65, note="hashed first: longer than a block")
    good("secret-unicode", {"a": 1}, secret="пароль-секрет")
    good("secret-bytes", {"a": 1}, secret=b"\x00\xff\x00binary secret\n\n\x00")
    good("secret-129-sha512", {"a": 1}, secret="s" * 129, digest=hashlib.sha512)
    good("sha256", {"a": 1}, digest=hashlib.sha256)
    good("sha512", {"a": 1}, digest=hashlib.sha512)
    good("md5", {"a": 1}, digest=hashlib.md5)
    good("another-salt", {"a": 1}, salt="another salt")
    good("django-concat", {"a": 1}, derivation="django-concat")
    good("concat", {"a": 1}, derivation="concat")
    good("derivation-none", {"a": 1}, derivation="none")
    good("retired-key-listed", {"a": 1}, fallbacks=[OLD], signer=OLD)
    good("retired-key-third", {"a": 1}, fallbacks=["x" * 20, OLD], signer=OLD)
    good("current-key-with-fallbacks", {"a": 1}, fallbacks=[OLD])
    good("age-max", {"a": 1}, age=MAX_AGE, note="age == max-age is current")
    good("year-2110", {"a": 1}, now=4428000000, note="a timestamp of five bytes")
    good("permanent", {"_permanent": True, "user_id": "7"})


def make_raw():
    raw("json-spaces", b' { "a" : 1 ,\n"b":[ ] } ', ok=True)
    raw("json-raw-utf8", '{"имя":"é"}'.encode(), ok=True)
    raw("json-duplicates", b'{"r":"user","r":"admin"}', ok=True, note="the last one counts")
    raw("json-duplicate-escaped", b'{"r":"user","\\u0072":"admin"}', ok=True)
    raw("json-big-exponent", b'{"a":1e5,"b":1E-2,"c":-0}', ok=True)
    raw("json-string", b'"text"')
    raw("json-number", b"5")
    raw("json-list", b"[1,2]")
    raw("json-true", b"true")
    raw("json-empty", b"")
    raw("json-blank", b"   ")
    raw("json-open", b'{"a":1')
    raw("json-trailing", b'{"a":1}x')
    raw("json-trailing-nul", b'{"a":1}\x00')
    raw("json-two-documents", b'{"a":1}{"b":2}')
    raw("json-trailing-comma", b'{"a":1,}')
    raw("json-single-quotes", b"{'a':1}")
    raw("json-comment", b'{"a":1/*x*/}')
    raw("json-bad-escape", b'{"a":"\\x41"}')
    raw("json-bad-u", b'{"a":"\\u12"}')
    raw("json-raw-newline", b'{"a":"x\ny"}')
    raw("json-leading-zero", b'{"a":01}')
    raw("json-plus", b'{"a":+1}')
    raw("json-hex", b'{"a":0x10}')
    raw("json-bare-point", b'{"a":1.}')
    raw("json-nan-case", b'{"a":nan}')
    raw("json-unquoted-name", b"{a:1}")
    raw("json-name-number", b"{1:1}")
    raw("json-bom", b'\xef\xbb\xbf{"a":1}')
    raw("json-bad-utf8", b'{"a":"\xff"}')
    raw("json-overlong", b'{"a":"\xc0\xaf"}')
    raw("json-surrogate-bytes", b'{"a":"\xed\xa0\x80"}')
    raw("json-4301-digits", b'{"a":' + b"9" * 4301 + b"}")
    raw("json-depth-5000", b'{"a":' + b"[" * 2500 + b"]" * 2500 + b"}")


def make_changed():
    token = sealed({"a": 1, "role": "user"})
    payload, stamp, signature = token.split(".")
    for at in (0, 5, 13, len(payload) - 1):
        other = "A" if payload[at] != "A" else "B"
        bad(f"flip-payload-{at}", f"{payload[:at]}{other}{payload[at + 1:]}.{stamp}.{signature}")
    for at in range(0, 27, 6):
        other = "A" if signature[at] != "A" else "B"
        bad(f"flip-signature-{at}",
            f"{payload}.{stamp}.{signature[:at]}{other}{signature[at + 1:]}")
    bad("flip-timestamp", f"{payload}.{stamp[:-1]}{'A' if stamp[-1] != 'A' else 'B'}.{signature}")
    bad("signature-truncated", token[:-4])
    bad("signature-empty", f"{payload}.{stamp}.")
    bad("signature-one-byte", f"{payload}.{stamp}.{signature[:2]}")
    bad("signature-longer", token + "AAAA")
    bad("signature-case", f"{payload}.{stamp}.{signature.swapcase()}")
    bad("signature-twice", f"{token}.{signature}")
    bad("no-signature", f"{payload}.{stamp}")
    bad("payload-only", payload)
    bad("empty-token", "")
    bad("dots", "..")
    bad("dot", ".")
    bad("no-dots", "abcdefghij")
    bad("payload-removed", f".{stamp}.{signature}")
    bad("timestamp-removed", f"{payload}..{signature}")
    bad("parts-swapped", f"{stamp}.{payload}.{signature}")
    bad("prefixed", "x" + token)
    bad("leading-space", " " + token)
    bad("with-comma", f"{payload},{stamp},{signature}")
    bad("latin1-bytes", b"\xe9" + token.encode())
    bad("nul-in-token", payload.encode() + b"\x00." + stamp.encode() + b"." + signature.encode())
    bad("wrong-secret", sealed({"a": 1}, "another secret"))
    bad("wrong-secret-case", sealed({"a": 1}, SECRET.upper()))
    bad("secret-with-newline", sealed({"a": 1}, SECRET + "\n"))
    bad("retired-key-not-listed", sealed({"a": 1}, OLD))
    bad("fallback-of-another", sealed({"a": 1}, "x" * 20), fallbacks=[OLD])
    bad("wrong-salt", sealed({"a": 1}, salt="itsdangerous"))
    bad("wrong-digest", sealed({"a": 1}, digest=hashlib.sha256))
    bad("wrong-derivation", sealed({"a": 1}, derivation="django-concat"))
    bad("age-max-plus-1", sealed({"a": 1}, age=MAX_AGE + 1))
    bad("age-10-years", sealed({"a": 1}, age=10 * 365 * 86400))
    bad("from-the-future-1s", sealed({"a": 1}, age=-1))
    bad("from-the-future-1day", sealed({"a": 1}, age=-86400))
    bad("expired-under-a-fallback", sealed({"a": 1}, OLD, age=MAX_AGE + 1), fallbacks=[OLD])


def make_stamps():
    body = base64_encode(b'{"a":1}')
    bad("timestamp-empty", signed(body, stamp=b""), note="time 0: expired")
    bad("timestamp-9-bytes", signed(body, stamp=b"\x01" * 9))
    bad("timestamp-8-bytes-huge", signed(body, stamp=b"\x7f" + b"\xff" * 7))
    bad("timestamp-negative-if-signed", signed(body, stamp=b"\xff" * 8))
    untimed = itsdangerous.Signer(SECRET, salt="cookie-session", key_derivation="hmac")
    bad("untimed", untimed.sign(body), note="a right signature without a timestamp")


def make_zips():
    text = json.dumps({"t": "lorem ipsum " * 60}).encode()
    packed = zlib.compress(text)
    wrapped = lambda b: signed(b"." + base64_encode(b))
    add("zlib-level-9", wrapped(zlib.compress(text, 9)), text)
    bad("zlib-truncated", wrapped(packed[:-6]))
    bad("zlib-no-adler", wrapped(packed[:-4]))
    bad("zlib-wrong-adler", wrapped(packed[:-1] + bytes([packed[-1] ^ 1])))
    bad("zlib-not-zlib", wrapped(b"not zlib at all"))
    bad("zlib-empty", wrapped(b""))
    bad("zlib-of-no-json", wrapped(zlib.compress(b"no json " * 9)))
    bad("zlib-marker-on-json", signed(b"." + base64_encode(b'{"a":1}')))
    bad("zlib-without-marker", signed(base64_encode(packed)))
    raw_deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    bad("zlib-raw-deflate", wrapped(raw_deflate.compress(text) + raw_deflate.flush()))
    gzip = zlib.compressobj(9, zlib.DEFLATED, 31)
    bad("zlib-gzip", wrapped(gzip.compress(text) + gzip.flush()))
    preset = zlib.compressobj(9, zlib.DEFLATED, 15, zdict=b"lorem ipsum ")
    bad("zlib-preset-dictionary", wrapped(preset.compress(text) + preset.flush()))
    # 500 KB of spaces would be accepted by Flask, which knows no limit.
    add("zlib-bomb", wrapped(zlib.compress(b'{"a":1}' + b" " * 500000)), b'{"a":1}',
        accept_also=["too_large"], note="inflates to 500 KB")
    bad("zlib-bomb-wrong-signature", wrapped(zlib.compress(b" " * 500000))[:-3] + b"AAA")


make_good()
make_raw()
make_changed()
make_stamps()
make_zips()
result = {
    "generator": f"Flask {flask.__version__}, itsdangerous {itsdangerous.__version__} on "
                 f"CPython {platform.python_version()}, by test/vectors/make_flask.py",
    "vectors": vectors,
}
where = os.path.join(os.path.dirname(os.path.abspath(__file__)), "flask.json")
with open(where, "w", encoding="ascii") as f:
    json.dump(result, f, indent=1)
    f.write("\n")
print(f"{len(vectors)} vectors, {sum(v['expect'] == 'ok' for v in vectors)} of them ok")

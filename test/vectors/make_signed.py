#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes signed.json: tokens of the formats that only sign, each named for the corner of a peer
that it is about (D: Django, C: cookie-manager, I: itsdangerous and Flask, L: Flask-Login).

Run by hand with the Python that has Django, Flask and Flask-Login (Debian: python3-django,
python3-flask, python3-flask-login). Django, itsdangerous and Flask-Login seal and judge; of
cookie-manager, which Debian lacks, its search for the key id is done here, in
cookie_manager_says(), and its signer is itsdangerous' own. The clock is frozen, so the file
comes out the same every time.
"""
import base64
import hashlib
import hmac
import json
import os
import platform
import re
import struct
import time
import zlib

import django
import flask
import flask_login
import itsdangerous
from django.conf import settings
from django.core import signing
from flask.sessions import TaggedJSONSerializer
from flask_login.utils import decode_cookie, encode_cookie
from itsdangerous import BadPayload, BadSignature, SignatureExpired, TimestampSigner
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode

NOW = 1760000000
SECRET = "not-a-real-secret-0123456789"
OLD = "an-older-secret-0123456789"
clock = [NOW]
time.time = lambda: float(clock[0])
settings.configure(SECRET_KEY="unused-0123456789")
vectors = []


def at(now, call, *args, **kwargs):
    """The result of a call at that time."""
    clock[0] = now
    try:
        return call(*args, **kwargs)
    finally:
        clock[0] = NOW


def encoded(secret):
    if isinstance(secret, bytes):
        return {"encoding": "hex", "value": secret.hex()}
    return {"encoding": "utf8", "value": secret}


def add(name, fmt, token, said, payload, **rest):
    vector = {"name": name, "format": fmt, "now": NOW, "expect": said, "payload": payload}
    vector.update({k: v for k, v in rest.items() if v is not None})
    raw = token if isinstance(token, bytes) else token.encode()
    try:
        vector["token"] = raw.decode("ascii")
    except UnicodeDecodeError:
        vector["token_b64"] = base64.b64encode(raw).decode()
    vectors.append(vector)


def flipped(text, i):
    return text[:i] + ("A" if text[i] != "A" else "B") + text[i + 1:]


def deflated(data, wbits=15, zdict=None):
    packer = (zlib.compressobj(9, zlib.DEFLATED, wbits, zdict=zdict) if zdict
              else zlib.compressobj(9, zlib.DEFLATED, wbits))
    return packer.compress(data) + packer.flush()


def zlib_cases():
    """Payloads behind the "." that say zlib: name, bytes, what else than the peer's verdict
    will do."""
    text = json.dumps({"t": "lorem ipsum " * 60}).encode()
    whole = zlib.compress(text)
    yield "zlib", whole, None
    yield "zlib with a window of 512 bytes", deflated(text, 9), None
    yield "zlib in stored blocks", zlib.compress(text, 0), None
    yield "junk behind the zlib stream", whole + b"junk", ["malformed"]
    yield "a second zlib stream behind the first", whole + whole, ["malformed"]
    yield "zlib cut short", whole[:-6], None
    yield "zlib without its checksum", whole[:-4], None
    yield "zlib with a wrong checksum", whole[:-1] + bytes([whole[-1] ^ 1]), None
    yield "zlib header only", whole[:2], None
    yield "nothing behind the zlib marker", b"", None
    yield "not zlib at all", b"not zlib at all", None
    yield "gzip", deflated(text, 31), None
    yield "raw deflate", deflated(text, -15), None
    yield "zlib with a preset dictionary", deflated(text, 15, b"lorem ipsum "), None
    yield "zlib bomb", zlib.compress(b'{"a":1}' + b" " * 500000), ["too_large"]
    yield "plain JSON behind the zlib marker", b'{"a":1}', None


# --- Django ---

SESSIONS = "django.contrib.sessions.backends.signed_cookies"
TWO_WEEKS = 14 * 24 * 3600


def django_says(token, secrets, salt, max_age):
    """Any of the keys may have signed, as Django has it from 4.1 on (SECRET_KEY_FALLBACKS)."""
    if isinstance(token, bytes):
        token = token.decode("latin-1")
    answer = "bad_signature"
    for secret in secrets:
        try:
            return "ok", signing.loads(token, key=secret, salt=salt, max_age=max_age)
        except signing.SignatureExpired:
            return "expired", None
        except signing.BadSignature:
            continue
        except Exception:  # whatever a session store's `except Exception` turns into no session
            answer = "malformed"
    return answer, None


def dj(name, token, secret=SECRET, fallbacks=(), salt=SESSIONS, max_age=TWO_WEEKS, now=NOW,
       digest="sha256", want=None, **rest):
    said, payload = at(now, django_says, token, [secret, *fallbacks], salt, max_age)
    if want:
        assert said == want, (name, said)
    params = {"variant": "dumps", "salt": salt, "digest": digest}
    if max_age is not None:
        params["max_age"] = max_age
    add("django: " + name, "django", token, said, payload, now=now, secret=encoded(secret),
        fallback_secrets=[encoded(s) for s in fallbacks], params=params, **rest)


def dj_dumps(document, secret=SECRET, salt=SESSIONS, age=0, compress=True):
    return at(NOW - age, signing.dumps, document, key=secret, salt=salt, compress=compress)


def dj_signed(payload, stamp=None, secret=SECRET, salt=SESSIONS, algorithm="sha256"):
    """A payload and a timestamp of our own choice with a right signature."""
    signer = signing.TimestampSigner(secret, salt=salt, algorithm=algorithm)
    value = f"{payload}:{signer.timestamp() if stamp is None else stamp}"
    return f"{value}:{signer.signature(value)}"


def dj_b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def django_good():
    documents = {
        "a small session": {"a": 1},
        "an empty session": {},
        "a login": {"_auth_user_id": "1", "_auth_user_hash": "0" * 64,
                    "_auth_user_backend": "django.contrib.auth.backends.ModelBackend"},
        "other alphabets, escaped": {"имя": "Жанна", "e": "é\U0001f600"},
        "control characters": {"a": "\x00\x1f\x7f\u2028", "b": "\"\\/\n"},
        "a lone surrogate": {"a": "\ud800"},
        "numbers": {"i": -7, "f": 1.5, "big": 2**64, "huge": 10**40},
        "not a number": {"a": float("nan"), "b": float("-inf")},
        "depth 30": {"a": json.loads("[" * 29 + "]" * 29)},
        "a session that deflates": {"text": "lorem ipsum " * 60},
        "an expiry inside, which nobody enforces": {"_session_expiry": 1, "a": 1},
    }
    for name, document in documents.items():
        dj(name, dj_dumps(document), want="ok")
    for n in (1, 2, 63, 64, 65, 128, 129, 200):
        dj(f"a secret of {n} bytes", dj_dumps({"a": n}, "s" * n), secret="s" * n, want="ok")
    dj("a secret in another alphabet", dj_dumps({"a": 1}, "пароль"), secret="пароль", want="ok")
    dj("a binary secret", dj_dumps({"a": 1}, b"\x00\xff\n"), secret=b"\x00\xff\n", want="ok")
    dj("the salt that was given", dj_dumps({"a": 1}, salt="shop"), salt="shop", want="ok")
    dj("a signed cookie's key and salt", dj_dumps({"a": 1}, "django.http.cookies" + SECRET,
                                                     "ck" + "xs"),
       secret="django.http.cookies" + SECRET, salt="ckx" + "s", want="ok",
       note="cookie ck with salt xs and cookie ckx with salt s are one")
    dj("a retired key that is listed", dj_dumps({"a": 1}, OLD), fallbacks=[OLD], want="ok")
    dj("the third key of three", dj_dumps({"a": 1}, OLD), fallbacks=["x" * 20, OLD], want="ok")
    dj("as old as max-age", dj_dumps({"a": 1}, age=TWO_WEEKS), want="ok")
    dj("a second too old", dj_dumps({"a": 1}, age=TWO_WEEKS + 1), want="expired")
    dj("from tomorrow", dj_dumps({"a": 1}, age=-86400), want="ok")
    dj("ten years old, without a max-age", dj_dumps({"a": 1}, age=10 * 366 * 86400),
       max_age=None, want="ok")
    dj("an expired token under a retired key", dj_dumps({"a": 1}, OLD, age=TWO_WEEKS + 1),
       fallbacks=[OLD], want="expired")


def django_stamps():
    body = dj_b64(b'{"a":1}')
    dj("timestamp -1", dj_signed(body, "-1"), want="expired")
    dj("timestamp -1 without a max-age", dj_signed(body, "-1"), max_age=None, want="ok")
    dj("timestamp 0", dj_signed(body, "0"), want="expired")
    dj("timestamp with leading zeros", dj_signed(body, "000" + "1v6mOm"), want="ok")
    dj("timestamp of 12 digits", dj_signed(body, "z" * 12), want="ok")
    dj("timestamp of 40 digits", dj_signed(body, "z" * 40), want="ok")
    dj("timestamp of 40 digits below zero", dj_signed(body, "-" + "z" * 40), want="expired")
    dj("timestamp of 2000 digits", dj_signed(body, "z" * 2000), want="malformed",
       accept_also=["ok"], note="the float age overflows")
    dj("an empty timestamp", dj_signed(body, ""), want=None, accept_also=["malformed"])
    dj("timestamp -", dj_signed(body, "-"), want=None, accept_also=["malformed"])
    for stamp in ("--1", "1-", "+1", "!", " 1v6mOm", "1v6mOm ", "1v6_Om", "1v6.Om", "٣", "1\x00"):
        dj(f"timestamp {stamp!a}", dj_signed(body, stamp).encode("utf-8"), want="malformed"
           if stamp.isascii() else None)
    dj("no timestamp", body + ":" + signing.Signer(SECRET, salt=SESSIONS).signature(body))
    dj("timestamp with a float age, 100.5 > 100", dj_signed(body), now=NOW + 101, max_age=100,
       want="expired")


def django_payloads():
    def signed(data, **rest):
        return dj_signed(dj_b64(data), **rest)

    dj("raw UTF-8 is read as latin-1", signed('{"a":"é"}'.encode()), want="ok")
    dj("raw latin-1 is latin-1", signed('{"a":"é"}'.encode("latin-1")), want="ok")
    dj("every byte from 0x80 on", signed(b'{"a":"' + bytes(range(0x80, 0x100)) + b'"}'),
       want="ok")
    dj("a UTF-8 BOM is three characters", signed(b'\xef\xbb\xbf{"a":1}'), want="malformed")
    dj("UTF-16", signed('{"a":1}'.encode("utf-16")), want="malformed")
    for data in (b"", b" ", b"[1,2]", b'"text"', b"5", b"null", b'{"a":1', b'{"a":1}x',
                 b'{"a":1}\x00', b'{"a":1}{"b":2}', b"{'a':1}", b'{"a":"x\ny"}'):
        said = "ok" if data in (b"[1,2]", b'"text"', b"5", b"null") else "malformed"
        dj(f"payload {data!r}", signed(data), want=said,
           accept_also=["malformed"] if said == "ok" else None)
    dj("JSON with spaces", signed(b' { "a" : 1 }\n'), want="ok")
    dj("of duplicate members the last counts", signed(b'{"r":"user","r":"admin"}'), want="ok")
    dj("padded base64", dj_signed(base64.urlsafe_b64encode(b'{"a":10}').decode()), want="ok")
    dj("junk in base64", dj_signed("ey!JhIjoxf!Q"), want=None)
    dj("base64 of the other alphabet", dj_signed(base64.b64encode(
        b'{"a":"\xff\xfe\xfb\xef\xbe"}').decode()), want="ok")
    dj("base64 of an impossible length", dj_signed("eyJhI"), want="malformed")
    dj("a separator in the payload", dj_signed("eyJh::::IjoxfQ"), want="ok")
    for name, data, also in zlib_cases():
        dj(name, dj_signed("." + dj_b64(data)), accept_also=also)


def django_changed():
    token = dj_dumps({"a": 1, "role": "user"})
    payload, stamp, mac = token.split(":")

    def bad(name, changed, **rest):
        dj(name, changed, want="bad_signature", **rest)

    for i in (0, 7, len(payload) - 1):
        bad(f"payload changed at {i}", f"{flipped(payload, i)}:{stamp}:{mac}")
    for i in range(0, len(mac), 7):
        bad(f"signature changed at {i}", f"{payload}:{stamp}:{flipped(mac, i)}")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = last[last.index(mac[-1]) ^ 1]
    bad("other unused bits in the signature", token[:-1] + twin)
    bad("timestamp changed", f"{payload}:{flipped(stamp, 5)}:{mac}")
    bad("signature padded", token + "=")
    bad("signature with junk", f"{payload}:{stamp}:{mac[:4]}!{mac[4:]}")
    bad("signature in the other alphabet",
        f"{payload}:{stamp}:{mac.replace('-', '+').replace('_', '/')}"
        if set(mac) & set("-_") else f"{payload}:{stamp}:+{mac[1:]}")
    bad("signature in other case", f"{payload}:{stamp}:{mac.swapcase()}")
    bad("signature with a space", token + " ")
    bad("signature empty", f"{payload}:{stamp}:")
    bad("signature cut", token[:-1])
    bad("signature one character", f"{payload}:{stamp}:{mac[0]}")
    bad("signature longer", token + "A")
    bad("signature twice", f"{token}:{mac}")
    bad("no signature", f"{payload}:{stamp}")
    bad("payload only", payload)
    bad("only separators", "::")
    bad("one separator", ":")
    bad("payload removed", f":{stamp}:{mac}")
    bad("timestamp removed", f"{payload}::{mac}")
    bad("another separator", token.replace(":", "."))
    bad("percent-encoded separators", token.replace(":", "%3A"))
    bad("a byte before", b"\xe9" + token.encode())
    bad("NUL behind", token.encode() + b"\x00")
    bad("another secret", dj_dumps({"a": 1}, "another secret"))
    bad("the secret with a newline", dj_dumps({"a": 1}, SECRET + "\n"))
    bad("a retired key that is not listed", dj_dumps({"a": 1}, OLD))
    bad("another salt", dj_dumps({"a": 1}, salt="django.core.signing"))
    bad("a salt with a character more", dj_dumps({"a": 1}, salt=SESSIONS + "s"))
    bad("a SHA-512 signature", dj_signed(dj_b64(b'{"a":1}'), algorithm="sha512"))
    dj("the SHA-1 signature of Django before 3.1", dj_signed(
        dj_b64(b'{"a":1}'), algorithm="sha1"), strict_should_refuse=True,
       note="3.1 and 3.2 take it, 4.0 and later do not")
    bad("a bomb under a wrong signature", flipped(dj_signed(
        "." + dj_b64(zlib.compress(b" " * 500000))), 3))


# --- cookie-manager ---

RING = {"key1": "SECRET", "key2": "SECRET2", "ключ": "пароль", "k 3": "s3", "": "empty-id-key",
        "dot.id": "sd", "k}": "brace", "a\"b": "quote"}


def cookie_manager_says(token, keys, max_age):
    """cookie_manager.py: the key_id of the first line that holds a "}", read up to the last one,
    picks the key; then itsdangerous judges."""
    if isinstance(token, bytes):
        token = token.decode("utf-8", "surrogateescape")
    found = re.search(r"(.*\}+).*", token)
    if not found:
        return "malformed", None
    try:
        key_id = json.loads(found.group(1))["key_id"]
        key = keys[key_id]
    except KeyError:
        return "unknown_key", None
    except (ValueError, TypeError):
        return "malformed", None
    try:
        value = TimestampSigner(key).unsign(token, max_age=max_age)
        return "ok", json.loads(value)
    except SignatureExpired as e:
        return ("not_yet_valid" if "< 0" in str(e) else "expired"), None
    except BadSignature:
        return "bad_signature", None
    except ValueError:
        return "malformed", None


def cm(name, token, max_age=50, now=NOW, want=None, **rest):
    said, payload = at(now, cookie_manager_says, token, RING, max_age)
    if want:
        assert said == want, (name, said)
    add("cookie-manager: " + name, "cookie_manager", token, said, payload, now=now, keys=RING,
        params={"salt": "itsdangerous.Signer", "digest": "sha1",
                "key_derivation": "django-concat", "max_age": max_age}, **rest)


def cm_signed(text, key="SECRET", stamp=None, age=0):
    """Text (bytes or str) with a right signature."""
    signer = TimestampSigner(key)
    if stamp is None:
        return at(NOW - age, signer.sign, text)
    value = (text.encode() if isinstance(text, str) else text) + b"." + base64_encode(stamp)
    return value + b"." + signer.get_signature(value)


def cm_good():
    def good(name, document, key_id, **rest):
        document = {**document, "key_id": key_id}
        cm(name, cm_signed(json.dumps(document), RING[key_id], **rest), want="ok")

    for key_id in RING:
        good(f"the key {key_id!a}", {"key": "value"}, key_id)
    good("other alphabets", {"имя": "Жанна"}, "key1")
    good("dots, braces, quotes in strings", {"a": "a.b}.c\"}", "b": "{.}"}, "key1")
    good("nested objects", {"a": {"key_id": "key2", "b": [{"key_id": "x"}]}}, "key1")
    good("numbers", {"big": 2**70, "f": 1.5, "n": None}, "key2")
    good("a look-alike of a tag is plain", {"x": {" t": [1]}}, "key1")
    good("50 seconds old", {"a": 1}, "key1", age=50)
    cm("compact JSON", cm_signed('{"a":1,"key_id":"key1"}'), want="ok")
    cm("JSON with raw UTF-8", cm_signed('{"a": "é", "key_id": "key1"}'), want="ok")
    cm("an escaped key_id", cm_signed('{"key_id": "\\u006bey1"}'), want="ok")
    cm("an escaped name", cm_signed('{"\\u006bey_id": "key1"}'), want="ok")
    cm("of two the last counts", cm_signed('{"key_id": "key2", "key_id": "key1"}'), want="ok")
    cm("a newline before the document", cm_signed('\n {"a": 1, "key_id": "key1"}'), want="ok")
    cm("a newline behind the document", cm_signed('{"a": 1, "key_id": "key1"}\n'), want="ok")
    cm("a carriage return is no new line", cm_signed('{"a":\r1, "key_id": "key1"}'), want="ok")


def cm_bad():
    token = cm_signed('{"a": 1, "key_id": "key1"}').decode()
    text, stamp, mac = token.rsplit(".", 2)

    def bad(name, changed, want, **rest):
        cm(name, changed, want=want, **rest)

    bad("the example of its README", '{"key": "value", "key_id": "key1"}.XepkCA.'
        'CUZtVTCXHbqoalWVCh5xOa4S4WE', "bad_signature", note="SECRET did not sign it")
    bad("no key_id", cm_signed('{"a": 1}'), "unknown_key")
    bad("an unknown key_id", cm_signed('{"key_id": "key3"}'), "unknown_key")
    bad("a key_id in other case", cm_signed('{"key_id": "KEY1"}'), "unknown_key")
    bad("a key_id with a NUL", cm_signed('{"key_id": "key1\\u0000"}'), "unknown_key")
    bad("a key_id with a space", cm_signed('{"key_id": "key1 "}'), "unknown_key")
    for value in ("null", "1", "true", "1.0"):
        bad(f"key_id {value}", cm_signed(f'{{"key_id": {value}}}'), "unknown_key")
    bad("key_id a list", cm_signed('{"key_id": ["key1"]}'), "malformed")
    bad("key_id an object", cm_signed('{"key_id": {"a": "key1"}}'), "malformed")
    bad("key_id in a nested object only", cm_signed('{"a": {"key_id": "key1"}}'), "unknown_key")
    bad("of two the first does not count", cm_signed('{"key_id": "key1", "key_id": "key2"}'),
        "bad_signature")
    bad("signed with another key of the ring", cm_signed('{"key_id": "key1"}', "SECRET2"),
        "bad_signature")
    bad("the empty id does not stand for any key", cm_signed('{"key_id": ""}'),
        "bad_signature")
    bad("a brace behind the signature", token + "}", "malformed")
    bad("a brace before the document", "}" + token, "malformed")
    bad("a newline in the document", cm_signed('{"a": 1,\n"key_id": "key1"}'), "malformed")
    bad("no brace", cm_signed('"key_id"'), "malformed")
    cm("a whole object on a line of its own inside", cm_signed(
        '{"a":\n{"key_id": "key1"}\n, "key_id": "key2"}'), want="ok", strict_should_refuse=True,
       note="signed with key1 it says that it is key2")
    bad("verified, but no JSON behind it", cm_signed('{"key_id": "key1"}\nx'), "malformed")
    bad("a list", cm_signed('[{"key_id": "key1"}]'), "malformed")
    bad("an empty text", cm_signed(""), "malformed")
    bad("the document changed", token.replace('"a": 1', '"a": 2'), "bad_signature")
    bad("a space taken out", token.replace('": ', '":'), "bad_signature")
    bad("the key_id changed", token.replace("key1", "key2"), "bad_signature")
    for i in range(0, len(mac), 5):
        bad(f"signature changed at {i}", f"{text}.{stamp}.{flipped(mac, i)}", "bad_signature")
    bad("signature cut", token[:-2], "bad_signature")
    bad("signature longer", token + "AAAA", "bad_signature")
    bad("signature empty", f"{text}.{stamp}.", "bad_signature")
    bad("timestamp changed", f"{text}.{flipped(stamp, 5)}.{mac}", "bad_signature")
    bad("timestamp removed", f"{text}..{mac}", "bad_signature")
    bad("document only", text, "bad_signature")
    bad("no document", f"{stamp}.{mac}", "malformed")
    bad("untimed", itsdangerous.Signer("SECRET").sign('{"a": 1, "key_id": "key1"}'),
        "bad_signature")
    bad("another salt", TimestampSigner("SECRET", salt="x").sign('{"key_id": "key1"}'),
        "bad_signature")
    bad("another digest", TimestampSigner("SECRET", digest_method=hashlib.sha256).sign(
        '{"key_id": "key1"}'), "bad_signature")
    bad("51 seconds old", cm_signed('{"key_id": "key1"}', age=51), "expired")
    bad("a second from the future", cm_signed('{"key_id": "key1"}', age=-1), "not_yet_valid")
    bad("an empty timestamp is 1970", cm_signed('{"key_id": "key1"}', stamp=b""), "expired")
    bad("a timestamp of 9 bytes", cm_signed('{"key_id": "key1"}', stamp=b"\0" * 9),
        "bad_signature")


# --- itsdangerous and Flask: what flask.json has not ---

MONTH = 31 * 24 * 3600


def its_says(serializer, token, max_age):
    try:
        if isinstance(serializer, URLSafeTimedSerializer):
            return "ok", serializer.loads(token, max_age=max_age)
        return "ok", serializer.loads(token)
    except SignatureExpired as e:
        return ("not_yet_valid" if "< 0" in str(e) else "expired"), None
    except BadSignature:
        return "bad_signature", None
    except (BadPayload, ValueError, TypeError, OverflowError, OSError):
        return "malformed", None


def flask_serializer(secret=SECRET, **more):
    return URLSafeTimedSerializer(secret, salt="cookie-session",
                                  signer_kwargs={"key_derivation": "hmac",
                                                 "digest_method": hashlib.sha1, **more},
                                  serializer=TaggedJSONSerializer())


def fl(name, token, secret=SECRET, max_age=MONTH, now=NOW, want=None, payload=None, **rest):
    said, _ = at(now, its_says, flask_serializer(secret), token, max_age)
    if want:
        assert said == want, (name, said)
    params = {"salt": "cookie-session", "digest": "sha1", "key_derivation": "hmac"}
    if max_age is not None:
        params["max_age"] = max_age
    add("flask: " + name, "flask", token, said, payload if said == "ok" else None, now=now,
        secret=encoded(secret), params=params,
        payload_omitted=True if said == "ok" and payload is None else None, **rest)


def fl_signed(payload, stamp=None, secret=SECRET):
    signer = flask_serializer(secret).make_signer(b"cookie-session")
    value = payload + b"." + (base64_encode(struct.pack(">I", NOW)) if stamp is None else stamp)
    return value + b"." + signer.get_signature(value)


def flask_more():
    a1, raw = {"a": 1}, b"eyJhIjoxfQ"
    fl("a payload with a separator", fl_signed(b"eyJh....IjoxfQ"), payload=a1, want="ok")
    for text in (b"eyJhIjoxfQ==", b"eyJhIjoxfQ====", b"ey!JhI!joxfQ!!", b"eyJhIjoxfQ\xff\xfe",
                 b"eyJhIjox fQ", b"eyJhIjoxfR", b"eyJhIjoxf!Q", b"!eyJhIjoxfQ", b"eyJhIjoxfQ=junk",
                 b"eyJhIjoxfQ==junk", b"=eyJhIjoxfQ", b"eyJh=IjoxfQ", b"eyJhIjoxfQA", b"eyJhI",
                 b"eyJhIj=", b"====", b"=", b""):
        fl(f"payload {text!r}", fl_signed(text), payload=a1)
    token = fl_signed(raw).decode()
    body, stamp, mac = token.split(".")
    for name, changed in (("padded", mac + "="), ("padded a lot", mac + "===="),
                          ("with junk in fours", "!!!!" + mac), ("with junk", "!" + mac),
                          ("in the other alphabet", mac.replace("-", "+").replace("_", "/")),
                          ("with a space", mac + " "), ("with a byte behind the padding",
                                                        mac + "=A")):
        fl(f"a signature {name}", f"{body}.{stamp}.{changed}", payload=a1)
    fl("a signature of one right byte", f"{body}.{stamp}.{mac[:2]}", want="bad_signature")
    fl("a signature with a byte more", f"{body}.{stamp}.{mac}" + "AA", want="bad_signature")
    stamps = {b"": "0 bytes", b"\0": "1 zero byte", b"\0\0\0\0" + struct.pack(">I", NOW): "8 bytes "
              "with leading zeros", b"\0" * 5 + struct.pack(">I", NOW): "9 bytes with leading zeros",
              b"\x01" + b"\0" * 4: "5 bytes", b"\x7f" + b"\xff" * 7: "2^63 - 1", b"\x80" + b"\0" * 7:
              "2^63", b"\xff" * 8: "2^64 - 1", b"\xff" * 4: "2106"}
    for data, name in stamps.items():
        fl(f"a timestamp of {name}", fl_signed(raw, base64_encode(data)), payload=a1)
        fl(f"a timestamp of {name}, no max-age", fl_signed(raw, base64_encode(data)),
           payload=a1, max_age=None)
    fl("a timestamp that is no base64", fl_signed(raw, b"a"), want="bad_signature")
    fl("a timestamp with junk", fl_signed(raw, b"!!!!" + base64_encode(
        struct.pack(">I", NOW))), payload=a1, want="ok")
    fl("from the future, no max-age", fl_signed(raw, base64_encode(struct.pack(
        ">I", NOW + 9))), payload=a1, max_age=None, want="ok")
    fl("max-age 0 in the same second", fl_signed(raw), payload=a1, max_age=0, want="ok")
    fl("max-age 0 a second later", fl_signed(raw), payload=a1, max_age=0, now=NOW + 1,
       want="expired")
    fl("an expired bomb is expired", fl_signed(b"." + base64_encode(zlib.compress(
        b" " * 500000)), base64_encode(struct.pack(">I", 5))), want="expired")
    fl("a timestamp counted from 2011", fl_signed(raw, base64_encode(struct.pack(
        ">I", NOW - 1293840000))), want="expired")
    for data in (b"null", b"[]", b'[["a",1]]', b"[[]]", b"false", b"0", b'""'):
        fl(f"payload {data!r}", fl_signed(base64_encode(data)), accept_also=["malformed"])
    for text in ('{"x":{" t":[1,{" b":"AA=="}]}}', '{" t":[["a",1]]}', '{" di":{" t__":[1]}}',
                 '{"x":{" di":{" t__":1}}}', '{"x":{" di":{"a__":1}}}', '{"x":{" q":1}}',
                 '{"x":{" t":[1]," b":"AA=="}}', '{"x":{" d":"Thu, 09 Oct 2025 08:53:20 GMT"}}',
                 '{"x":{" u":"12345678123456781234567812345678"}}', '{"x":{" t":[]}}',
                 '{"x":{"t":[1]}}', '{"x":{" T":[1]}}', '{"x":{" m":"<b>"}}'):
        top = text.startswith('{" ')
        fl(f"{text}", fl_signed(base64_encode(text.encode())), payload=json.loads(text),
           accept_also=["malformed"] if top else None)
    for text in ('{"x":{" d":"no date"}}', '{"x":{" u":"no uuid"}}', '{"x":{" b":5}}',
                 '{"x":{" b":"A"}}', '{"x":{" t":null}}', '{"x":{" u":1}}'):
        fl(f"{text}", fl_signed(base64_encode(text.encode())), accept_also=["malformed"])
    for text in (b'{"a":NaN,"b":-Infinity}', b'{"r":1,"\\u0072":2}', b'{"a":"\\ud800"}',
                 b'{"a":"\\ud83d\\ude00"}', b'{"a":123456789012345678901234567890}',
                 b'\xef\xbb\xbf{"a":1}', b'{"a":1}\x00', b'{"a":1}\n\n', b'{"a":"\xc0\x80"}',
                 b'{"a":"\xed\xa0\x80"}', b'{"a":"\t"}', '{"a":1}'.encode("utf-16"),
                 '{"a":1}'.encode("utf-16-le"), '{"a":1}'.encode("utf-32"),
                 b'{"a":' + b"9" * 4300 + b"}", b'{"a":' + b"9" * 4301 + b"}"):
        try:
            value = json.loads(text.decode("utf-8"))
        except ValueError:
            value = None
        fl(f"{text[:40]!r}{'...' if len(text) > 40 else ''}, {len(text)} bytes",
           fl_signed(base64_encode(text)), payload=value,
           accept_also=["malformed"] if value is None else None)
    for name, data, also in zlib_cases():
        text = None
        try:
            text = json.loads(zlib.decompress(data))
        except (zlib.error, ValueError):
            pass
        fl(name, fl_signed(b"." + base64_encode(data)), payload=text, accept_also=also)
    for n in (1, 63, 64, 65, 127, 128, 129):
        fl(f"a secret of {n} bytes", fl_signed(raw, secret="s" * n), secret="s" * n,
           payload=a1, want="ok")


def its_more():
    """itsdangerous' own serializers, timed and not."""
    def one(name, token, serializer, params, want, payload=None):
        said, got = its_says(serializer, token, params.get("max_age"))
        assert said == want, (name, said)
        add("itsdangerous: " + name, "itsdangerous", token, said, got, secret=encoded(SECRET), params={
            "salt": "itsdangerous", "digest": "sha1", "key_derivation": "django-concat",
            **params})

    timed = URLSafeTimedSerializer(SECRET)
    salted = URLSafeTimedSerializer(SECRET, salt="activate")
    one("a timed serializer", timed.dumps({"a": 1}), timed, {}, "ok")
    one("with a salt", salted.dumps({"a": 1}), salted, {"salt": "activate"}, "ok")
    one("with another salt", salted.dumps({"a": 1}), timed, {}, "bad_signature")
    one("five seconds old of five", at(NOW - 5, timed.dumps, {"a": 1}), timed, {"max_age": 5},
        "ok")
    one("six seconds old of five", at(NOW - 6, timed.dumps, {"a": 1}), timed, {"max_age": 5},
        "expired")
    one("from the future", at(NOW + 1, timed.dumps, {"a": 1}), timed, {"max_age": 5},
        "not_yet_valid")
    one("an untimed token where a timed one is wanted",
        URLSafeSerializer(SECRET).dumps({"a": 1}), timed, {}, "bad_signature")


# --- Flask-Login ---

def login_says(token, key):
    if isinstance(token, bytes):
        token = token.decode("utf-8", "surrogateescape")
    try:
        user = decode_cookie(token, key)
    except (TypeError, UnicodeError):
        return "malformed", None
    return ("bad_signature", None) if user is None else ("ok", user)


def lo(name, token, secret=SECRET, want=None, fallbacks=(), **rest):
    said, user = login_says(token, secret)
    for old in fallbacks:
        if said != "ok":
            said, user = login_says(token, old)
    if want:
        assert said == want, (name, said)
    add("flask-login: " + name, "flask_login", token, said, user, secret=encoded(secret),
        fallback_secrets=[encoded(s) for s in fallbacks], params={}, **rest)


def login():
    for user in ("1", "007", "alice", "Жанна", "a|b", "|", "a b", "alice@example.com",
                 "x" * 1000, "[1]", "null", "{", "}", "{a}", "a\nb"):
        lo(f"user {user[:20]!a}", encode_cookie(user, SECRET), want="ok")
    for n in (1, 127, 128, 129, 200):
        lo(f"a secret of {n} bytes", encode_cookie("1", "s" * n), secret="s" * n, want="ok")
    lo("a binary secret", encode_cookie("1", b"\x00\xff\n"), secret=b"\x00\xff\n", want="ok")
    lo("a secret of latin-1 characters", encode_cookie("1", "clé-très-secrète-ÿ"),
       secret="clé-très-secrète-ÿ", want="ok", note="taken as latin-1, where Flask takes UTF-8")
    lo("a retired key", encode_cookie("1", OLD), fallbacks=[OLD], want="ok")
    token = encode_cookie("1", SECRET)
    mac = token[2:]
    lo("the secret as UTF-8", encode_cookie("1", "clé-très-secrète".encode()),
       secret="clé-très-secrète", want="bad_signature")
    lo("an empty user", encode_cookie("", SECRET), accept_also=["malformed"])
    lo("a session for a user", encode_cookie('{"_user_id":"1"}', SECRET),
       accept_also=["unsupported"])
    lo("an empty object for a user", encode_cookie("{}", SECRET), accept_also=["unsupported"])
    for i in range(0, 128, 16):
        lo(f"signature changed at {i}", "1|" + mac[:i] + ("0" if mac[i] != "0" else "1")
           + mac[i + 1:], want="bad_signature")
    lo("user changed", "2|" + mac, want="bad_signature")
    lo("user removed", "|" + mac, want="bad_signature")
    lo("signature in capitals", "1|" + mac.upper(), want="bad_signature")
    lo("signature cut", token[:-1], want="bad_signature")
    lo("signature longer", token + "0", want="bad_signature")
    lo("signature empty", "1|", want="bad_signature")
    lo("signature twice", token + "|" + mac, want="bad_signature")
    lo("no signature", "1", want="bad_signature")
    lo("one separator", "|", want="bad_signature")
    lo("a space before", " " + token, want="bad_signature")
    lo("a space behind", token + " ", want="bad_signature")
    lo("NUL behind", token + "\x00", want="bad_signature")
    lo("a signature that is no ASCII", "1|" + "é" * 64, want="malformed")
    lo("a user that is no UTF-8", b"\xff|" + hmac.new(SECRET.encode(), b"\xff", "sha512")
       .hexdigest().encode(), accept_also=["bad_signature"])
    lo("another secret", encode_cookie("1", "another secret"), want="bad_signature")
    lo("the secret with a newline", encode_cookie("1", SECRET + "\n"), want="bad_signature")
    lo("a key that is not listed", encode_cookie("1", OLD), want="bad_signature")
    lo("SHA-256", "1|" + hmac.new(SECRET.encode(), b"1", "sha256").hexdigest(),
       want="bad_signature")
    lo("a Flask session", flask_serializer().dumps({"_user_id": "1"}), want="bad_signature")


django_good()
django_stamps()
django_payloads()
django_changed()
cm_good()
cm_bad()
flask_more()
its_more()
login()
result = {
    "generator": f"Django {django.__version__}, Flask {flask.__version__}, itsdangerous "
                 f"{itsdangerous.__version__}, Flask-Login {flask_login.__version__} on CPython "
                 f"{platform.python_version()}, by test/vectors/make_signed.py",
    "vectors": vectors,
}
where = os.path.join(os.path.dirname(os.path.abspath(__file__)), "signed.json")
with open(where, "w", encoding="ascii") as f:
    json.dump(result, f, indent=1)
    f.write("\n")
print(f"{len(vectors)} vectors, {sum(v['expect'] == 'ok' for v in vectors)} of them ok")

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes xsrf.json: tokens of Debian's Flask-WTF and Django, with the clock frozen, and what
the peer said of each. Run by hand: ./make_xsrf.py >xsrf.json"""
import importlib.metadata
import json
import sys
import time
from unittest import mock

import django
from django.conf import settings
from django.http import HttpRequest
from django.middleware import csrf
from flask import Flask, session
from flask_wtf.csrf import generate_csrf, validate_csrf
from itsdangerous import URLSafeTimedSerializer
from wtforms import ValidationError

NOW = 1760000000
SECRET = "wtf-secret-key"
RAW = "92713d4709377111cf31f2a71986c411bd6cb5b0"
vectors = []

settings.configure(SECRET_KEY="x")
django.setup()
app = Flask(__name__)
app.secret_key = SECRET


def at(when):
    return mock.patch("time.time", lambda: when)


def wtf(name, token, session_token=RAW, time_limit=3600, now=NOW, secret=SECRET):
    with app.test_request_context(), at(now):
        if session_token is not None:
            session["csrf_token"] = session_token
        app.config["WTF_CSRF_TIME_LIMIT"] = time_limit
        try:
            validate_csrf(token, secret_key=secret)
            expect = verdict = "ok"
        except ValidationError as e:
            expect, verdict = "refused", str(e)
        except Exception as e:  # the peer answers with HTTP 500
            expect, verdict = "refused", type(e).__name__
    vectors.append(dict(name="wtf-" + name, format="flask_wtf", token=token, now=now,
                        secret=dict(encoding="utf8", value=secret), session_token=session_token,
                        params=dict(time_limit=time_limit), expect=expect, peer_verdict=verdict))


def wtf_token(raw=RAW, when=NOW - 60, secret=SECRET):
    with app.test_request_context(), at(when):
        session["csrf_token"] = raw
        return generate_csrf(secret_key=secret)


def wtf_vectors():
    token = wtf_token()
    wtf("ok", token)
    wtf("just-made", wtf_token(when=NOW))
    wtf("last-second", wtf_token(when=NOW - 3600))
    wtf("expired", wtf_token(when=NOW - 3601))
    wtf("old-no-limit", wtf_token(when=5), time_limit=None)
    wtf("future", wtf_token(when=NOW + 1))
    wtf("future-no-limit", wtf_token(when=NOW + 9999), time_limit=None)
    wtf("other-secret", wtf_token(secret="another"))
    wtf("other-session", token, session_token=RAW[::-1])
    wtf("no-session", token, session_token=None)
    wtf("session-prefix", token, session_token=RAW[:-1])
    wtf("session-longer", token, session_token=RAW + "0")
    wtf("raw-value", RAW)
    wtf("empty", "")
    wtf("cut", token[:-1])
    wtf("longer", token + "A")
    wtf("flipped-payload", "J" + token[1:])
    wtf("padded", token + "=")
    wtf("no-timestamp", token.split(".")[0] + "." + token.split(".")[2])
    wtf("long-value", wtf_token(raw="x" * 500), session_token="x" * 500)
    s = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token")
    with at(NOW - 60):
        wtf("signed-number", s.dumps(5), session_token="5")
        wtf("signed-list", s.dumps([RAW]))
        wtf("signed-null", s.dumps(None))
        wtf("signed-object", s.dumps({"csrf_token": RAW}))
        wtf("other-salt", URLSafeTimedSerializer(SECRET, salt="cookie-session").dumps(RAW))
        wtf("default-salt", URLSafeTimedSerializer(SECRET).dumps(RAW))
        wtf("escapes", s.dumps("a\"\\/b"), session_token="a\"\\/b")


def django_vector(name, token, cookie, via="form"):
    request = HttpRequest()
    request.method = "POST"
    request.META["SERVER_NAME"], request.META["SERVER_PORT"] = "localhost", "80"
    if cookie is not None:
        request.COOKIES["csrftoken"] = cookie
    if via == "form":
        request.POST = {"csrfmiddlewaretoken": token}
    else:
        request.POST = {}
        request.META["HTTP_X_CSRFTOKEN"] = token
    middleware = csrf.CsrfViewMiddleware(lambda r: None)
    middleware.process_request(request)
    answer = middleware.process_view(request, lambda r: None, (), {})
    vectors.append(dict(name="django-" + name, format="django_csrf", token=token, cookie=cookie,
                        via=via, params={}, now=NOW, expect="refused" if answer else "ok"))


def django_vectors():
    secret = "abcdefghijABCDEFGHIJ0123456789zZ"
    masked = csrf._mask_cipher_secret(secret)
    for i in range(4):
        django_vector("masked-%d" % i, csrf._mask_cipher_secret(secret), masked, "form" if i % 2 else "header")
    django_vector("both-plain", secret, secret)
    django_vector("plain-cookie", masked, secret)
    django_vector("plain-token", secret, masked)
    django_vector("same-text", masked, masked)
    django_vector("extremes-a", csrf._mask_cipher_secret("a" * 32), "a" * 32)
    django_vector("extremes-9", csrf._mask_cipher_secret("9" * 32), "9" * 32)
    django_vector("other-secret", csrf._mask_cipher_secret(secret[::-1]), masked)
    django_vector("swapped-halves", masked[32:] + masked[:32], secret)
    django_vector("one-off", masked[:-1] + ("a" if masked[-1] != "a" else "b"), secret)
    django_vector("cut", masked[:-1], secret)
    django_vector("longer", masked + "a", secret)
    django_vector("half", masked[:32], secret)
    django_vector("dash", masked[:-1] + "-", secret)
    django_vector("space", masked[:-1] + " ", secret)
    django_vector("non-ascii", masked[:-1] + "\u00e9", secret)
    django_vector("nul", masked[:-1] + "\0", secret)
    django_vector("31", secret[:31], secret)
    django_vector("33", secret + "a", secret)
    django_vector("no-cookie", masked, None)
    django_vector("bad-cookie", masked, "x")
    django_vector("cookie-with-dash", "-" * 32, "-" * 32)


wtf_vectors()
django_vectors()
version = importlib.metadata.version
json.dump({"generator": "Flask-WTF %s, itsdangerous %s, Django %s, Python %s" % (
    version("Flask-WTF"), version("itsdangerous"), django.get_version(), sys.version.split()[0]),
    "vectors": vectors}, sys.stdout, indent=1)
print()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""XSRF tokens, both ways, with Debian's Flask-WTF and Django: theirs pass our check, ours pass theirs."""
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from interop import COMMAND, all_of, begin, done, flipped, ok, rng, skip_all  # noqa: E402

try:
    import django
    from django.conf import settings
    from django.http import HttpRequest
    from django.middleware import csrf
    from flask import Flask, session
    from flask_wtf.csrf import generate_csrf, validate_csrf
    from wtforms import ValidationError
except ImportError as e:
    skip_all("%s: on Debian, apt-get install python3-flaskext.wtf python3-django" % e)

SECRET = "not-a-real-secret-0123456789"
LETTERS = csrf.CSRF_ALLOWED_CHARS
VALUES = ["92713d4709377111cf31f2a71986c411bd6cb5b0", "x", "a b", 'say "hi"\\/', "<&>", "0", "x" * 300]


def run(verb, scheme, *args, token=None, secret=SECRET):
    words = [COMMAND, "xsrf", verb, "--scheme", scheme, *args]
    if secret:
        words += ["--key", "main=env:XSRF_SECRET"]
    if token is not None:
        words += ["--", token]
    return subprocess.run(words, env=dict(os.environ, XSRF_SECRET=secret or ""), stdout=subprocess.PIPE,
                          timeout=60).stdout.decode().rstrip("\n")


def check(*args, **named):
    return json.loads(run("check", *args, **named))["status"]


def wtf_verdict(app, token, value):
    with app.test_request_context():
        session["csrf_token"] = value
        try:
            validate_csrf(token)
            return "ok"
        except ValidationError as e:
            return str(e)


def flask_wtf():
    app = Flask(__name__)
    app.secret_key = SECRET
    theirs, ours, swapped = [], [], []
    for value in VALUES:
        document = json.dumps({"csrf_token": value, "user": 1})
        with app.test_request_context():
            session["csrf_token"] = value
            token = generate_csrf()
        theirs.append((check("flask-wtf", "--session", document, token=token), "ok", value))
        made = run("make", "flask-wtf", "--session", document)
        ours.append((wtf_verdict(app, made, value), "ok", made))
        swapped.append((check("flask-wtf", "--session", '{"csrf_token":"other"}', token=token), "mismatch", value))
        swapped.append((wtf_verdict(app, made, "other"), "The CSRF tokens do not match.", made))
        swapped.append((check("flask-wtf", "--session", document, token=flipped(token)), "bad-signature", value))
        swapped.append((check("flask-wtf", "--session", document, token=token, secret=SECRET + "!"), "bad-signature", value))
        later = str(int(time.time()) + 3700)
        swapped.append((check("flask-wtf", "--session", document, "--now", later, token=token), "expired", value))
    all_of(theirs, "Flask-WTF's tokens pass")
    all_of(ours, "Flask-WTF takes our tokens")
    all_of(swapped, "another session's, a changed, another key's, an old token: refused on both sides")


def django_verdict(token, cookie):
    request = HttpRequest()
    request.method = "POST"
    request.META.update(SERVER_NAME="localhost", SERVER_PORT="80")
    request.COOKIES["csrftoken"] = cookie
    request.POST = {"csrfmiddlewaretoken": token}
    middleware = csrf.CsrfViewMiddleware(lambda r: None)
    middleware.process_request(request)
    return "ok" if middleware.process_view(request, lambda r: None, (), {}) is None else "refused"


def django_tokens():
    settings.configure(SECRET_KEY=SECRET)
    django.setup()
    theirs, ours, refused = [], [], []
    for i in range(25):
        secret = "".join(rng.choice(LETTERS) for _ in range(32))
        cookie = csrf._mask_cipher_secret(secret) if i % 2 else secret
        request = HttpRequest()
        request.META["CSRF_COOKIE"] = csrf._mask_cipher_secret(secret)
        option = ["--option", "cookie=" + cookie]
        token = csrf.get_token(request)
        theirs.append((check("django", *option, token=token, secret=None), "ok", token))
        made = run("make", "django", *option, secret=None)
        ours.append((django_verdict(made, cookie), "ok", made))
        other = "".join(rng.choice(LETTERS) for _ in range(32))
        refused.append((check("django", *option, token=other, secret=None), "mismatch", other))
        refused.append((django_verdict(made, other), "refused", made))
        bad = token[:40] + "-" + token[41:]
        refused.append((check("django", *option, token=bad, secret=None), "malformed", bad))
    all_of(theirs, "Django's tokens pass")
    all_of(ours, "Django takes our tokens")
    all_of(refused, "another secret's and no token at all: refused on both sides")


begin()
flask_wtf()
django_tokens()
ok(check("signed", "--option", "visitor=a", token=run("make", "signed", "--option", "visitor=a")) == "ok",
   "the command checks what it makes")
done()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes flask_login.json: remember-me cookies by the real Flask-Login (Debian:
python3-flask-login), and what it says of changed ones. Run by hand; the result is committed."""
import json
import os
import platform

import flask
import flask_login
from flask_login.utils import decode_cookie, encode_cookie

SECRET = "not-a-real-secret-0123456789"
vectors = []


def app(secret=SECRET):
    made = flask.Flask("make_flask_login")
    made.secret_key = secret
    return made


def add(name, token, secret=SECRET, note=None, accept_also=None):
    with app(secret).app_context():
        try:
            user = decode_cookie(token)
            said = "bad_signature" if user is None else "ok"
        except Exception:
            user, said = None, "malformed"
    vector = {
        "name": name, "format": "flask_login", "secret": {"encoding": "hex", "value": secret.encode("latin-1").hex()},
        "fallback_secrets": [], "params": {}, "now": 1760000000, "token": token,
        "expect": said, "payload": user,
    }
    if note:
        vector["note"] = note
    if accept_also:
        vector["accept_also"] = accept_also
    vectors.append(vector)
    return said


def sealed(user, secret=SECRET):
    with app(secret).app_context():
        return encode_cookie(user)


def good(name, user, secret=SECRET, **kwargs):
    assert add(name, sealed(user, secret), secret, **kwargs) == "ok", name


def bad(name, token, **kwargs):
    assert add(name, token, **kwargs) != "ok", name


good("number", "1")
good("zero-padded", "007")
good("mail", "bob@example.com")
good("unicode", "Жанна")
good("with-bar", "a|b|c")
good("with-space", "a b")
good("with-quote", 'a"b;c,d')
good("uuid", "12345678-1234-5678-1234-567812345678")
good("secret-130", "1", secret="s" * 130, note="longer than a SHA-512 block")
good("secret-latin1", "1", secret="schlüssel-0123456789",
     note="Flask-Login takes a str key as latin-1, where Flask takes UTF-8")
good("json-object", '{"_user_id":"1"}',
     note="a session document in place of a user id")
good("empty-user", "", accept_also=["malformed"])

token = sealed("42")
user, mac = token.rsplit("|", 1)
bad("changed-user", "43|" + mac)
bad("user-prefixed", "142|" + mac)
bad("user-empty", "|" + mac)
for at in (0, 63, 127):
    bad(f"flip-mac-{at}", f"{user}|{mac[:at]}{'0' if mac[at] != '0' else '1'}{mac[at + 1:]}")
bad("mac-upper-case", f"{user}|{mac.upper()}")
bad("mac-truncated", token[:-1])
bad("mac-half", token[:-64])
bad("mac-empty", user + "|")
bad("mac-longer", token + "0")
bad("no-mac", user)
bad("empty", "")
bad("bar", "|")
bad("trailing-space", token + " ")
bad("wrong-secret", sealed("42", "another secret of some length"))

result = {
    "generator": f"Flask-Login {flask_login.__version__}, Flask {flask.__version__} on CPython "
                 f"{platform.python_version()}, by test/vectors/make_flask_login.py",
    "vectors": vectors,
}
where = os.path.join(os.path.dirname(os.path.abspath(__file__)), "flask_login.json")
with open(where, "w", encoding="ascii") as f:
    json.dump(result, f, indent=1)
    f.write("\n")
print(f"{len(vectors)} vectors, {sum(v['expect'] == 'ok' for v in vectors)} of them ok")

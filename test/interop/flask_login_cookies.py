#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Flask-Login's remember-me cookies, both ways, against Debian's Flask-Login."""
from interop import *

try:
    import flask
    import flask_login
    from flask_login.utils import decode_cookie, encode_cookie
except ImportError as missing:
    skip_all(str(missing))

SECRET = "flask-login interop secret"
KEYS = [("main", SECRET)]

begin()
print("# Flask-Login " + flask_login.__version__)

users = ["1", "007", "Жанна", "a|b", "|", "a b", "with \"quotes\"", "x" * 500, "😀", "0", "alice@example.org"]
users += ["%x" % rng.getrandbits(rng.randrange(1, 200)) for _ in range(COUNT - len(users))]

tokens = [encode_cookie(u, SECRET) for u in users]
got = decode("flask-login", KEYS, tokens)
all_of(((g.get("session"), {"_user_id": u, "_fresh": False}, g) for g, u in zip(got, users)),
       "Flask-Login seals, we open")
ours = encode("flask-login", KEYS, [{"_user_id": u, "_fresh": False} for u in users])
all_of(((decode_cookie(t, SECRET), u, t) for t, u in zip(ours, users)), "we seal, Flask-Login opens")
all_of(((t, p, u) for t, p, u in zip(ours, tokens, users)), "both write the same cookie")

app = flask.Flask("interop")
app.secret_key = SECRET
manager = flask_login.LoginManager(app)


class User(flask_login.UserMixin):
    def __init__(self, user_id):
        self.id = user_id


manager.user_loader(User)


@app.route("/login/<user_id>")
def login(user_id):
    flask_login.login_user(User(user_id), remember=True)
    return ""


@app.route("/who")
def who():
    user = flask_login.current_user
    return user.get_id() if user.is_authenticated else "nobody"


client = app.test_client(use_cookies=False)
for user in ("1", "alice", "a-b_c"):
    cookies = dict(c.split(";")[0].split("=", 1) for c in client.get("/login/" + user).headers.getlist("Set-Cookie"))
    got = decode("flask-login", KEYS, [cookies["remember_token"]])[0]
    ok(got.get("session") == {"_user_id": user, "_fresh": False}, "a login of %s is remembered by us" % user, got)
    got = decode("flask", KEYS, [cookies["session"]])[0]
    ok(got.get("session", {}).get("_user_id") == user, "and is in the session cookie", got)
    ours = encode("flask-login", KEYS, [{"_user_id": user, "_fresh": False}])[0]
    answer = client.get("/who", headers={"Cookie": "remember_token=" + ours}).get_data(as_text=True)
    ok(answer == user, "and our cookie is remembered by Flask-Login", answer)
    answer = client.get("/who", headers={"Cookie": "remember_token=" + flipped(ours)}).get_data(as_text=True)
    ok(answer == "nobody", "but not when it was changed", answer)

refusals("flask-login", KEYS, tokens[1])
got = decode("flask-login", KEYS, [encode_cookie('{"a":1}', SECRET)])[0]
ok(got["status"] == "ok" and got["session"]["_user_id"] == '{"a":1}',
   "a user id may look like a session: no session cookie is signed like this", got)
for bad in ("", "1", "|", "1|", "|" + tokens[0].split("|")[1], "2|" + tokens[0].split("|")[1], tokens[0] + "0",
            tokens[0].upper(), "1||" + tokens[0].split("|")[1]):
    got = decode("flask-login", KEYS, [bad])[0]
    ok(got["status"] in ("malformed", "bad-signature", "absent") and "session" not in got, "refused: %r" % bad[:20], got)
    ok(decode_cookie(bad, SECRET) is None if "|" in bad else True, "as Flask-Login does")
done()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Flask's own session cookies, both ways, against Debian's Flask: 200 random documents with
every tag, the whole way through a test client, key rotation, itsdangerous by itself. Debian's
Flask 2.2 has no SECRET_KEY_FALLBACKS (Flask 3.1 has): rotation is tested with the key lists
of itsdangerous, which is what Flask 3.1 hands its fallbacks to."""
import datetime
import json
import time
import uuid

from interop import *

try:
    import flask
    import itsdangerous
    from flask.json.tag import TaggedJSONSerializer
    from flask.sessions import SecureCookieSessionInterface, session_json_serializer
    from markupsafe import Markup
except ImportError as missing:
    skip_all(str(missing))

SECRET = "interop-secret ключ with a space"
KEYS = [("main", SECRET)]


def leaf(r):
    kind = r.randrange(8)
    if kind == 0:
        return r.randbytes(r.randrange(9))
    if kind == 1:
        return Markup("<b>%s</b>" % r.choice(["", "é", "&lt;"]))
    if kind == 2:
        return uuid.UUID(int=r.getrandbits(128))
    if kind == 3:
        return datetime.datetime.fromtimestamp(r.randrange(2**32), datetime.timezone.utc)
    return scalar(r)


def special(r, more):
    """Tuples, and dicts that look like a tag."""
    if r.randrange(2):
        return tuple(more() for _ in range(r.randrange(4)))
    return {r.choice([" t", " b", " m", " u", " d", " di", " x"]): more()}


def tagged(v):
    return json.loads(TaggedJSONSerializer().dumps(v))


def plain(v):
    """The plain face of a document, as docs say: the tags resolved to what JSON has."""
    if isinstance(v, Markup):
        return str(v)
    if isinstance(v, bytes):
        import base64
        return base64.b64encode(v).decode()
    if isinstance(v, uuid.UUID):
        return str(v)
    if isinstance(v, datetime.datetime):
        from werkzeug.http import http_date
        return http_date(v)
    if isinstance(v, (list, tuple)):
        return [plain(x) for x in v]
    if isinstance(v, dict):
        return {k: plain(x) for k, x in v.items()}
    return v


def same(a, b):
    return text(tagged(a)) == text(tagged(b))


app = flask.Flask("interop")
app.secret_key = SECRET
signer = SecureCookieSessionInterface().get_signing_serializer(app)

begin()
print("# Flask %s, itsdangerous %s" % (flask.__version__, itsdangerous.__version__))

docs = documents(leaf, special)
tokens = [signer.dumps(d) for d in docs]
got = decode("flask", KEYS, tokens)
all_of(((g["status"], "ok", d) for g, d in zip(got, docs)), "Flask seals, we open")
all_of(((text(g.get("tagged")), text(tagged(d)), d) for g, d in zip(got, docs)), "every tag, type and order is kept")
all_of(((text(g.get("session")), text(plain(d)), d) for g, d in zip(got, docs)), "the plain face has the tags resolved")
ok(all(abs(g.get("issued", 0) - time.time()) < 60 for g in got), "the time of issue is now")
ok(all(g.get("expires") == g.get("issued", 0) + 31 * 86400 for g in got), "they expire after 31 days")

sealed = encode("flask", KEYS, [tagged(d) for d in docs])
opened = [signer.loads(t, max_age=3600) for t in sealed]
all_of(((same(o, d), True, (o, d)) for o, d in zip(opened, docs)), "we seal, Flask opens the same")
ok(any("." == t[0] for t in sealed) and any("." != t[0] for t in sealed), "some of ours are compressed, some are not")

refusals("flask", KEYS, tokens[0], expired_at=int(time.time()) + 32 * 86400)
got = decode("flask", KEYS, [tokens[0]], now=int(time.time()) - 3600)[0]
ok(got == {"status": "not-yet-valid", "format": "flask"}, "from the future: refused", got)
for bad in (flipped(sealed[0]), sealed[0][:-3]):
    try:
        signer.loads(bad)
        ok(False, "Flask refuses ours when changed", bad)
    except itsdangerous.BadSignature:
        ok(True, "Flask refuses ours when changed")


@app.route("/set", methods=["POST"])
def view_set():
    flask.session.clear()
    flask.session.update(session_json_serializer.loads(flask.request.get_data(as_text=True)))
    flask.session.permanent = True
    return ""


@app.route("/get")
def view_get():
    return session_json_serializer.dumps(dict(flask.session)) if flask.session else "nobody"


def cookie_of(response):
    return response.headers["Set-Cookie"].split(";")[0].split("=", 1)[1]


client = app.test_client(use_cookies=False)
for d in docs[:20]:
    d = dict(d, _permanent=True)
    token = cookie_of(client.post("/set", data=TaggedJSONSerializer().dumps(d).encode()))
    got = decode("flask", KEYS, [token])[0]
    back = encode("flask", KEYS, [got.get("tagged", {})])[0]
    answer = client.get("/get", headers={"Cookie": "session=" + back}).get_data(as_text=True)
    # Flask sorts the members that an application sets; what we give back keeps that order.
    ok(json.loads(answer) == tagged(d) or text(json.loads(answer)) == text(got.get("tagged")),
       "a document goes from a view to us and back to a view", answer, d)
answer = client.get("/get", headers={"Cookie": "session=" + flipped(back)}).get_data(as_text=True)
ok(answer == "nobody", "a view sees nobody when ours is changed", answer)

# Rotation. itsdangerous wants the oldest key first and signs with the last.
old, new = "the old secret, retired", "the new secret, in use"
serializer = lambda keys: itsdangerous.URLSafeTimedSerializer(
    keys, salt="cookie-session", serializer=session_json_serializer,
    signer_kwargs={"key_derivation": "hmac", "digest_method": SecureCookieSessionInterface.digest_method})
ring = [("new", new), ("old", old)]
some = docs[:20]
got = decode("flask", ring, [serializer([old]).dumps(d) for d in some])
all_of(((g.get("key"), "old", g) for g in got), "a retired key opens, and is named")
got = decode("flask", ring, [serializer([old, new]).dumps(d) for d in some])
all_of(((g.get("key"), "new", g) for g in got), "what a rotated application writes opens under the new key")
sealed = encode("flask", ring, [tagged(d) for d in some])
all_of(((same(serializer([new]).loads(t), d), True, d) for t, d in zip(sealed, some)), "we write with the first key")
all_of(((same(serializer([old, new]).loads(t), d), True, d) for t, d in zip(sealed, some)),
       "a rotated application reads that")
all_of(((g["status"], "bad-signature", g) for g in decode("flask", [("new", new)], [serializer([old]).dumps(1)])),
       "a key that was taken off the ring opens nothing")

# itsdangerous by itself: other salts, digests and derivations.
# It writes raw UTF-8, in which a lone surrogate has no place.
plain_docs = [d for d in documents(count=60) if "\\ud800" not in text(d) and "\\udc00x" not in text(d)][:40]
for salt in ("itsdangerous", "s p a c e", "соль"):
    for digest in ("sha1", "sha256", "sha512"):
        for derivation in ("django-concat", "concat", "hmac", "none"):
            import hashlib
            peer = itsdangerous.URLSafeTimedSerializer(SECRET, salt=salt, signer_kwargs={
                "key_derivation": derivation, "digest_method": getattr(hashlib, digest)})
            options = ["salt=" + salt, "digest=" + digest, "derivation=" + derivation, "max-age=1h"]
            name = "itsdangerous, salt %s, %s, %s" % (salt, digest, derivation)
            got = decode("itsdangerous", KEYS, [peer.dumps(d) for d in plain_docs], options)
            all_of(((text(g.get("session")), text(d), g) for g, d in zip(got, plain_docs)), name + ": we open")
            ours = encode("itsdangerous", KEYS, plain_docs, options)
            all_of(((text(peer.loads(t)), text(d), t) for t, d in zip(ours, plain_docs)), name + ": it opens")
            other = ["salt=other" if o.startswith("salt") else o for o in options]
            got = decode("itsdangerous", KEYS, ours[:5], other)
            all_of(((g["status"], "derivation=none" in options and "ok" or "bad-signature", g) for g in got),
                   name + ": another salt")
untimed = itsdangerous.URLSafeSerializer(SECRET)
got = decode("itsdangerous", KEYS, [untimed.dumps(d) for d in plain_docs], ["timed=off"])
all_of(((text(g.get("session")), text(d), g) for g, d in zip(got, plain_docs)), "untimed: we open")
all_of(((text(untimed.loads(t)), text(d), t) for t, d in
        zip(encode("itsdangerous", KEYS, plain_docs, ["timed=off"]), plain_docs)), "untimed: it opens")
all_of(((g["status"] in ("bad-signature", "malformed"), True, g) for g in
        decode("itsdangerous", KEYS, [untimed.dumps(d) for d in plain_docs])), "an untimed token is no timed one")
done()

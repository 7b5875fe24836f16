#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Django's signed_cookies sessions and django.core.signing, both ways, against Debian's Django.
Its 3.2 has no SECRET_KEY_FALLBACKS (4.1 has): for rotation, it seals under two settings and
reads what we seal under the newer one."""
import time

from interop import *

try:
    import django
    from django.conf import settings
    from django.core import signing
    from django.test.utils import override_settings
except ImportError as missing:
    skip_all(str(missing))

SECRET = "django-interop-secret ключ"
KEYS = [("main", SECRET)]
settings.configure(SECRET_KEY=SECRET, SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
                   SESSION_SERIALIZER="django.contrib.sessions.serializers.JSONSerializer",
                   DEFAULT_HASHING_ALGORITHM="sha256" if django.VERSION < (4,) else None)
from django.contrib.sessions.backends.signed_cookies import SessionStore

begin()
print("# Django " + django.get_version())


def seal(d):
    store = SessionStore()
    for name, v in d.items():
        store[name] = v
    store.save()
    return store.session_key


def load(token):
    return dict(SessionStore(session_key=token).load())


docs = documents()
tokens = [seal(d) for d in docs]
got = decode("django", KEYS, tokens)
all_of(((text(g.get("session")), text(d), g) for g, d in zip(got, docs)), "Django seals a session, we open the same")
ok(all(abs(g.get("issued", 0) - time.time()) < 60 for g in got), "the time of issue is now")
ok(all(g.get("expires") == g.get("issued", 0) + 14 * 86400 for g in got), "they expire after 14 days")
sealed = encode("django", KEYS, docs)
all_of(((text(load(t)), text(d), t) for t, d in zip(sealed, docs)), "we seal a session, Django opens the same")
ok(any("." == t[0] for t in sealed) and any("." != t[0] for t in sealed), "some of ours are compressed, some are not")

refusals("django", KEYS, tokens[0], expired_at=int(time.time()) + 15 * 86400)
got = decode("django", KEYS, [tokens[0]], now=int(time.time()) - 3600)[0]
ok(got["status"] == "ok", "from the future: opened, as Django does", got)
for bad in (flipped(sealed[0]), sealed[0][:-3], sealed[0].replace(":", "")):
    ok(load(bad) == {}, "Django sees an empty session when ours is changed")

for salt in ("my.app", "django.core.signing", "соль", "with space"):
    options = ["salt=" + salt, "max-age=1h"]
    some = docs[:50]
    for compress in (False, True):
        got = decode("django", KEYS, [signing.dumps(d, salt=salt, compress=compress) for d in some], options)
        all_of(((text(g.get("session")), text(d), g) for g, d in zip(got, some)),
               "signing.dumps, salt %s, compress %s: we open" % (salt, compress))
    ours = encode("django", KEYS, some, options)
    all_of(((text(signing.loads(t, salt=salt, max_age=3600)), text(d), t) for t, d in zip(ours, some)),
           "signing.loads, salt %s: Django opens" % salt)
    all_of(((g["status"], "bad-signature", g) for g in decode("django", KEYS, ours[:5])),
           "salt %s: is no session cookie" % salt)
    try:
        signing.loads(ours[0], salt="other")
        ok(False, "salt %s: Django refuses ours under another salt" % salt)
    except signing.BadSignature:
        ok(True, "salt %s: Django refuses ours under another salt" % salt)
got = decode("django", KEYS, [signing.dumps({"a": 1}, salt="s")], ["salt=s", "max-age=10s"], now=int(time.time()) + 30)
ok(got[0]["status"] == "expired", "signing.dumps older than max-age: refused", got)
for v in ([1, 2], "text", 5, None):
    got = decode("django", KEYS, [signing.dumps(v, salt="s")], ["salt=s"])
    ok(got[0]["status"] == "malformed", "signing.dumps of %r is no session: refused" % (v,), got)

old, new = "the old secret, retired", "the new secret, in use"
ring = [("new", new), ("old", old)]
with override_settings(SECRET_KEY=old):
    by_old = [seal(d) for d in docs[:20]]
with override_settings(SECRET_KEY=new):
    by_new = [seal(d) for d in docs[:20]]
all_of(((g.get("key"), "old", g) for g in decode("django", ring, by_old)), "a retired key opens, and is named")
all_of(((g.get("key"), "new", g) for g in decode("django", ring, by_new)), "the key in use opens, and is named")
ours = encode("django", ring, docs[:20])
with override_settings(SECRET_KEY=new):
    all_of(((text(load(t)), text(d), t) for t, d in zip(ours, docs)), "we write with the first key")
with override_settings(SECRET_KEY=old):
    all_of(((load(t), {}, t) for t in ours), "not with the second")
all_of(((g["status"], "bad-signature", g) for g in decode("django", [("new", new)], by_old)),
       "a key that was taken off the ring opens nothing")
done()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""cookie-manager's cookies, both ways. Debian does not have it: its signer is itsdangerous' own
TimestampSigner, and the search for the key id is done here as its README and source have it."""
import re
import time

from interop import *

try:
    import itsdangerous
    from itsdangerous import BadSignature, TimestampSigner
except ImportError as missing:
    skip_all(str(missing))

RING = {"key1": "cookie-manager interop secret 1", "dot.id": "cookie-manager interop secret 2",
        "k}": "cookie-manager interop secret 3", "ключ": "секрет"}
KEYS = list(RING.items())

begin()
print("# itsdangerous " + itsdangerous.__version__)


def sign(d, key_id):
    d["key_id"] = key_id
    return TimestampSigner(RING[key_id]).sign(json.dumps(d)).decode()


def verify(token):
    """The document, or the name of what was raised."""
    try:
        key_id = json.loads(re.search(r"(.*\}+).*", token).group(1))["key_id"]
        return json.loads(TimestampSigner(RING[key_id]).unsign(token, max_age=50))
    except (BadSignature, KeyError, ValueError, AttributeError) as e:
        return type(e).__name__


docs = [dict(d) for d in documents()]
for d in docs:
    d.pop("key_id", None)
ids = [rng.choice(list(RING)) for _ in docs]
tokens = [sign(d, i) for d, i in zip(docs, ids)]
got = decode("cookie-manager", KEYS, tokens)
all_of(((text(g.get("session")), text(d), g) for g, d in zip(got, docs)), "cookie-manager signs, we open the same")
all_of(((g.get("key"), i, g) for g, i in zip(got, ids)), "the key is the one that key_id names")
ours = encode("cookie-manager", KEYS, docs)
all_of(((text(verify(t)), text(d), t) for t, d in zip(ours, docs)), "we sign, cookie-manager opens the same")
got = decode("cookie-manager", KEYS, ours)
all_of(((g.get("key"), i, g) for g, i in zip(got, ids)), "signed with the key that the document names")
all_of(((t.rsplit(".", 2)[0], json.dumps(d), t) for t, d in zip(ours, docs)), "in the spacing that json.dumps has")

for key_id in ("another", 5, None, ["key1"], {"a": 1}, ""):
    ours = encode("cookie-manager", KEYS, [{"a": 1, "key_id": key_id}])[0]
    ok(verify(ours) == {"a": 1, "key_id": "key1"}, "key_id %r is nobody's: the first key signs, and is named"
       % (key_id,), ours)
ours = encode("cookie-manager", KEYS, [{"a": 1}])[0]
ok(verify(ours) == {"a": 1, "key_id": "key1"}, "without a key_id the first key signs, and is named", ours)

now = int(time.time())
refusals("cookie-manager", KEYS, tokens[0], now=now, expired_at=now + 90,
         wrong=[(i, s + "x") for i, s in KEYS])
got = decode("cookie-manager", KEYS[1:], [sign({"a": 1}, "key1")])[0]
ok(got == {"status": "unknown-key", "format": "cookie-manager"}, "a key that is not listed is unknown", got)
got = decode("cookie-manager", KEYS, [sign({"a": 1}, "key1")], now=now - 60)[0]
ok(got["status"] == "not-yet-valid", "from the future: refused, as itsdangerous does", got)
ok(verify(ours.replace('"a": 1', '"a": 2')) == "BadTimeSignature", "cookie-manager refuses ours when it was changed")
ok(verify(ours.replace("key1", "dot.id")) == "BadTimeSignature", "and when it names another key")
done()

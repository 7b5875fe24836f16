#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""SecureCookie, both ways. Debian's werkzeug has none any more (it left with 1.0), so the peer is
written down here after werkzeug.contrib.securecookie 0.14 and secure-cookie 0.2: the class
Peer, on hmac, json and the real CPython pickle. Cookies made by those two themselves, on
Python 2.7, 3.6 and 3.8, are in test/vectors/samples.

Besides random documents: thousands of damaged pickles, held against CPython's own reader. What
we open, CPython opens to the same value, without having been asked for a single name."""
import base64
import hashlib
import hmac
import io
import json
import pickle
import pickletools
import time
from urllib.parse import quote_plus, unquote_plus

from interop import *

try:
    from flask.json.tag import TaggedJSONSerializer
except ImportError as missing:
    skip_all(str(missing))

SECRET = "securecookie interop secret"
KEYS = [("main", SECRET)]
PICKLE = ["serializer=pickle"]


class Peer:
    def __init__(self, dumps, loads, digest="sha1", secret=SECRET):
        self.dumps, self.loads, self.digest, self.secret = dumps, loads, digest, secret.encode()

    def serialize(self, session):
        items = [(quote_plus(k) + "=").encode() + base64.b64encode(self.dumps(v)) for k, v in sorted(session.items())]
        mac = hmac.new(self.secret, b"".join(b"|" + item for item in items), self.digest)
        return (base64.b64encode(mac.digest()) + b"?" + b"&".join(items)).decode()

    def unserialize(self, cookie):
        """None where the peer sees an empty session for any reason but an empty session."""
        given, data = cookie.encode().split(b"?", 1)
        items, mac = {}, hmac.new(self.secret, None, self.digest)
        for item in data.split(b"&"):
            mac.update(b"|" + item)
            if b"=" not in item:
                return None
            name, v = item.split(b"=", 1)
            items[unquote_plus(name.decode("ascii"), errors="replace")] = v
        if not hmac.compare_digest(base64.b64decode(given), mac.digest()):
            return None
        items = {k: self.loads(base64.b64decode(v)) for k, v in items.items()}
        if "_expires" in items and time.time() > items.pop("_expires"):
            return None
        return items


def listed(v):
    if isinstance(v, (set, frozenset)):
        return [listed(x) for x in v]
    if isinstance(v, bytearray):
        return bytes(v)
    if isinstance(v, list):
        return [listed(x) for x in v]
    if isinstance(v, tuple):
        return tuple(listed(x) for x in v)
    if isinstance(v, dict):
        return {k if isinstance(k, str) else json.dumps(k): listed(x) for k, x in v.items()}
    return v


def tagged(v):
    return TaggedJSONSerializer().tag(listed(v))


begin()
by_name = lambda d: {k: d[k] for k in sorted(d)}
readable = lambda d: "\\ud800" not in text(list(d)) and "\\udc00" not in text(list(d))
docs = [by_name(d) for d in documents() if readable(d)]
peer = Peer(lambda v: json.dumps(v, separators=(",", ":")).encode(), json.loads)
python2 = Peer(lambda v: json.dumps(v).encode(), json.loads)

tokens = [peer.serialize(d) for d in docs]
got = decode("werkzeug", KEYS, tokens)
all_of(((text(g.get("session")), text(d), g) for g, d in zip(got, docs)), "the peer seals JSON, we open the same")
ok(all(g.get("issued") is None and g.get("expires") is None for g in got), "these cookies have no time")
got = decode("werkzeug", KEYS, [python2.serialize(d) for d in docs])
all_of(((text(g.get("session")), text(d), g) for g, d in zip(got, docs)), "with Python 2's separators too")
ours = encode("werkzeug", KEYS, docs)
all_of(((text(peer.unserialize(t)), text(d), t) for t, d in zip(ours, docs)), "we seal JSON, the peer opens the same")
all_of(((t, p, d) for t, p, d in zip(ours, tokens, docs) if all(c not in t for c in "%")),
       "and byte for byte what it writes, where no name is quoted")
for digest in ("md5", "sha256", "sha512"):
    other = Peer(peer.dumps, peer.loads, digest)
    option = ["digest=" + digest]
    got = decode("werkzeug", KEYS, [other.serialize(d) for d in docs[:20]], option)
    all_of(((text(g.get("session")), text(d), g) for g, d in zip(got, docs)), digest + ": we open")
    all_of(((text(other.unserialize(t)), text(d), t) for t, d in zip(encode("werkzeug", KEYS, docs[:20], option), docs)),
           digest + ": the peer opens")
    all_of(((g["status"], "bad-signature", g) for g in decode("werkzeug", KEYS, [other.serialize(docs[0])])),
           digest + ": refused where SHA-1 was configured")

refusals("werkzeug", KEYS, peer.serialize({"user": "alice", "n": 1}))
now = int(time.time())
for at, n, status in ((now + 60, now, "ok"), (now, now, "ok"), (now, now + 1, "expired"), (now - 1.5, now, "expired"),
                      ("soon", now, "malformed"), (None, now, "malformed"), ([now + 60], now, "malformed")):
    got = decode("werkzeug", KEYS, [peer.serialize({"a": 1, "_expires": at})], now=n)[0]
    ok(got["status"] == status and got.get("session") == ({"a": 1} if status == "ok" else None),
       "_expires %s: %s" % (type(at).__name__, status), got)
token = peer.serialize({"a": 1, "b": 2})
ok(decode("werkzeug", KEYS, [token.replace("&", "|")])[0]["status"] == "malformed",
   "an & that became a |, which the MAC cannot tell apart: refused")
got = decode("werkzeug", KEYS, [Peer(lambda v: b"zz", None).serialize({"a": 1})])[0]
ok(got["status"] == "malformed", "signed values that are no JSON: refused", got)
got = decode("werkzeug", KEYS, [Peer(pickle.dumps, None).serialize({"a": 1})])[0]
ok(got["status"] == "malformed", "a pickle where JSON is expected: refused", got)
got = decode("werkzeug", KEYS, [peer.serialize({"a": "x"})], PICKLE)[0]
ok(got["status"] == "malformed", "JSON where a pickle is expected: refused", got)
got = json.loads(encode("werkzeug", KEYS, [{"a": 1}], PICKLE)[0])
ok(got == {"status": "unsupported", "format": "werkzeug"}, "pickles are not written", got)

# --- pickles of every protocol ---


def leaf_of(protocol):
    def leaf(r):
        if r.randrange(4) or protocol < 3:
            return scalar(r)
        if protocol >= 5 and r.randrange(3) == 0:
            return bytearray(r.randbytes(r.randrange(9)))
        return r.randbytes(r.choice([0, 1, 5, 300]))
    return leaf


def special_of(protocol):
    def special(r, more):
        kind = r.randrange(3 if protocol >= 4 else 2)
        if kind == 0:
            return tuple(more() for _ in range(r.randrange(5)))
        if kind == 1:
            return {r.choice([" t", " b", " di", 1, None, 2.5]): more()}
        return r.choice([set, frozenset])(r.sample(range(9999), r.randrange(4)))
    return special


class Runs:
    def __reduce__(self):
        return time.time, ()


for protocol in range(6):
    docs = [by_name(d) for d in documents(leaf_of(protocol), special_of(protocol)) if readable(d)]
    peer = Peer(lambda v: pickle.dumps(v, protocol), pickle.loads)
    tokens = [peer.serialize(d) for d in docs]
    keep = [i for i, t in enumerate(tokens) if len(t) <= 8192]
    got = decode("werkzeug", KEYS, [tokens[i] for i in keep], PICKLE)
    all_of(((text(g.get("tagged")), text(tagged(docs[i])), g) for g, i in zip(got, keep)),
           "pickle protocol %d: we open the same" % protocol)
    refusals("werkzeug", KEYS, peer.serialize({"user": "alice"}), PICKLE)
    for v in (Runs(), [1, (Runs(),)], time.gmtime(0), len, Peer):
        got = decode("werkzeug", KEYS, [peer.serialize({"a": 1, "b": v})], PICKLE)[0]
        ok(got == {"status": "unsupported", "format": "werkzeug"},
           "protocol %d, %s: refused" % (protocol, type(v).__name__), got)

# --- damaged pickles ---


class Named(Exception):
    pass


class Reader(pickle._Unpickler):
    """Loads plain data; a Python 2 str is text where it can be."""

    def find_class(self, *name):
        raise Named

    persistent_load = get_extension = find_class

    def _decode_string(self, v):
        try:
            return v.decode()
        except UnicodeDecodeError:
            return v


def loads(raw):
    """The reader in C, which does not hold a pickle to the length of its frame."""
    if any(op.name in NAMING for op, _, _ in pickletools.genops(raw)):
        raise Named
    return pickle.loads(raw, encoding="utf-8")


NAMING = {"GLOBAL", "STACK_GLOBAL", "INST", "OBJ", "REDUCE", "NEWOBJ", "NEWOBJ_EX", "BUILD", "EXT1", "EXT2", "EXT4",
          "PERSID", "BINPERSID", "NEXT_BUFFER", "READONLY_BUFFER"}


def readings(raw):
    """What CPython's two readers make of it, as the text of the tagged document."""
    for read in (lambda raw: Reader(io.BytesIO(raw)).load(), loads):
        try:
            yield text(tagged(read(raw)))
        except Exception:
            yield None


def damage(r, raw):
    raw = bytearray(raw)
    for _ in range(r.choice([1, 1, 1, 2, 4])):
        raw = raw or bytearray(b".")
        i = r.randrange(len(raw))
        kind = r.randrange(5)
        if kind == 0:
            raw[i] ^= 1 << r.randrange(8)
        elif kind == 1:
            raw[i] = r.choice(OPCODES)
        elif kind == 2:
            raw[i:i] = bytes([r.choice(OPCODES)])
        elif kind == 3:
            del raw[i]
        else:
            j = r.randrange(len(raw))
            raw[i:i] = raw[j:j + r.randrange(12)]
    return bytes(raw)


OPCODES = b"(.0122FIJKKLMNNRSTUVX]]abcdeghijloprsttuq})})\x80\x81\x82\x85\x85\x86\x87\x88\x89\x8a\x8b\x8c\x92\x93\x94\x95\x96"
cases = []
while len(cases) < 4000:
    protocol = rng.randrange(6)
    v = value(rng, 3, leaf_of(protocol), lambda r, more: tuple(more() for _ in range(r.randrange(4))))
    raw = pickle.dumps(v, protocol)
    if len(raw) < 400:
        cases.append(damage(rng, raw))
wrapped = lambda raw: Peer(lambda v: v, None).serialize({"v": raw})
got = decode("werkzeug", KEYS, [wrapped(raw) for raw in cases], PICKLE)
opened = [(g, raw) for g, raw in zip(got, cases) if g["status"] == "ok"]
print("# of %d damaged pickles: %s" % (len(cases), {s: sum(g["status"] == s for g in got) for s in
                                                     sorted({g["status"] for g in got})}))
ok(len(opened) > 100 and len(opened) < len(cases) - 1000, "some open, many do not")


def agrees(g, raw):
    mine = g["tagged"]["v"] if "v" in g["tagged"] else g["tagged"]
    return text(mine) in list(readings(raw))


all_of(((agrees(g, raw), True, (g, raw)) for g, raw in opened), "what we open, CPython opens to the same value")
plain = [(g, raw) for g, raw in zip(got, cases) if g["status"] == "malformed" and None not in list(readings(raw))]
print("# refused though both of CPython's readers take it: %d" % len(plain))
for g, raw in plain[:5]:
    print("#   %r" % raw)
ok(len(plain) < len(cases) // 50, "what CPython opens we hardly ever call malformed")
done()

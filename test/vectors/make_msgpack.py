#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes msgpack.json: what Flask-Session from 0.6 on stores, made by Debian's msgpack (python3-msgpack) as msgspec
makes it: a dict; tuples and sets are arrays; a time with a zone is a timestamp, one without and all else that JSON has
no type for is text. `tagged` is the text that Debian's Flask (TaggedJSONSerializer) writes for what msgpack reads of
it, with times as HTTP has them. Run it again with the seed that it prints: python3 make_msgpack.py SEED > msgpack.json
"""
import base64
import datetime
import decimal
import json
import math
import platform
import random
import sys
import uuid

import flask
import msgpack
from flask.json.tag import TaggedJSONSerializer
from werkzeug.http import http_date

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 20261122
rng = random.Random(SEED)
UTC = datetime.timezone.utc
TEXTS = ["", "a", "user", "it's", 'say "hi"', "back\\slash", "line\nfeed\ttab\r", "\0", "\x7f", "é", "日本語", "😀", "\\u0041", " t", " b", " di", " u",
         "x" * 31, "x" * 32, "x" * 255, "x" * 256, "ключ", "\u2028"]
NUMBERS = [0, 1, 127, 128, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 1,
           -1, -32, -33, -128, -129, -32768, -32769, -2**31, -2**31 - 1, -2**63]
FLOATS = [0.0, -0.0, 1.5, 0.1, 1e16, 1e15, 1e22, 1e-5, 0.0001, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, math.nan, 3.0]
TIMES = [datetime.datetime(2020, 1, 1, tzinfo=UTC), datetime.datetime(2020, 1, 1, 12, 30, 59, 123456, tzinfo=UTC), datetime.datetime(1970, 1, 1, tzinfo=UTC),
         datetime.datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), datetime.datetime(2106, 2, 7, 6, 28, 16, tzinfo=UTC),
         datetime.datetime(2514, 5, 30, 1, 53, 4, tzinfo=UTC), datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), datetime.datetime(1, 1, 1, tzinfo=UTC),
         datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=-8)))]


def msgspec(v):
    """What msgspec has no type of MessagePack for."""
    if isinstance(v, (set, frozenset)):
        return sorted(v)
    if isinstance(v, (datetime.datetime, datetime.date, datetime.time)):
        return v.isoformat()
    if isinstance(v, (uuid.UUID, decimal.Decimal)):
        return str(v)
    raise TypeError(v)


def packed(v, **options):
    return msgpack.packb(v, default=msgspec, datetime=True, **options)


def named(k):
    return k if isinstance(k, str) else json.dumps(k)


def read(v):
    if isinstance(v, datetime.datetime):
        return http_date(v)
    if isinstance(v, list):
        return [read(x) for x in v]
    if isinstance(v, dict):
        return {named(k): read(x) for k, x in v.items()}
    return v


vectors = []


def good(name, v, **options):
    raw = packed(v, **options)
    tagged = TaggedJSONSerializer().tag(read(msgpack.unpackb(raw, timestamp=3, strict_map_key=False)))
    vectors.append({"name": name, "msgpack": base64.b64encode(raw).decode(), "expect": "ok", "tagged": json.dumps(tagged, separators=(",", ":"))})


def bad(name, expect, v, **options):
    raw = v if isinstance(v, bytes) else packed(v, **options)
    vectors.append({"name": name, "msgpack": base64.b64encode(raw).decode(), "expect": expect})


def scalar():
    kind = rng.randrange(6)
    if kind == 0:
        return rng.choice([None, True, False])
    if kind == 1:
        return rng.choice(NUMBERS)
    if kind == 2:
        return rng.getrandbits(rng.choice([8, 16, 32, 63])) * rng.choice([1, -1])
    if kind == 3:
        return rng.uniform(-1, 1) * 10 ** rng.randrange(-20, 20)
    if kind == 4:
        return rng.randbytes(rng.choice([0, 1, 5, 300]))
    return rng.choice(TEXTS)


def value(depth):
    kind = rng.randrange(5) if depth else 0
    n = rng.randrange(20)
    if kind == 1:
        return [value(depth - 1) for _ in range(n)]
    if kind == 2:
        return tuple(value(depth - 1) for _ in range(n))
    if kind == 3:
        return {rng.choice(TEXTS): value(depth - 1) for _ in range(n)}
    if kind == 4:
        return set(rng.sample(range(1000), n))
    return scalar()


made = 0
while made < 60:
    session = {rng.choice(TEXTS): value(3) for _ in range(rng.randrange(1, 20))}
    if len(packed(session)) < 4000:
        good("random session %d" % made, session)
        made += 1
good("a login of Flask-Login's", {"_permanent": True, "_fresh": True, "_user_id": "7", "_id": "ab" * 64, "_flashes": [("message", "Hello!")]})
good("every text", {"v": TEXTS})
good("every text as a name", {t: i for i, t in enumerate(TEXTS)})
good("every number", {"v": NUMBERS})
good("every float", {"v": FLOATS})
good("floats of 32 bits", {"v": [1.5, -0.25, 0.0, math.inf]}, use_single_float=True)
good("bytes", {"empty": b"", "b": b"\xff\0", "long": bytes(255), "longer": bytes(256), "longest": bytes(65536 // 4)})
good("a text of 16 bits", {"v": "x" * 40000})
good("lists and dicts of 16 bits", {"v": list(range(300)), "d": {"n%d" % i: i for i in range(300)}})
good("a dict of 15 and one of 16 members", {"a": {str(i): i for i in range(15)}, "b": {str(i): i for i in range(16)}})
for i, t in enumerate(TIMES):
    good("a time with a zone, %d" % i, {"t": t})
good("a time without a zone, a date, a time of day, an id, a decimal",
     {"t": datetime.datetime(2020, 1, 1, 1, 2, 3), "d": datetime.date(2020, 1, 1), "c": datetime.time(1, 2), "u": uuid.UUID(int=1), "n": decimal.Decimal("1.50")})
good("a tuple and a set", {"t": (1, "a", (2,)), "s": {3, 1, 2}, "f": frozenset()})
good("names that are no text", {"v": {1: "a", None: "b", True: "c", 1.5: "d", -7: "e"}})
good("nested", {"v": [[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]})
bad("nested too deep", "too-large", {"v": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]})
bad("more members than are allowed", "too-large", {"v": [None] * 1100})
bad("a name that is bytes", "unsupported", {"v": {b"k": 1}})
bad("a name that is a tuple", "unsupported", {"v": {(1, 2): 1}})
bad("an extension", "unsupported", {"v": msgpack.ExtType(5, b"abc")})
bad("each size of an extension", "unsupported", {"v": [msgpack.ExtType(5, bytes(n)) for n in (0, 1, 2, 4, 8, 16, 17, 256)]})
bad("a time before the year 1", "unsupported", {"v": msgpack.Timestamp(-62135596801, 0)})
bad("a time after the year 9999", "unsupported", {"v": msgpack.Timestamp(253402300800, 0)})
bad("bytes in the old way, which knew no bytes", "malformed", {"v": b"\xff\0"}, use_bin_type=False)
bad("a text with half a pair", "malformed", {"v": "\ud800"}, unicode_errors="surrogatepass")
bad("a list", "unsupported", packed([1, 2]))
bad("two sessions", "malformed", packed({"a": 1}) * 2)

json.dump({"generator": "msgpack %s, CPython %s, Flask %s (tags)" % (".".join(map(str, msgpack.version)), platform.python_version(), flask.__version__),
           "seed": SEED, "vectors": vectors}, sys.stdout, indent=0)
sys.stdout.write("\n")
print("%d vectors, seed %d" % (len(vectors), SEED), file=sys.stderr)

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes pickle.json: pickles made by the real CPython, and what a reader of plain data makes
of them. `tagged` is the text that Debian's Flask (TaggedJSONSerializer) writes for the value
inside {"v": ...}, `plain` the same with the tags resolved by hand below; sets are lists there.
Run it again with the seed that it prints: python3 make_pickle.py SEED > pickle.json
"""
import base64
import collections
import copyreg
import datetime
import decimal
import fractions
import io
import json
import math
import os
import pickle
import platform
import random
import sys

import flask
from flask.json.tag import TaggedJSONSerializer

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 20240917
rng = random.Random(SEED)
TEXTS = ["", "a", "user", "it's", 'say "hi"', "back\\slash", "line\nfeed\ttab\r", "\0", "\x7f",
         "é", "日本語", "😀", "\ud800", "\udc00x", "a😀b\\u0041", "\\", "\\n", " t", " b", " di",
         " m", " u", " d", "x" * 300, "ключ", "\u2028"]


def scalar(protocol):
    kind = rng.randrange(8)
    if kind == 0:
        return rng.choice([None, True, False])
    if kind == 1:
        return rng.choice([0, 1, -1, 255, 256, 65535, 65536, 2**31 - 1, 2**31, -2**31, -2**31 - 1,
                           2**63 - 1, 2**63, -2**63, -2**63 - 1, 10**30, -(7**300)])
    if kind == 2:
        return rng.getrandbits(rng.choice([8, 16, 31, 63, 64, 200, 2000])) * rng.choice([1, -1])
    if kind == 3:
        return rng.choice([0.0, -0.0, 1.5, 0.1, 1e16, 1e15, 1e22, 1e-5, 0.0001, 5e-324, 1.7976931348623157e308,
                           math.inf, -math.inf, math.nan, 123456789.125, 3.0, 100.0, 9999999999999998.0])
    if kind == 4:
        return rng.uniform(-1, 1) * 10 ** rng.randrange(-20, 20)
    if kind == 5 and protocol >= 3:
        return rng.randbytes(rng.choice([0, 1, 5, 300]))
    return rng.choice(TEXTS)


def value(protocol, depth):
    kind = rng.randrange(6) if depth else 0
    n = rng.randrange(5)
    if kind == 1:
        return [value(protocol, depth - 1) for _ in range(n)]
    if kind == 2:
        return tuple(value(protocol, depth - 1) for _ in range(n))
    if kind in (3, 4):
        return {rng.choice(TEXTS): value(protocol, depth - 1) for _ in range(n)}
    if kind == 5 and protocol >= 4:
        return rng.choice([set, frozenset])(rng.sample(range(1000), n))
    return scalar(protocol)


def listed(v):
    """Sets as lists, bytearrays as bytes: what has no tag."""
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


def untagged(v):
    if isinstance(v, bytes):
        return base64.b64encode(v).decode()
    if isinstance(v, (list, tuple)):
        return [untagged(x) for x in v]
    if isinstance(v, dict):
        return {k: untagged(x) for k, x in v.items()}
    return v


def text(v):
    return json.dumps(v, separators=(",", ":"))


vectors = []


def good(name, raw, v=None, **more):
    # A set is read in the order in which it was written, which another set need not keep.
    v = listed(pickle.loads(raw)) if v is None else v
    vectors.append({"name": name, "pickle": base64.b64encode(raw).decode(), "expect": "ok",
                    "tagged": text(TaggedJSONSerializer().tag({"v": v})),
                    "plain": text({"v": untagged(v)}), **more})


def bad(name, expect, raw):
    vectors.append({"name": name, "pickle": base64.b64encode(raw).decode(), "expect": expect})


class Plain:
    def __init__(self):
        self.x = 1


class Slots(Plain):
    __slots__ = ("y",)

    def __getnewargs_ex__(self):
        return (), {"a": 1}

    def __new__(cls, **kw):
        return super().__new__(cls)


class Runs:
    def __reduce__(self):
        return os.system, ("touch /tmp/pwned-by-pickle",)


class State:
    def __reduce__(self):
        return Plain, (), {"x": 2}


class Items:
    def __reduce__(self):
        return list, (), None, iter([1, 2])


class Persistent(pickle.Pickler):
    def persistent_id(self, obj):
        return "some-row" if isinstance(obj, Plain) else None


Point = collections.namedtuple("Point", "x y")
for cls, code in ((Plain, 0x05), (Slots, 0x0505), (State, 0x05050505)):
    copyreg.add_extension(cls.__module__, cls.__name__, code)

for protocol in range(6):
    dumps = lambda v: pickle.dumps(v, protocol)
    p = "protocol %d: " % protocol
    for i in range(15):
        v = value(protocol, 4)
        raw = dumps(v)
        if len(raw) < 4000:
            good(p + "random document %d" % i, raw, listed(v))
    shared = [1, "two"]
    good(p + "a part that occurs twice", dumps([shared, shared, {"again": shared}]))
    good(p + "every text", dumps(TEXTS))
    good(p + "names that are no text", dumps({1: "a", None: "b", True: "c", False: "d", 1.5: "e", -7: "f"}))
    good(p + "an int of 4300 digits", dumps(10**4300 - 1))
    good(p + "a negative int of 4300 digits", dumps(-(10**4300 - 1)))
    good(p + "300 elements", dumps(list(range(300))))
    good(p + "nested to the limit", dumps([[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]))
    bad(p + "nested once too deep", "too-large", dumps([[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]))
    sys.set_int_max_str_digits(0)
    bad(p + "an int of 4301 digits", "too-large", dumps(10**4300))
    sys.set_int_max_str_digits(4300)
    bad(p + "more elements than members are allowed", "too-large", dumps([None] * 1100))
    for what, v in (("os.system", Runs()), ("os.system inside a list", [1, [Runs()]]),
                    ("an instance", Plain()), ("an instance with slots", Slots()),
                    ("an instance and its state", State()), ("list items by reduce", Items()),
                    ("a named tuple", Point(1, 2)), ("a date", datetime.datetime(2024, 1, 1)),
                    ("a decimal", decimal.Decimal("1.5")), ("a fraction", fractions.Fraction(1, 3)),
                    ("a class", collections.OrderedDict), ("a function", len), ("a complex", 1j),
                    ("a range", range(3)), ("an ordered dict", collections.OrderedDict(a=1))):
        if protocol < 2 and what == "an instance with slots":
            continue
        bad(p + what, "unsupported", dumps(v))
    if protocol < 4:
        bad(p + "a set needs a name", "unsupported", dumps({1, 2}))
        bad(p + "a frozenset needs a name", "unsupported", dumps(frozenset([1])))
    else:
        good(p + "a set", dumps({"a"}))
        good(p + "a frozenset inside a set", dumps({frozenset([1])}))
    if protocol < 3:
        bad(p + "bytes need a name", "unsupported", dumps(b"\xff\xfe"))
    else:
        good(p + "bytes", dumps({"b": b"\xff\0", "empty": b"", "long": bytes(300)}))
    if protocol < 5:
        bad(p + "a bytearray needs a name", "unsupported", dumps(bytearray(b"abc")))
    else:
        good(p + "a bytearray", dumps(bytearray(b"abc")))
        bad(p + "a buffer elsewhere", "unsupported",
            pickle.dumps(pickle.PickleBuffer(b"abc"), 5, buffer_callback=lambda b: None))
    bad(p + "a name that is bytes", "unsupported", dumps({b"k": 1}))
    bad(p + "a name that is a tuple", "unsupported", dumps({(1, 2): 1}))
    for what, v in (("list", []), ("dict", {})):
        if what == "list":
            v.append(v)
        else:
            v["self"] = v
        bad(p + "a %s that contains itself" % what, "unsupported", dumps(v))
    out = io.BytesIO()
    Persistent(out, protocol).dump([Plain()])
    bad(p + "a persistent id", "unsupported", out.getvalue())

json.dump({"generator": "CPython %s pickle, Flask %s (tags)" % (platform.python_version(), flask.__version__),
           "seed": SEED, "vectors": vectors}, sys.stdout, indent=0)
sys.stdout.write("\n")
print("%d vectors, seed %d" % (len(vectors), SEED), file=sys.stderr)

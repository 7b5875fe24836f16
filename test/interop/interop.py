# SPDX-License-Identifier: Apache-2.0
"""What the interop tests share: TAP, the sessioncookie command, random documents."""
import json
import os
import random
import subprocess
import sys

COMMAND = os.environ.get("SESSIONCOOKIE", "./sessioncookie")
COUNT = 200
SEED = int(os.environ.get("INTEROP_SEED", "20240917"))
rng = random.Random(SEED)

tests = failures = 0


def skip_all(reason):
    print("1..0 # SKIP " + reason)
    sys.exit(0)


def begin():
    if not os.access(COMMAND, os.X_OK):
        skip_all("the command is not built: set SESSIONCOOKIE")
    print("# %d random documents, seed %d (INTEROP_SEED)" % (COUNT, SEED))


def ok(good, name, *details):
    global tests, failures
    tests += 1
    failures += not good
    print("%sok %d - %s" % ("" if good else "not ", tests, name))
    if not good:
        for detail in details:
            print("#   " + repr(detail)[:600])


def skip(name, reason):
    global tests
    tests += 1
    print("ok %d - %s # SKIP %s" % (tests, name, reason))


def done():
    print("1..%d" % tests)
    sys.exit(1 if failures or not tests else 0)


def all_of(cases, name):
    """One test line for many cases: (got, want, what it was made from)."""
    cases = list(cases)
    wrong = [c for c in cases if c[0] != c[1]]
    ok(cases and not wrong, "%s (%d)" % (name, len(cases)), *[x for c in wrong[:1] for x in c])


def command(verb, fmt, keys, lines, options=(), now=None, extra=()):
    """One run for all lines; keys is a list of (id, secret as text or bytes)."""
    env = dict(os.environ)
    args = [COMMAND, verb, "--format", fmt, "--lines", *extra]
    for i, (key_id, secret) in enumerate(keys):
        env["INTEROP_KEY_%d" % i] = ("hex:" + secret.hex() if isinstance(secret, bytes) else secret)
        args += ["--key", "%s=env:INTEROP_KEY_%d" % (key_id, i)]
    for option in options:
        args += ["--option", option]
    if now is not None:
        args += ["--now", str(now)]
    run = subprocess.run(args, input="\n".join(lines).encode() + b"\n", env=env,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    out = run.stdout.decode().split("\n")[:-1]
    if len(out) != len(lines):
        raise SystemExit("%s: %d lines in, %d out: %s" % (args, len(lines), len(out), run.stderr[:500]))
    return out


def decode(fmt, keys, tokens, options=(), now=None):
    return [json.loads(line) for line in command("decode", fmt, keys, tokens, options, now, ["--tagged"])]


def encode(fmt, keys, documents, options=(), now=None):
    """Documents as JSON text or as what json.dumps takes."""
    return command("encode", fmt, keys,
                   [d if isinstance(d, str) else json.dumps(d) for d in documents], options, now)


def text(value):
    """Order, types and spelling count: 1 is not 1.0 or True, and NaN equals itself."""
    return json.dumps(value)


TEXTS = ["", "a", "user", "it's", 'say "hi"', "back\\slash", "line\nfeed\ttab\r", "\0", "\x7f", "é", "日本語",
         "😀", "\ud800", "\udc00x", "<script>&amp;", "x" * 200, "ключ", "\u2028", "1", "a.b", "a b+c%2B=&?|;,",
         "true", "_permanent", "/", "~0", "__proto_", "-"]
NUMBERS = [0, 1, -1, 255, 2**31, 2**53, 2**53 + 1, 2**63 - 1, 2**63, -2**63, -2**63 - 1, 2**64, 10**40, -(7**100),
           0.0, -0.0, 1.5, 0.1, 1e16, 1e22, 1e-7, 5e-324, 1.7976931348623157e308, 3.0]


def scalar(r):
    kind = r.randrange(5)
    if kind == 0:
        return r.choice([None, True, False])
    if kind == 1:
        return r.choice(NUMBERS)
    if kind == 2:
        return r.uniform(-1, 1) * 10 ** r.randrange(-20, 20)
    return r.choice(TEXTS)


def value(r, depth, leaf=scalar, special=None):
    """special: makes containers beyond JSON's, from a function that makes their elements."""
    more = lambda: value(r, depth - 1, leaf, special)
    kind = r.randrange(6) if depth > 0 else 0
    if kind == 1:
        return [more() for _ in range(r.randrange(5))]
    if kind in (2, 3):
        return {r.choice(TEXTS): more() for _ in range(r.randrange(5))}
    if kind == 4 and special:
        return special(r, more)
    return leaf(r)


def document(r, leaf=scalar, special=None):
    names = r.sample(TEXTS, r.randrange(1, 8))
    return {name: value(r, 4, leaf, special) for name in names}


def documents(leaf=scalar, special=None, count=COUNT):
    """Documents whose cookies stay below 8 KiB."""
    out = []
    while len(out) < count:
        d = document(rng, leaf, special)
        if len(repr(d)) < 2000:
            out.append(d)
    return out


def flipped(token):
    """The token with one character of its last part changed to another of base64."""
    i = max(token.rfind(c) for c in ".:?|") + 2
    return token[:i] + ("A" if token[i] != "A" else "B") + token[i + 1:]


def refusals(fmt, keys, token, options=(), now=None, expired_at=None, wrong=None):
    """What every format refuses, of a token that is good."""
    wrong = wrong or [("other", "another secret that is long enough")]
    status = lambda t, k=keys, n=now: decode(fmt, k, [t], options, n)[0]
    ok(status(token)["status"] == "ok", "the token itself is good")
    got = status(flipped(token))
    ok(got["status"] in ("bad-signature", "malformed") and "session" not in got, "one character changed: refused", got)
    got = status(token[:-3])
    ok(got["status"] in ("bad-signature", "malformed") and "session" not in got, "cut short: refused", got)
    got = status(token, wrong)
    ok(got == {"status": "bad-signature", "format": fmt}, "under another key: refused", got)
    if expired_at:
        got = status(token, keys, expired_at)
        ok(got == {"status": "expired", "format": fmt}, "too old: refused", got)

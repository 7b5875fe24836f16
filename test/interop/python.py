#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds base64, zlib and cookie reading against CPython and werkzeug, on random and on nasty
input. Speaks TAP; the seed is fixed, SEED=N in the environment chooses another.

It needs Debian's python3-werkzeug for the cookies, and skips them without it.
"""
import base64
import binascii
import json
import os
import random
import re
import subprocess
import sys
import zlib

BUILD = os.environ.get("BUILDDIR", ".")
LIMIT = 65536
rng = random.Random(int(os.environ.get("SEED", "1")))
count = failed = 0


def ok(good, name, why=""):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {name}")
    if not good and why:
        print("# " + why.replace("\n", "\n# "))


def ask(questions):
    """Answers of the probe: bytes, a list of bytes, or the word of a status."""
    lines = "".join(f"{what} {data.hex()}\n" for what, data in questions)
    run = subprocess.run([os.path.join(BUILD, "interop_probe")], input=lines, text=True,
                         stdout=subprocess.PIPE)
    answers = run.stdout.splitlines()
    if run.returncode or len(answers) != len(questions):
        sys.exit(f"interop_probe answered {len(answers)} of {len(questions)} questions, "
                 f"exit {run.returncode}")
    return [a if not a.startswith("=") else
            [bytes.fromhex(v[1:]) for v in a.split(" ")] for a in answers]


def compare(name, what, inputs, peer, equal=None):
    """All inputs in one test: the first few differences are shown."""
    answers = ask([(what, data) for data in inputs])
    wrong = []
    taken = 0
    for data, ours in zip(inputs, answers):
        theirs = peer(data)
        taken += theirs is not None
        mine = ours[0] if isinstance(ours, list) and what != "cookie" else ours
        if mine != theirs and not (theirs is None and isinstance(ours, str)):
            wrong.append(f"{data!r}: we say {mine!r}, the peer {theirs!r}")
    ok(not wrong and 0 < taken, f"{name}: {len(inputs)} texts, {taken} of them taken",
       "\n".join(wrong[:5]))


def raises_none(call, *errors):
    def peer(data):
        try:
            return call(data)
        except errors:
            return None
    return peer


# --- base64 ---

def texts(alphabet, n, longest):
    for _ in range(n):
        yield bytes(rng.choice(alphabet) for _ in range(rng.randrange(longest)))


def nearly(n):
    """base64 with a few bytes changed, put in, or left out."""
    for _ in range(n):
        text = bytearray(base64.b64encode(rng.randbytes(rng.randrange(40))))
        if rng.random() < .5:
            text = bytearray(bytes(text).rstrip(b"="))
        for _ in range(rng.randrange(4)):
            i = rng.randrange(len(text) + 1)
            if rng.random() < .5:
                text[i:i] = bytes([rng.choice(b"=\0\n !A./+\xff")])
            elif i < len(text):
                del text[i]
        yield bytes(text)


def base64_tests():
    digits = b"ABCDXYZabcxyz0189"
    short = [bytes([a, b, c, d]) for a in b"A=!" for b in b"B=!" for c in b"C=!" for d in b"D=!"]
    short += [s + t for s in short for t in (b"", b"=", b"==", b"E", b"EF", b"EF==", b"!")]
    inputs = (short + list(texts(digits + b"+/", 10000, 40)) + list(texts(b"AB=! ", 10000, 14))
              + list(texts(bytes(b for b in range(256) if b not in b"-_"), 5000, 60))
              + list(nearly(15000)))
    compare("base64.b64decode", "b64", inputs, raises_none(base64.b64decode, binascii.Error))
    inputs += list(texts(digits + b"-_+/", 10000, 40)) + list(texts(b"A-_=!", 10000, 14))
    compare("urlsafe_b64decode with padding", "b64pad", inputs, raises_none(
        lambda s: base64.urlsafe_b64decode(s + b"=" * (-len(s) % 4)), binascii.Error))
    inputs = [s + t for s in (b"ab-_", b"-", b"a_=", b"__--") for t in (b"", b"YQ==", b"!")]
    compare("base64.b64decode drops - and _", "b64", inputs,
            raises_none(base64.b64decode, binascii.Error))


# --- zlib ---

def inflated(data):
    text = zlib.decompress(data)
    return text if len(text) <= LIMIT else None


def zlib_tests():
    peer = raises_none(inflated, zlib.error)
    text = b'{"user": "alice", "roles": ["admin", "editor"], "n": 12345}' * 3
    streams = [zlib.compress(text, level) for level in (0, 1, 6, 9)]
    small = zlib.compressobj(9, zlib.DEFLATED, 9)
    streams.append(small.compress(text) + small.flush())
    streams.append(zlib.compress(b""))
    for i, stream in enumerate(streams):
        compare(f"every cut of stream {i}", "zlib",
                [stream[:n] for n in range(len(stream) + 1)], peer)
        flips = [stream[:n // 8] + bytes([stream[n // 8] ^ 1 << n % 8]) + stream[n // 8 + 1:]
                 for n in range(len(stream) * 8)]
        compare(f"every flipped bit of stream {i}", "zlib", [stream] + flips, peer)
    whole = streams[2]
    odd = [whole + junk for junk in (b"x", b"\0", whole, b"\x1f\x8b", b"a" * 5000)]
    for wbits, zdict in ((31, None), (-15, None), (15, b"alice admin editor"), (9, None)):
        packer = (zlib.compressobj(9, zlib.DEFLATED, wbits, zdict=zdict) if zdict
                  else zlib.compressobj(9, zlib.DEFLATED, wbits))
        odd.append(packer.compress(text) + packer.flush())
    odd += [b"", b"\x78", b"\x78\x9c", b"\x00" * 10, b"\xff" * 10, rng.randbytes(100)]
    compare("trailing junk, gzip, raw deflate, dictionaries", "zlib", odd, peer)
    sizes = [LIMIT - 1, LIMIT, LIMIT + 1, LIMIT * 2, 16 << 20]
    bombs = [zlib.compress(b"a" * n, 9) for n in sizes]
    bombs += [zlib.compress(rng.randbytes(n)) for n in sizes[:3]]
    bombs += [zlib.compress(b"a" * n + rng.randbytes(n)) for n in (20, 200, 2000, 8191, 20000)]
    compare("bombs up to the limit and past it", "zlib", bombs, peer)
    answers = ask([("zlib", bomb) for bomb in bombs[2:5] + [bombs[7]]])
    ok(answers == ["too-large"] * 4, "what is past the limit is too large", repr(answers))
    inputs = [text * n for n in (0, 1, 2, 10, 100, 300)] + [rng.randbytes(n) for n in
                                                            (1, 255, 256, 257, 5000, 40000)]
    worse = [len(t) for t, ours in zip(inputs, ask([("deflate", t) for t in inputs]))
             if zlib.decompress(ours[0]) != t or len(ours[0]) > len(zlib.compress(t))]
    ok(not worse, "what we deflate Python inflates, and it is as small as Python's", repr(worse))


# --- cookies ---

def cookie_tests():
    try:
        from werkzeug._internal import _cookie_parse_impl
        from werkzeug.http import dump_cookie
    except ImportError:
        ok(True, "cookies # SKIP there is no werkzeug 2 (python3-werkzeug)")
        return

    def peer(header):
        # werkzeug 2.2 strips a name that is left in bytes; 3 strips as 2.2 does, for ASCII.
        values = [v for k, v in _cookie_parse_impl(header) if k == b"c"]
        return values or None

    pieces = [b"c=", b"c", b"d=", b";", b"; ", b" ", b'"', b'\\"', b"\\", b"\\\\", b"a", b"1",
              b"\\054", b"\\400", b"\\37", b"=", b",", b"\t", b"C=", b"\xe9", b"$Version=1"]
    headers = [b"".join(rng.choice(pieces) for _ in range(rng.randrange(14)))
               for _ in range(40000)]
    headers += [b"c=" + b"".join(rng.choice(pieces[3:]) for _ in range(rng.randrange(9)))
                for _ in range(20000)]
    compare("the cookie c, each of its values", "cookie", headers, peer)
    values = [bytes([b]) * 3 for b in range(0x20, 0x7f)]
    values += [bytes(rng.choice(b'ab";\\, =\x7f\x01{}') for _ in range(rng.randrange(1, 12)))
               for _ in range(5000)]
    written = ask([("quote", v) for v in values])
    unread = [v for v, (w,) in zip(values, written)
              if [x for k, x in _cookie_parse_impl(b"c=" + w)] != [v]]
    ok(not unread, f"werkzeug reads back what we write: {len(values)} values", repr(unread[:3]))
    texts = [v.decode() for v in values]
    quoted = [re.match(r"c=(.*); Path=/$", dump_cookie("c", v), re.S).group(1).encode()
              for v in texts]
    answers = ask([("cookie", b"c=" + q) for q in quoted])
    unread = [v for v, a in zip(values, answers) if a != [v]]
    ok(not unread, f"we read what werkzeug writes: {len(values)} values", repr(unread[:3]))


def sample_tests():
    """What werkzeug 3 reads and writes, as a file of samples has it."""
    here = os.path.dirname(os.path.abspath(__file__))
    folder = os.environ.get("SC_SAMPLES", os.path.join(here, "../vectors/samples"))
    path = os.path.join(folder, "http_cookie_quoting.json")
    with open(path, encoding="utf-8") as f:
        vectors = json.load(f)["vectors"]
    for vector in vectors:
        if vector["format"] == "http_cookie_parse":
            read_sample(vector)
        else:
            write_sample(vector)


def read_sample(vector):
    answer, = ask([("cookie", vector["cookie_header_latin1"].encode("latin-1"))])
    first = answer[0].decode("utf-8", "replace") if isinstance(answer, list) else None
    want = vector["werkzeug3_expect"]
    ok(first == want, f"{vector['name']}: read as werkzeug 3 reads it", f"{first!r}, {want!r}")


def write_sample(vector):
    value = vector["value"].encode("utf-8")
    written = {peer: text[2:].encode("utf-8") for peer, text in vector["set_cookie"].items()
               if text.startswith("c=")}
    third, = (w for peer, w in written.items() if peer.startswith("werkzeug 3"))
    answers = ask([("quote", value)] + [("cookie", b"c=" + w) for w in written.values()])
    ok(answers[0] == [third], f"{vector['name']}: written as werkzeug 3 writes it",
       f"{answers[0]!r}, {third!r}")
    for (peer, _), answer in zip(written.items(), answers[1:]):
        # Python's own http.cookies takes characters beyond ASCII for latin-1.
        if peer.startswith("Django") and not value.isascii():
            continue
        ok(answer == [value], f"{vector['name']}: what {peer} writes is read", repr(answer))


base64_tests()
zlib_tests()
cookie_tests()
sample_tests()
print(f"1..{count}")
sys.exit(failed != 0)

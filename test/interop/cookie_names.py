#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""CookieSessionStrip against the readers of cookies that Python's frameworks have: of a header that
went through it none of them finds a cookie of that name, however the name was disguised.

    BUILDDIR is where interop_probe was built; SEED=N repeats a run.
"""
import http.cookies
import os
import random
import re
import subprocess
import sys

BUILD = os.environ.get("BUILDDIR", ".")
rng = random.Random(int(os.environ.get("SEED", "1")))
count = failed = 0


def ok(good, name, why=""):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {name}")
    if not good and why:
        print(f"# {why!a}"[:600])


def werkzeug_wsgi(header):
    return werkzeug.parse_cookie({"HTTP_COOKIE": header.decode("latin-1")})


def django(header):
    """As django.core.handlers.wsgi decodes the variable."""
    return django_cookie.parse_cookie(header.decode("utf-8", "replace"))


def django_latin1(header):
    return django_cookie.parse_cookie(header.decode("latin-1"))


def starlette(header):
    return requests.cookie_parser(header.decode("latin-1"))


def simple(header):
    return http.cookies.SimpleCookie(header.decode("latin-1"))


def splitting(decode):
    """What werkzeug 3 does: split at ";", partition at "=", strip the name."""
    return lambda header: {part.partition("=")[0].strip(): 1 for part in decode(header).split(";")}


PEERS = {
    "http.cookies": simple,
    "werkzeug 3's rule": splitting(lambda header: header.decode("utf-8", "replace")),
    "the same over latin-1": splitting(lambda header: header.decode("latin-1")),
    "RFC 2109's commas": lambda header: {part.partition(b"=")[0].strip().decode("latin-1"): 1
                                         for part in re.split(rb"[;,]", header) if b"=" in part},
}
try:
    from werkzeug import http as werkzeug
    PEERS["werkzeug"] = werkzeug_wsgi
    from django.http import cookie as django_cookie
    PEERS["django"] = django
    PEERS["django over latin-1"] = django_latin1
    from starlette import requests
    PEERS["starlette"] = starlette
except ImportError as error:
    print(f"1..0 # SKIP {error}")
    sys.exit()


def strip(headers):
    lines = "".join(f"strip {header.hex()}\n" for header in headers)
    run = subprocess.run([os.path.join(BUILD, "interop_probe")], input=lines, text=True,
                         stdout=subprocess.PIPE, check=True)
    return [bytes.fromhex(line[1:]) for line in run.stdout.splitlines()]


def finds(peer, header):
    try:
        return "c" in PEERS[peer](header)
    except (http.cookies.CookieError, UnicodeError):
        return False


white = [chr(i) for i in range(sys.maxunicode) if chr(i).isspace()]
spaces = sorted({w.encode() for w in white} | {w.encode("latin-1") for w in white if ord(w) < 256})
ok(len(spaces) > 29, f"Python trims {len(spaces)} kinds of white space")
headers = [form % {b"w": w} for w in spaces for form in
           (b"c%(w)s=1", b"%(w)sc=1", b"a=2; %(w)s%(w)sc%(w)s=1; b=3", b"a=2;c%(w)s=1", b"a=2,%(w)sc=1",
            b"a=2%(w)sc=1", b'a="x; c%(w)s=1"')]
disguised = [b'"c"=1', b"\\143=1", b'"\\143"=1', b"=c=1", b"%63=1", b"a=1, c=2", b"a=1 c=2", b"a c=2",
             b"$Version=1; c=2; $Path=/", b'a="; c=1"', b"c", b"a=b=c=1", b",c=1", b" ,; c=1"]
pieces = [b"c=", b"c", b"=", b";", b"; ", b",", b" ", b'"', b"\\", b"a=", b"1", b"\\143"] + spaces
headers += disguised + [b"".join(rng.choice(pieces) for _ in range(rng.randrange(12)))
                        for _ in range(20000)]
stripped = strip(headers)
ok(len(stripped) == len(headers), f"{len(headers)} headers are stripped")
for peer in PEERS:
    before = sum(finds(peer, header) for header in headers)
    left = [(header, rest) for header, rest in zip(headers, stripped) if finds(peer, rest)]
    ok(before > 50 and not left, f"{peer} found {before} cookies of the name, and finds none of them",
       repr(left[:2]))
others = [b"a=1; b=2", b"sc=1; cc=2", b'a="x;y"; b=2', b"a=c; b=c", b"c1=2; a=,c", b"xc\xc2\xa0=1"]
ok(strip(others) == others, "other cookies stay byte for byte", repr(strip(others)))
print(f"1..{count}")
sys.exit(failed != 0)

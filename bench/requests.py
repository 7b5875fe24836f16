#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Requests for bench/instructions.sh, one after another, when the server answers. Each answer must
be what its variant is for.

    requests.py VARIANT PORT REQUESTS COOKIES
"""
import http.client
import itertools
import sys
import time

variant, port, requests = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
cookies = itertools.cycle(open(sys.argv[4], encoding="ascii").read().split())
FORM = "name=value&" * 25 + "last=1"
PATH = "/page.php" if variant.endswith("-php") else "/page.html" if variant.endswith("-page") else "/1k.txt"

if variant.endswith("-post"):
    expected = f"{len(FORM)}\n".encode()
elif variant.endswith("-php"):
    expected = b"good"
else:
    expected = b"x" * 1024


def connect():
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


def ask(connection):
    token = next(cookies)
    if variant.endswith("bearer"):
        headers = {"Authorization": "Bearer " + token}
    else:
        headers = {"Cookie": "session=" + token}
    if variant.endswith("-post"):
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        headers["Sec-Fetch-Site"] = "same-origin"
        connection.request("POST", "/sink", FORM, headers)
    else:
        connection.request("GET", PATH, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    if variant.endswith("-page"):
        found = body.count(b'name="xsrf-token"'), body.count(b'<script src="/.well-known/xsrf.js?v=')
        wanted = {"inject-page": (2, 0), "script-page": (2, 1)}.get(variant, (0, 0))
        good = answer.status == 200 and found == wanted
    else:
        good = answer.status == 200 and body == expected
    if variant == "write":
        good = good and (answer.getheader("Set-Cookie") or "").startswith("session=")
    if not good:
        sys.exit(f"{variant}: {answer.status}, {len(body)} bytes")


def wait():
    for _ in range(600):
        try:
            connect().connect()
            return
        except ConnectionRefusedError:
            time.sleep(0.1)
    sys.exit(f"{variant}: no server on port {port}")


wait()
connection = connect()
for i in range(requests):
    if variant.endswith("bearer"):
        connection = connect()
    ask(connection)

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Requests for requests.lua, a line each: sessions known and new, under keys that come and go, forged, expired,
revoked, huge, and forms.

    tokens.py DIRECTORY GENERATION

Its fields, with tabs between them: what is expected, path, name of a header, its value, the guard's token, body.
What is expected is "KIND USER KEY ISSUED LIFE FORM". KIND is the status where the key is in use and the clock
between ISSUED and LIFE seconds later; KEY is the generation that brought the key, base or none; FORM is a dash, the
time of the guard's token, or forged.
"""
import base64
import hashlib
import hmac
import json
import pathlib
import random
import secrets
import sys
import time

MONTH = 31 * 86400  # max-age of flask
HOUR = 3600  # XSRFTimeout
USERS = [f"user-{i}" for i in range(32)]


def text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def flask(secret, user, issued, **more):
    """As itsdangerous signs; not by the code that is tested."""
    payload = text(json.dumps({"_user_id": user, **more}).encode())
    signed = payload + "." + text(issued.to_bytes(4, "big"))
    key = hmac.digest(secret, b"cookie-session", hashlib.sha1)
    return signed + "." + text(hmac.digest(key, signed.encode(), hashlib.sha1))


def forged(token, at=None):
    """The same with another byte in the signature, or in the payload."""
    at = len(token) - 5 if at is None else at
    return token[:at] + random.choice([c for c in "Aa0_" if c != token[at]]) + token[at + 1 :]


class Keys:
    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.base = self.of("base")
        self.began = int((self.directory / "began").read_text())

    def of(self, name):
        return (self.directory / "keys" / str(name)).read_bytes()

    def known(self, user, **more):
        return flask(self.base, user, self.began, **more)


def requests(keys, generation):
    began, now = keys.began, int(time.time())

    def cookie(kind, user, token, key="base", issued=began, life=MONTH):
        return f"{kind} {user} {key} {issued} {life} -", "/page.txt", "Cookie", f"session={token}", "", ""

    def known():
        user = random.choice(USERS)
        return cookie("ok", user, keys.known(user))

    def new():
        user = "new-" + secrets.token_hex(6)
        return cookie("ok", user, flask(keys.base, user, now, cart=secrets.token_hex(100)), issued=now)

    def rotating():
        key, user = generation + random.choice([-1, 0, 1, 3]), "rotating-" + secrets.token_hex(4)
        return cookie("ok", user, flask(keys.of(key), user, now), key, now)

    def changed():
        user = random.choice(USERS)
        return cookie("bad-signature", user, forged(keys.known(user), random.choice([3, None])), "none")

    def expired():
        user = random.choice(USERS)
        return cookie("ok", user, flask(keys.base, user, began - MONTH - HOUR), issued=began - MONTH - HOUR)

    def revoked():
        return cookie("revoked", "ended", keys.known("ended"))

    def huge():
        user, more = random.choice(USERS), "x" * random.choice([7000, 20000, 45000])
        return cookie("too-large", user, keys.known(user, more=more), "none")

    def junk():
        return cookie("malformed", "nobody", secrets.token_hex(random.randrange(1, 60)), "none")

    def nobody():
        return "absent nobody none 0 0 -", "/page.txt", "Accept", "*/*", "", ""

    def bearer():
        user, token = random.choice(bearers)
        return f"ok {user} base {began} {MONTH} -", "/page.txt", "Authorization", f"Bearer {token}", "", ""

    def bearer_forged():
        user, token = random.choice(bearers)
        return f"bad-signature {user} none 0 0 -", "/page.txt", "Authorization", f"Bearer {forged(token)}", "", ""

    def form(is_good):
        user, visitor, token = random.choice(forms)
        made = began if is_good else "forged"
        sent = token if is_good else random.choice([forged(token), random.choice(forms)[2] + "A"])
        return (f"ok {user} base {began} {MONTH} {made}", "/guarded/", "Cookie",
                f"session={keys.known(user)}; xsrf-visitor={visitor}", sent, f"name={user}")

    def lines_of(name):
        return [line.split() for line in (keys.directory / name).read_text().splitlines()]

    bearers, forms = lines_of("bearers"), lines_of("forms")
    kinds = [(known, 900), (new, 600), (rotating, 300), (changed, 250), (expired, 150), (revoked, 150), (huge, 60),
             (junk, 100), (nobody, 100), (bearer, 150), (bearer_forged, 80), (lambda: form(True), 150),
             (lambda: form(False), 80)]
    lines = [make() for make, times in kinds for _ in range(times)]
    random.shuffle(lines)
    return lines


if __name__ == "__main__":
    for line in requests(Keys(sys.argv[1]), int(sys.argv[2])):
        print("\t".join(line))

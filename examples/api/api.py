# SPDX-License-Identifier: Apache-2.0
"""A service that believes no header: it verifies the token that httpd has minted for it, a PASETO
v4.public, and knows nothing but where the keys are published. PySETO does the same in fewer lines.

    KEYS_URL=… python3 api.py PORT
"""
import base64
import datetime
import json
import os
import struct
import sys
import threading
import time
import urllib.request

from flask import Flask, abort, request
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

ISSUER, AUDIENCE = "https://www.example", "https://api.example"
HEADER = "v4.public."
app = Flask(__name__)


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Keys:
    """The published keys by their id. They are fetched every five minutes, as their answer says, so that a key is
    known before it signs; and when an id is not known, at most once a second."""

    def __init__(self, url):
        self.url, self.keys, self.asked, self.lock = url, {}, -300.0, threading.Lock()

    def fetch(self):
        self.asked = time.monotonic()
        try:
            with urllib.request.urlopen(self.url, timeout=5) as answer:
                listed = json.load(answer)["keys"]
        except OSError:
            return  # those that are known go on
        self.keys = {key["kid"]: VerifyKey(unbase64(key["paserk"].removeprefix("k4.public."))) for key in listed}

    def find(self, kid):
        with self.lock:
            if time.monotonic() - self.asked >= (300 if kid in self.keys else 1):
                self.fetch()
            return self.keys[kid]


keys = Keys(os.environ["KEYS_URL"])


def encoded(*pieces):
    """PASETO's pre-authentication encoding."""
    return struct.pack("<Q", len(pieces)) + b"".join(struct.pack("<Q", len(piece)) + piece for piece in pieces)


def verified(token):
    """The claims of a token that is good, and for this service."""
    if not token.startswith(HEADER):
        raise ValueError("another version or purpose")
    body, footer = map(unbase64, token.removeprefix(HEADER).split("."))
    message, signature = body[:-64], body[-64:]
    keys.find(json.loads(footer)["kid"]).verify(encoded(HEADER.encode(), message, footer, b""), signature)
    claims = json.loads(message)
    if (claims["iss"], claims["aud"]) != (ISSUER, AUDIENCE):
        raise ValueError("another issuer or audience")
    if datetime.datetime.fromisoformat(claims["exp"]) < datetime.datetime.now(datetime.timezone.utc):
        raise ValueError("too old")
    return claims


def visitor():
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        if scheme == "Bearer":
            return verified(token)
    except (ValueError, KeyError, TypeError, BadSignatureError):
        pass
    abort(401)


@app.get("/api/me")
def me():
    claims = visitor()
    return f"hello {claims['sub']}, roles: {', '.join(claims['roles']) or 'none'}\n"


@app.get("/api/seen")
def seen():
    """All that came, for the curious."""
    visitor()
    return "".join(f"{name}: {value}\n" for name, value in request.headers)


if __name__ == "__main__":
    app.run("127.0.0.1", int(sys.argv[1]))

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fuzzes a whole httpd through its socket: generated requests, some of them mutated, over HTTP/1.1 and
HTTP/2, several connections at once.

    requests.py DIR HTTPD [--requests N] [--seconds N] [--seed N] [--replay FILE…]

DIR has httpd.conf, the module and the keys (httpd.sh puts them there). Every connection has a user of its own,
whose name is in all tokens that it sends; a page says whom httpd has seen. It must be nobody, that user, or the
user of another token that this connection sent. Between the batches a control request is answered rightly, a
forged one is nobody's, and httpd lives. What was sent last is kept in DIR/found-SEED-N when something is wrong.
"""
import argparse
import base64
import hashlib
import hmac
import json
import os
import random
import re
import select
import socket
import struct
import subprocess
import sys
import time
import zlib

NEW, OLD, WRONG = b"fuzz-secret-new-0123456789", b"fuzz-secret-old-0123456789", b"not-the-secret-0123456789"
BREAK = rb"(?:\r\n[0-9a-f]+\r\n|\0..[\0\1].{5})?"  # a chunk's or a DATA frame's end
SEEN = re.compile(rb"user=\[" + BREAK + rb"([a-z0-9()]*)" + BREAK + rb"\]", re.DOTALL)
PAGES = ["who.shtml"] * 4 + ["page.html", "plain.txt", "none"]
PLACES = ["open", "strip", "members", "login", "written", "back", "guarded", "passed", "forms"]
POSTED = ["logout", "revoke", "handoff", "handoff", "token"]
ENDPOINTS = POSTED + ["keys", "status", "status?json", "status?prometheus"]
EXEMPT = [b"/guarded/exempt", b"/passed/below/x", b"/guarded/ex%65mpt", b"/passed/below/%2e%2e/x"]
ODD_PATHS = EXEMPT + [b"/.well-known/xsrf.js", b"*", b"http://fuzz.test/open/who.shtml", b"/open//who.shtml"]
NEXT = [b"/open/who.shtml", b"//evil.test/", b"/\\x", b"", b"/a?b#c"]
METHODS = [b"GET"] * 8 + [b"POST"] * 4 + [b"HEAD", b"PUT", b"DELETE", b"OPTIONS", b"TRACE", b"get", b"PURGE"]
WITH_BODY = [b"POST", b"PUT", b"DELETE", b"PURGE"]
COOKIES = [b"a=1", b"session=", b"=x", b'q="a;b"', b"XSRF-TOKEN=x", b"csrftoken=" + b"a" * 32]
BYTES = b'\0\t\r\n "%&\'(),./:;<=>?@[\\]_{|}~\x7f\x80\xff-+Aa0'
PIECES = [b"%00", b"\r\n ", b"\r\n\r\n", b"; ", b"..", b"%2f", b"\xc0\xaf", b"A" * 9000]
# Headers of any request, with values to choose from; those of a session and an XSRF token are added.
HEADERS = {
    b"origin": [b"http://fuzz.test", b"null", b"https://evil.test", b"http://fuzz.test:80", b"x"],
    b"referer": [b"http://fuzz.test/forms/page.html", b"https://evil.test/", b"about:blank"],
    b"sec-fetch-site": [b"same-origin", b"cross-site", b"none", b"same-site", b"?"],
    b"accept": [b"text/html", b"application/json;q=0.9, */*", b"*/*;q=x"],
    b"connection": [b"keep-alive", b"cookie", b"x-user"],
    b"x-user": [b"evil"], b"x_user": [b"evil"], b"X.User": [b"evil"], b"x-visitor-token": [b"evil"],
    b"accept-encoding": [b"gzip"], b"te": [b"trailers"], b"expect": [b"100-continue"],
    b"if-none-match": [b'"x"'], b"range": [b"bytes=0-3"],
}
END_STREAM, END_HEADERS, PADDED = 1, 4, 8
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
CONTROL = b"GET /open/who.shtml HTTP/1.1\r\nHost: fuzz.test\r\nCookie: session=%s\r\nConnection: close\r\n\r\n"
BATCH = 12  # connections at the same time


# --- tokens, made without the code under test ---

def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def mac(secret, text, digest=hashlib.sha1):
    return hmac.new(secret, text, digest).digest()


def itsdangerous(payload, secret, derived, now, separator=b"."):
    text = payload + separator + b64(struct.pack(">I", now))
    return text + separator + b64(mac(derived, text))


def concat(salt, secret, digest=hashlib.sha1):
    return digest(salt + b"signer" + secret).digest()


def flask(text, secret, now, salt=b"cookie-session"):
    packed = zlib.compress(text)
    payload = b"." + b64(packed) if len(packed) < len(text) else b64(text)
    return itsdangerous(payload, secret, mac(secret, salt), now)


def cookie_manager(text, secret, now):
    text = text[:-1] + b',"key_id":"new"}'
    token = itsdangerous(text, secret, concat(b"itsdangerous.Signer", secret), now)
    return b'"' + token.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b",", b"\\054") + b'"'


def base62(n):
    digits = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    out = b""
    while n:
        out = digits[n % 62:n % 62 + 1] + out
        n //= 62
    return out or b"0"


def django(text, secret, now):
    salt = b"django.contrib.sessions.backends.signed_cookies"
    signed = b64(text) + b":" + base62(now)
    return signed + b":" + b64(mac(concat(salt, secret, hashlib.sha256), signed, hashlib.sha256))


def starlette(text, secret, now):
    return itsdangerous(base64.b64encode(text), secret, concat(b"itsdangerous.Signer", secret), now)


def flask_login(user, secret):
    return user + b"|" + hmac.new(secret, user, hashlib.sha512).hexdigest().encode()


def session_of(user, rng):
    members = {"_user_id": user.decode(), "role": rng.choice(["reader", "editor"])}
    if rng.random() < 0.3:
        members["profile"] = {"login": "x" * rng.randrange(40), "t": {" t": [1, None, 2.5]}}
    if rng.random() < 0.1:
        members.update({"m%d" % i: i for i in range(rng.randrange(60))})
    if rng.random() < 0.1:
        members["long"] = "y" * rng.randrange(3000)
    return json.dumps(members, separators=(",", ":")).encode()


PASETO_USERS = {b"p%d" % i for i in range(8)}


def users_in(name, value):
    """Whose session a cookie is that the server has set; nobody's but for those of sources."""
    if name == b"token":
        return PASETO_USERS
    if name == b"remember_token":
        return {value.strip(b'"').split(b"|")[0]}
    for part in re.split(rb"[.:]", value):
        part = re.sub(rb"[^\w+/-]", b"", part)
        data = base64.b64decode(part + b"A" * (-len(part) % 4), b"-_")
        for text in (value.replace(b"\\", b""), data, inflated(data)):
            found = re.search(rb'"_user_id": ?"(\w+)"', text)
            if found:
                return {found.group(1)}
    return set()


def inflated(data):
    try:
        return zlib.decompressobj().decompress(data)
    except zlib.error:
        return b""


# --- what a connection sends ---

class Connection:
    """Makes the bytes of one connection; `users` are those whom httpd may see in it."""

    def __init__(self, rng, number, pool, jars, sealed):
        self.rng, self.pool, self.jars, self.sealed = rng, pool, jars, sealed
        self.user = b"u%d" % number
        self.users = {self.user}
        self.now = int(time.time())
        self.requests = 0

    def chance(self, probability):
        return self.rng.random() < probability

    def mutated(self, data, most=4):
        data = bytearray(data)
        for _ in range(self.rng.randrange(1, most + 1)):
            at = self.rng.randrange(len(data) + 1)
            kind = self.rng.randrange(7)
            if kind == 0:
                data[at:at + 1] = bytes([self.rng.randrange(256)])
            elif kind == 1:
                data[at:at] = bytes([self.rng.choice(BYTES)])
            elif kind == 2:
                del data[at:at + self.rng.randrange(1, 9)]
            elif kind == 3:
                data[at:at] = data[at:at + self.rng.randrange(1, 30)]
            elif kind == 4 and at < len(data):
                data[at] ^= 1 << self.rng.randrange(8)
            elif kind == 5:
                del data[at:]
            else:
                data[at:at] = self.rng.choice(PIECES)
        return bytes(data)

    def token(self):
        """The name of a cookie and a token for it: good, expired, of another key, changed."""
        rng = self.rng
        user = b"evil" if self.chance(0.1) else self.user
        secret = WRONG if user == b"evil" else rng.choice([NEW, NEW, OLD])
        when = self.now - rng.choice([0, 0, 0, 0, 0, 10, 100, 4000, -500, 10 ** 8])
        text = session_of(user, rng)
        name, token = rng.choice([
            lambda: (b"session", flask(text, secret, when)),
            lambda: (b"session", flask(text, secret, when)),
            lambda: (b"session", itsdangerous(b64(text), secret, concat(b"other", secret), when)),
            lambda: (b"manager", cookie_manager(text, secret, when)),
            lambda: (b"sessionid", django(text, secret, when)),
            lambda: (b"starlette", starlette(text, secret, when)),
            lambda: (b"remember_token", flask_login(user, secret)),
            self.paseto,
        ])()
        if self.chance(0.1) and self.pool:
            name, token, owners = rng.choice(self.pool)
            self.users |= owners
        return name, self.mutated(token) if self.chance(0.25) else token

    def paseto(self):
        user, token = self.rng.choice(self.sealed)
        self.users.add(user)
        return b"token", token

    def cookies(self):
        pairs = [b"=".join(self.token()) for _ in range(self.rng.choice([0, 1, 1, 1, 2, 3, 8]))]
        pairs += self.rng.sample(COOKIES, self.rng.randrange(3))
        self.rng.shuffle(pairs)
        header = self.rng.choice([b"; ", b"; ", b";", b", "]).join(pairs)
        return self.mutated(header) if self.chance(0.15) else header

    def target(self):
        """A method and a path."""
        rng, method = self.rng, None
        if self.chance(0.3):
            path = b"/ep/" + rng.choice(POSTED).encode()
            method = b"POST"
        elif self.chance(0.1):
            path = b"/ep/" + rng.choice(ENDPOINTS).encode()
        elif self.chance(0.3):
            path = ("/%s/who.shtml" % rng.choice(PLACES)).encode()
            method = b"GET"
        else:
            path = ("/%s/%s" % (rng.choice(PLACES), rng.choice(PAGES))).encode()
        if not method or self.chance(0.1):
            method = rng.choice(METHODS)
        if self.chance(0.05):
            path = rng.choice(ODD_PATHS)
        if self.chance(0.2):
            path += b"?" + self.form()
        return method, self.mutated(path) if self.chance(0.05) else path

    def harvested(self, name):
        found = [value for key, value, _ in self.pool if key == name]
        return self.rng.choice(found) if found else b"x" * self.rng.randrange(50)

    def fields(self):
        rng, verifier = self.rng, b"v" * 43
        some = {
            b"user": self.user, b"source": b"cookie:session", b"all": b"1", b"next": rng.choice(NEXT),
            b"before": rng.choice([b"0", b"99999999999", b"-1", b"ban", b"%d" % self.now]),
            b"code": self.harvested(b"code"), b"code_verifier": verifier, b"code_challenge_method": b"S256",
            b"code_challenge": b64(hashlib.sha256(verifier).digest()),
            b"csrf_token": self.harvested(b"x-xsrf-token"), b"xsrf-token": self.harvested(b"x-xsrf-token"),
            b"csrfmiddlewaretoken": b"a" * 64, b"x": b"z" * rng.choice([1, 10, 3000]),
        }
        return rng.sample(list(some.items()), rng.randrange(5))

    def form(self):
        return b"&".join(name + b"=" + value.replace(b"+", b"%2B") for name, value in self.fields())

    def multipart(self, boundary):
        out = b""
        for name, value in self.fields():
            more = self.rng.choice([b"", b'; filename="f"\r\nContent-Type: text/plain'])
            head = b'Content-Disposition: form-data; name="%s"%s' % (name, more)
            out += b"--%s\r\n%s\r\n\r\n%s\r\n" % (boundary, head, value)
        return out + b"--%s--\r\n" % boundary

    def body(self):
        kind = self.rng.randrange(5)
        if kind == 0:
            boundary = self.rng.choice([b"B", b"----WebKitFormBoundaryAbc", b"a b"])
            type_, body = b'multipart/form-data; boundary="%s"' % boundary, self.multipart(boundary)
        elif kind == 1:
            members = {name.decode("latin-1"): value.decode("latin-1") for name, value in self.fields()}
            type_, body = b"application/json", json.dumps(members).encode()
        elif kind == 2:
            type_, body = b"text/plain", self.rng.randbytes(self.rng.randrange(200))
        else:
            type_, body = b"application/x-www-form-urlencoded", self.form()
        return type_, self.mutated(body) if self.chance(0.2) else body

    def headers(self):
        """Of a request, without those about its body."""
        rng = self.rng
        lines = [(b"host", b"fuzz.test")]
        if self.chance(0.2) and self.jars:
            cookies, token, owners = rng.choice(self.jars)
            self.users |= owners
            lines += [(b"cookie", cookies), (b"x-xsrf-token", token)]
        else:
            lines += [(b"cookie", self.cookies()) for _ in range(rng.choice([0, 1, 1, 1, 1, 2]))]
        if self.chance(0.5):
            lines.append((b"origin", b"http://fuzz.test"))
        some = [(name, rng.choice(values)) for name, values in HEADERS.items()]
        some += [(b"authorization", b"Bearer " + self.paseto()[1]), (b"x-session", self.token()[1]),
                 (b"x-xsrf-token", self.harvested(b"x-xsrf-token")),
                 (b"x-replace", b"a=%s&_user_id=%s" % (rng.randbytes(3).hex().encode(), self.user))]
        lines += rng.sample(some, rng.randrange(7))
        return [(name, self.mutated(value) if self.chance(0.04) else value) for name, value in lines]

    def request_parts(self):
        """Method, path, headers without those of a length, body."""
        self.requests += 1
        (method, path), lines, body = self.target(), self.headers(), b""
        if method in WITH_BODY:
            type_, body = self.body()
            lines.append((b"content-type", type_))
        return method, path, lines, body

    # HTTP/1.1

    def chunked(self, body):
        out = b""
        while body:
            piece, body = self.cut(body, 400)
            size = b"%x" % len(piece)
            if self.chance(0.1):
                size = self.rng.choice([b"00" + size, size + b";x=y", b"f" * 17])
            out += size + b"\r\n" + piece + b"\r\n"
        trailer = self.rng.choice([b"", b"X-User: evil\r\n", b"Cookie: session=x\r\n"])
        return out + b"0\r\n" + trailer + b"\r\n"

    def cut(self, data, most):
        n = self.rng.randrange(1, most)
        return data[:n], data[n:]

    def request(self):
        method, path, lines, body = self.request_parts()
        if method in WITH_BODY and self.chance(0.4):
            lines.append((b"transfer-encoding", b"chunked"))
            body = self.chunked(body)
        elif method in WITH_BODY:
            wrong = self.rng.choice([-1, 1, 10 ** 6]) if self.chance(0.03) else 0
            lines.append((b"content-length", b"%d" % (len(body) + wrong)))
        head = b"".join(b"%s: %s\r\n" % line for line in lines)
        request = b"%s %s HTTP/1.1\r\n%s\r\n%s" % (method, path, head, body)
        return self.mutated(request) if self.chance(0.06) else request

    def http1(self):
        return b"".join(self.request() for _ in range(self.rng.choice([1, 1, 2, 5, 12])))

    # HTTP/2, with literal header fields (RFC 7541 6.2.2)

    def frame(self, type_, flags, stream, payload):
        length, rng = len(payload), self.rng
        if self.chance(0.01):
            length, stream = rng.randrange(2 ** 15), rng.randrange(60)
            type_, flags = rng.randrange(12), rng.randrange(256)
        return struct.pack(">I", length)[1:] + bytes([type_, flags]) + struct.pack(">I", stream) + payload

    def number_frame(self, type_, stream, numbers):
        return self.frame(type_, 0, stream, struct.pack(">I", self.rng.choice(numbers)))

    @staticmethod
    def literal(text):
        n = len(text)
        if n < 127:
            return bytes([n]) + text
        out, n = [127], n - 127
        while n > 127:
            out.append(n % 128 + 128)
            n //= 128
        return bytes(out + [n]) + text

    def block(self, lines):
        kinds = [b"\0", b"\x10", b"\x40"]
        block = b"".join(self.rng.choice(kinds) + self.literal(name) + self.literal(value) for name, value in lines)
        return self.mutated(block, 2) if self.chance(0.02) else block

    def padded(self, flags, payload):
        if not self.chance(0.1):
            return flags, payload
        n = self.rng.randrange(20)
        return flags | PADDED, bytes([n + (50 if self.chance(0.02) else 0)]) + payload + bytes(n)

    def stream(self, number):
        """Its headers, which no other frame may interrupt, and the frames after them."""
        method, path, headers, body = self.request_parts()
        lines = [(b":method", method), (b":scheme", b"http"), (b":authority", b"fuzz.test"), (b":path", path)]
        forbidden = (b"host", b"connection", b"te", b"expect") if self.chance(0.97) else ()
        for name, value in headers:
            crumbs = value.split(b"; ") if name == b"cookie" and self.chance(0.5) else [value]
            lines += [(name.lower(), crumb) for crumb in crumbs if name not in forbidden]
        block, rest = self.block(lines), b""
        if self.chance(0.1):
            block, rest = self.cut(block, len(block))
        flags, block = self.padded(0 if body else END_STREAM, block)
        head = self.frame(1, flags | (0 if rest else END_HEADERS), number, block)
        head += self.frame(9, END_HEADERS, number, rest) if rest else b""
        frames = []
        while body:
            piece, body = self.cut(body, 2000)
            flags, piece = self.padded(0 if body else END_STREAM, piece)
            frames.append(self.frame(0, flags, number, piece))
        if self.chance(0.05):  # RST_STREAM
            frames.insert(self.rng.randrange(len(frames) + 1), self.number_frame(3, number, range(14)))
        if self.chance(0.05):  # WINDOW_UPDATE
            frames.append(self.number_frame(8, self.rng.choice([0, number]), [0, 1, 2 ** 16, 2 ** 31 - 1]))
        return head, frames

    def http2(self):
        setting = struct.pack(">HI", self.rng.randrange(1, 9), self.rng.choice([0, 1, 100, 2 ** 20]))
        out = PREFACE + self.frame(4, 0, 0, setting if self.chance(0.2) else b"")
        coming = [2 * i + 1 for i in range(self.rng.choice([1, 3, 8, 19]))]
        begun = []
        while coming or begun:
            if coming and (not begun or self.chance(0.5)):
                head, frames = self.stream(coming.pop(0))
                out += head
                begun.append(frames)
                continue
            frames = self.rng.choice(begun)
            if frames:
                out += frames.pop(0)
            else:
                begun.remove(frames)
        return out


# --- the server ---

class Wrong(Exception):
    pass


class Server:
    def __init__(self, directory, httpd):
        self.directory = directory
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            two.bind(("127.0.0.1", 0))
            self.port, back = one.getsockname()[1], two.getsockname()[1]
        env = dict(os.environ, FUZZ_DIR=directory, FUZZ_PORT=str(self.port), FUZZ_BACK_PORT=str(back))
        self.process = subprocess.Popen([httpd, "-X", "-f", directory + "/httpd.conf"], env=env, start_new_session=True)
        for _ in range(600):
            try:
                self.connect().close()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit("httpd did not start: see %s/error_log" % directory)
                time.sleep(0.1)

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), 30)

    def reports(self):
        """What the sanitizers have said, by file."""
        names = [name for name in os.listdir(self.directory) if name.startswith(("asan.", "ubsan."))]
        return {name: open(os.path.join(self.directory, name), "rb").read() for name in names}

    def check(self):
        if self.reports():
            raise Wrong("a sanitizer has something to say: %s" % ", ".join(self.reports()))
        if self.process.poll() is not None:
            raise Wrong("httpd has ended with %s" % self.process.returncode)

    def check_end(self):
        """Connections that are still open at httpd's end are its own affair: mod_http2 crashes over some."""
        self.stop()
        if any(b"mod_sessioncookie" in report for report in self.reports().values()):
            raise Wrong("a sanitizer has something to say about the end")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)


def exchange(server, sent):
    """Sends each of these to a connection of its own, all at once, and reads until the server closes them. HTTP/2,
    which has no half-closed connections here, is read until it is quiet."""
    sockets, answers = {}, [b""] * len(sent)
    for i, data in enumerate(sent):
        s = server.connect()
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets[s] = [i, data, data.startswith(PREFACE)]
        s.setblocking(False)
    heard, deadline = time.monotonic(), time.monotonic() + 60
    while sockets and time.monotonic() < deadline:
        writing = [s for s, state in sockets.items() if state[1]]
        readable, writable, _ = select.select(list(sockets), writing, [], 0.05)
        for s in writable:
            state = sockets[s]
            try:
                state[1] = state[1][s.send(state[1]):]
                if not state[1] and not state[2]:
                    s.shutdown(socket.SHUT_WR)
            except OSError:
                state[1] = b""
        for s in readable:
            try:
                data = s.recv(65536)
            except OSError:
                data = b""
            answers[sockets[s][0]] += data
            if not data:
                del sockets[s]
                s.close()
        now = time.monotonic()
        if readable or writable:
            heard = now
        elif now - heard > 0.3 and all(state[2] for state in sockets.values()):
            break
    if any(not state[2] for state in sockets.values()):
        raise Wrong("a connection was not closed within a minute")
    for s in sockets:
        s.close()
    return answers


HARVEST = re.compile(rb'(?i)\r\n(x-xsrf-token): ([^\r]+)|\r\nset-cookie: ([^=\r;]+)=([^;\r]*)'
                     rb'|"(code)":"([^"]+)"|"(access_token)":"([^"]+)"')


def harvest(pool, jars, answer):
    """What the server has given away is sent again, in part to where it does not belong: value by value, and the
    cookies of an answer with its token. XSRF tokens, codes and minted tokens are nobody's session."""
    found = [[part for part in m.groups() if part is not None] for m in HARVEST.finditer(answer)]
    found = [(name.lower(), value, users_in(name.lower(), value)) for name, value in found if value]
    pool += found
    tokens = [value for name, value, _ in found if name == b"x-xsrf-token"]
    if tokens:
        cookies = [entry for entry in found if entry[0] not in (b"x-xsrf-token", b"code", b"access_token")]
        jars.append((b"; ".join(name + b"=" + value for name, value, _ in cookies), tokens[0],
                     set().union(*(users for _, _, users in cookies))))
    del pool[:-200], jars[:-50]


def control(server, now):
    text = b'{"_user_id":"control"}'
    cases = [(flask(text, NEW, now), b"control"), (flask(text, OLD, now), b"control"), (b"x", b"(none)"),
             (flask(text, WRONG, now), b"(none)"), (flask(text, NEW, now - 4000), b"(none)")]
    answers = exchange(server, [CONTROL % token for token, _ in cases])
    for answer, (_, user) in zip(answers, cases):
        if SEEN.findall(answer) != [user]:
            raise Wrong("the control request for %s was answered: %r" % (user.decode(), answer[:500]))


def check_users(answer, users):
    """How often httpd said whom it saw."""
    for user in SEEN.findall(answer):
        if user not in users and user != b"(none)":
            raise Wrong("httpd saw %r, who is none of %r" % (user, users))
    return sum(user != b"(none)" for user in SEEN.findall(answer))


def sealed_tokens(directory):
    """PASETO tokens, by the command: their users and the tokens."""
    tokens = []
    for i, key in enumerate(["v4.local.key", "v4.secret.key"] * 4):
        session = {"sub": "p%d" % i, "role": "reader"}
        command = [directory + "/sessioncookie", "encode", "--format", "paseto",
                   "--key", "k=file:%s/%s" % (directory, key), json.dumps(session)]
        token = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.strip()
        tokens.append((session["sub"].encode(), token))
    return tokens


def fuzz(server, o):
    sealed, pool, jars, number, requests, batch = sealed_tokens(o.dir), [], [], 0, 0, []
    end, seen = time.monotonic() + o.seconds, [0, 0]
    started = said = time.monotonic()
    try:
        while requests < o.requests and time.monotonic() < end:
            batch, connections = [], []
            for _ in range(BATCH):
                number += 1
                c = Connection(random.Random("%d %d" % (o.seed, number)), number, pool, jars, sealed)
                c.is_http2 = c.chance(0.3)
                batch.append(c.http2() if c.is_http2 else c.http1())
                connections.append(c)
            answers = exchange(server, batch)
            requests += sum(c.requests for c in connections)
            server.check()
            for answer, c in zip(answers, connections):
                seen[c.is_http2] += check_users(answer, c.users)
                harvest(pool, jars, answer)
            if number // BATCH % 4 == 0:
                control(server, int(time.time()))
            if time.monotonic() - said > 30:
                said = time.monotonic()
                print("# %d requests, %d a second" % (requests, requests / (said - started)), flush=True)
        server.check_end()
    except (Wrong, OSError) as e:
        for i, data in enumerate(batch):
            with open("%s/found-%d-%d" % (o.dir, o.seed, i), "wb") as f:
                f.write(data)
        print("not ok 1 - %s; after %d requests, seed %d" % (e, requests, o.seed))
        print("# the last ones are %s/found-%d-*" % (o.dir, o.seed))
        return 1
    print("# %d of them over HTTP/1.1 and %d over HTTP/2 had a user" % tuple(seen))
    print("%sok 1 - %d requests over %d connections, seed %d, %d a second: httpd lives and knows its users"
          % ("" if min(seen) else "not ", requests, number, o.seed, requests / (time.monotonic() - started)))
    return not min(seen)


def replay(server, o):
    try:
        exchange(server, [open(name, "rb").read() for name in o.replay])
        time.sleep(0.2)
        server.check()
        control(server, int(time.time()))
    except (Wrong, OSError) as e:
        print("not ok 1 - %s" % e)
        return 1
    print("ok 1 - httpd lives after %d connections" % len(o.replay))
    return 0


def main():
    p = argparse.ArgumentParser()
    p.add_argument("dir")
    p.add_argument("httpd")
    p.add_argument("--requests", type=int, default=sys.maxsize)
    p.add_argument("--seconds", type=int, default=60)
    p.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2 ** 31))
    p.add_argument("--replay", nargs="+")
    o = p.parse_args()
    print("1..1\n# seed %d" % o.seed, flush=True)
    server = Server(o.dir, o.httpd)
    try:
        return replay(server, o) if o.replay else fuzz(server, o)
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())

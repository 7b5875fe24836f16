#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Visitors of one server of run.sh, each request by a connection of its own: sessions are handed over, and each alias
redeemed by four clients at once; users are logged out or revoked; forms and uploads are sent back by the server and
compared; sessions are sealed anew under another key.

    visitors.py DIRECTORY SERVER PORT

They go on until the file "stop" is there. What they did is told at the end, a line each: "done NAME COUNT"; then
"wrong SENTENCE" for each wrong answer, and "lost COUNT" for the requests without a whole answer, "lost-late COUNT" for
those among them that were not begun within two seconds before a worker was killed.
"""
import asyncio
import collections
import json
import pathlib
import random
import secrets
import sys
import time
import urllib.parse

import tokens

DIRECTORY, SERVER, PORT = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
ORIGIN = f"http://127.0.0.1:{PORT}"
FORM = "application/x-www-form-urlencoded"
KEYS = tokens.Keys(DIRECTORY)
IS_ALONE = SERVER == "alone"
done, wrong, lost = collections.Counter(), [], []


class Answer:
    def __init__(self, head, body):
        first, *lines = head.decode("latin-1").split("\r\n")
        self.status, self.body = int(first.split(" ", 2)[1]), body
        self.headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        begun, took = self.header("x-time").split(" ")
        self.times = int(begun[2:]) / 1e6, (int(begun[2:]) + int(took[2:])) / 1e6
        self.generation = int(self.header("x-generation"))
        self.seen = self.header("x-seen")
        # Whether httpd's clock was another one than ours at some time of the request.
        self.is_elsewhere = any(abs(t - time.time()) > 20 for t in self.times)

    def header(self, name):
        return next((value for key, value in self.headers if key == name), "")

    def cookie(self, name):
        values = [v.split(";")[0].split("=", 1)[1] for k, v in self.headers if k == "set-cookie" and v.startswith(name + "=")]
        return values[0] if values else None


async def exchange(head, body):
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    try:
        writer.write(head + body)
        got = await reader.read()
    finally:
        writer.close()
    head, _, rest = got.partition(b"\r\n\r\n")
    answer = Answer(head, rest)
    if "chunked" in answer.header("transfer-encoding"):
        answer.body, whole = b"", False
        while rest:
            size, _, rest = rest.partition(b"\r\n")
            n = int(size, 16)
            answer.body += rest[:n]
            rest, whole = rest[n + 2 :], n == 0
        if not whole:
            raise EOFError("the last chunk is missing")
    elif len(rest) < int(answer.header("content-length") or 0):
        raise EOFError("the answer is cut off")
    return answer


async def ask(path, cookie=None, body=None, type=FORM, **headers):
    """The answer, or None where there was no whole one: counted, and not tried again."""
    lines = [f"{'GET' if body is None else 'POST'} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    if body is not None:
        lines += [f"Content-Type: {type}", f"Content-Length: {len(body)}", "Sec-Fetch-Site: same-origin"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    begun = time.time()
    done["requests"] += 1
    try:
        return await asyncio.wait_for(exchange("\r\n".join(lines + ["", ""]).encode(), body or b""), 60)
    except (OSError, EOFError, ValueError, IndexError, asyncio.TimeoutError) as e:
        lost.append((begun, time.time(), f"{path}: {type and e!r}"))
        return None


def complain(sentence, answer):
    wrong.append(f"{sentence}: {answer.status}, seen {answer.seen}, generation {answer.generation}, "
                 f"clock {[round(t - time.time(), 1) for t in answer.times]}, {answer.body[:80]!r}")


def must_be(user, answer, what):
    """That session, or none where httpd's clock is another one. Never another user's."""
    if IS_ALONE or answer is None or answer.seen == f"ok {user}":
        return
    if not answer.is_elsewhere or answer.seen.split(" ")[1] != "(null)":
        complain(f"{what} is not that of {user}", answer)


async def hand_over():
    user = random.choice(tokens.USERS)
    issued = await ask("/code", f"session={KEYS.known(user)}", b"")
    if issued is None or issued.status != 201:
        if issued and not IS_ALONE:
            done[f"aliases not issued: {issued.status}"] += 1
            if issued.status != 503 and not issued.is_elsewhere:
                complain("no alias was issued", issued)
        return
    done["aliases issued"] += 1
    body = b"code=" + json.loads(issued.body)["code"].encode()
    answers = [a for a in await asyncio.gather(*(ask("/code", None, body) for _ in range(4))) if a]
    good = [a for a in answers if a.status == 200]
    done["aliases redeemed"] += len(good)
    done["redemptions refused"] += sum(a.status == 403 for a in answers)
    done["redemptions without a store"] += sum(a.status == 503 for a in answers)
    if len(good) > 1:
        complain("an alias was redeemed twice", good[1])
    for answer in answers:
        if answer.status not in (200, 403, 503):
            complain("an alias was redeemed", answer)
    for answer in good:
        must_be(user, await ask("/page.txt", f"session={answer.cookie('session')}"), "what an alias was redeemed for")


late = collections.deque()  # aliases, and when they were issued by our clock


async def redeem_late():
    """An alias is dead after its ttl= of 30 seconds, also if it was issued while httpd's clock was ahead."""
    issued = await ask("/code", f"session={KEYS.known(random.choice(tokens.USERS))}", b"")
    if issued and issued.status == 201:
        late.append((time.time(), json.loads(issued.body)["code"]))
    if late and time.time() - late[0][0] > 40:
        answer = await ask("/code", None, b"code=" + late.popleft()[1].encode())
        done["aliases tried too late"] += 1
        if answer and answer.status == 200 and not answer.is_elsewhere:
            complain("an alias was redeemed after its time", answer)
    await asyncio.sleep(0.5)


ended = []


async def must_be_ended(user, cookie, what):
    answer = await ask("/page.txt", cookie)
    if answer and answer.seen != "revoked (null)" and not (answer.is_elsewhere and answer.seen.endswith(" (null)")):
        complain(f"a session that was {what} is not revoked: {user}", answer)
    done["requests with an ended session"] += 1


async def end():
    """A session is used, ended one way or the other, and used again: by then no process may take it."""
    user, issued = "victim-" + secrets.token_hex(6), int(time.time()) - 30
    cookie = f"session={tokens.flask(KEYS.base, user, issued)}"
    for _ in range(2):
        must_be(user, await ask("/page.txt", cookie), "a new session")
    if random.random() < 0.5:
        what, answer = "logged out", await ask("/logout", cookie, b"")
        # httpd's clock decides until when what was issued has ended.
        counts = answer and answer.seen == f"ok {user}" and min(answer.times) > issued
    else:
        what, answer = "revoked", await ask("/revoke", None, urllib.parse.urlencode({"user": user, "before": issued}).encode())
        counts = answer is not None
    if IS_ALONE or not counts:
        return
    if answer.status == 503:
        done["revocations that could not be written"] += 1
    elif answer.status != 200:
        complain(f"a session was not {what}", answer)
    else:
        done[f"sessions {what}"] += 1
        ended.append((user, cookie, what))
        for _ in range(3):
            await must_be_ended(user, cookie, what)
    if ended:
        await must_be_ended(*random.choice(ended))


def multipart(token, size):
    data = secrets.token_bytes(size)
    return (b'--soak\r\nContent-Disposition: form-data; name="xsrf-token"\r\n\r\n' + token.encode()
            + b'\r\n--soak\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n'
            b"Content-Type: application/octet-stream\r\n\r\n" + data + b"\r\n--soak--\r\n")


async def send_form():
    """A page gives the guard's token; the form comes back byte for byte with it, and is refused with another's."""
    user, other = random.sample(tokens.USERS, 2)
    session = f"session={KEYS.known(user)}"
    page = await ask("/form/page.html", session)
    if page is None:
        return
    token, visitor = page.header("x-xsrf-token"), page.cookie("xsrf-visitor")
    must_be(user, page, "the page of a form")
    if not IS_ALONE and not (token and visitor):
        return complain("a page came without a token", page)
    size, session = random.choice([100, 10_000, 300_000]), f"{session}; xsrf-visitor={visitor}"
    if random.random() < 0.5:
        body, kind = multipart(token, size), "multipart/form-data; boundary=soak"
    else:
        body, kind = f"xsrf-token={token}&text={secrets.token_hex(size // 2)}".encode(), FORM
    answer = await ask("/guarded/", session, body, kind)
    if answer is None:
        return
    done["bytes of forms"] += len(body)
    if answer.status == 200 and answer.body == body:
        done["forms that came back"] += 1
        must_be(user, answer, "a form")
    elif answer.status == 200:
        complain("a form came back otherwise", answer)
    elif answer.status == 403 and not IS_ALONE and (page.is_elsewhere or answer.is_elsewhere or abs(answer.generation - page.generation) > 1):
        done["forms too old or under a retired key"] += 1
    else:
        complain("a form was refused", answer)
    if IS_ALONE:
        return
    theirs = f"session={KEYS.known(other)}; xsrf-visitor={visitor}"
    forged = [("without a token", session, b"text=1", FORM), ("with another user's token", theirs, body, kind)]
    # What was made while the session was not valid is the visitor's, whoever logs in.
    for what, cookie, sent, kind in forged if page.seen.startswith("ok ") else forged[:1]:
        answer = await ask("/guarded/", cookie, sent, kind)
        done["forged forms"] += 1
        if answer and answer.status != 403:
            complain(f"a form {what} was let through", answer)


async def rekey():
    """httpd seals a session anew under its first key, which the next request is good with, whichever worker gets it."""
    user = random.choice(tokens.USERS)
    answer = await ask("/rekey/page.txt", f"session={KEYS.known(user)}")
    must_be(user, answer, "a session to be sealed anew")
    if answer is None or IS_ALONE or answer.is_elsewhere:
        return
    sealed = answer.cookie("session")
    if not sealed:
        return complain("a session was not sealed anew", answer)
    done["sessions sealed anew"] += 1
    after = await ask("/page.txt", f"session={sealed}")
    if after and abs(after.generation - answer.generation) <= 1:
        must_be(user, after, "a session that was sealed anew")


async def visitor(visit):
    while not (DIRECTORY / "stop").exists():
        await visit()
        await asyncio.sleep(0.05)


async def main():
    await asyncio.gather(*map(visitor, (hand_over, hand_over, redeem_late, end, send_form, send_form, rekey)))


asyncio.run(main())
kills = [float(line) for line in (DIRECTORY / f"{SERVER}.kill-times").read_text().split()]
for name, n in sorted(done.items()):
    print("done", name.replace(" ", "-"), n)
for user, _, what in ended:
    if what == "revoked":
        print("ended", user)
for sentence in wrong:
    print("wrong", sentence)
late = [what for begun, over, what in lost if not any(begun - 1 < kill < over + 1 for kill in kills)]
for what in late[:5]:
    print("example", what)
print("lost", len(lost))
print("lost-late", len(late))

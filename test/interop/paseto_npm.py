#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""PASETO, both ways, against npm's paseto 4 (v1 to v4 but v2.local and v4.local), paseto 3 (the
same) and paseto-ts (v4). `npm ci` in test/interop/node installs them; nothing here does.
SC_NODE_MODULES=DIR names the node_modules of another tree.
v2.local has no peer in npm: the official vectors (test/vectors/paseto.c) hold it. paseto 3
writes k1.public as PKCS #1, where the PASERK vectors and paseto 4 have SubjectPublicKeyInfo:
the test takes the 24 bytes that make the difference away and puts them back. Its AES-CTR has a
counter of 16 bits where the specification has 128 (crypto_worker.js, `length: 16`), so that
now and then a v1.local or v3.local token is enciphered otherwise: those are left out."""
import base64
import hashlib
import hmac
import datetime
import json
import os
import shutil
import subprocess
import tempfile
import time

from interop import *

NODE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "node")
if not shutil.which("node"):
    skip_all("there is no node")
MODULES = os.environ.get("SC_NODE_MODULES", os.path.join(NODE, "node_modules"))
if not os.path.isdir(os.path.join(MODULES, "paseto-ts")):
    skip_all("npm's libraries are not there: npm ci --prefix test/interop/node")

PEERS = [(lib, version, purpose) for lib in ("paseto4", "paseto3") for version in (1, 2, 3, 4)
         for purpose in ("local", "public") if (version, purpose) not in ((2, "local"), (4, "local"))]
PEERS += [("paseto-ts", 4, "local"), ("paseto-ts", 4, "public")]
# An import looks for node_modules beside the importing file, and nowhere that a variable could name.
home = tempfile.TemporaryDirectory()
shutil.copy(os.path.join(NODE, "peer.mjs"), home.name)
os.symlink(os.path.abspath(MODULES), os.path.join(home.name, "node_modules"))
node = subprocess.Popen(["node", "peer.mjs"], cwd=home.name, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def ask(question):
    node.stdin.write(json.dumps({k: v for k, v in question.items() if v is not None}).encode() + b"\n")
    node.stdin.flush()
    answer = node.stdout.readline()
    if not answer:
        raise SystemExit("node went away")
    return json.loads(answer)


SPKI = bytes.fromhex("30820122300d06092a864886f70d01010105000382010f00")


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def base64url(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def from_peer(peer, key):
    if peer["lib"] != "paseto3" or not key.startswith("k1.public."):
        return key
    return key[:10] + base64url(SPKI + unbase64(key[10:]))


def to_peer(peer, key):
    if peer["lib"] != "paseto3" or not key.startswith("k1.public."):
        return key
    der = unbase64(key[10:])
    assert der.startswith(SPKI)
    return key[:10] + base64url(der[len(SPKI):])


def spec_counter(peer, key, token):
    """Whether a 16-bit counter does for this token."""
    if peer["lib"] != "paseto3" or peer["purpose"] != "local":
        return True
    body = unbase64(token.split(".")[2])
    counter = body[30:32]
    if peer["version"] == 3:
        prk = hmac.digest(bytes(48), unbase64(key[9:]), hashlib.sha384)
        counter = hmac.digest(prk, b"paseto-encryption-key" + body[:32] + b"\x01", hashlib.sha384)[46:48]
    return int.from_bytes(counter, "big") + (len(body) - 80 + 15) // 16 <= 65536


def sealed_by(peer, key, claims, **more):
    while True:
        answer = ask(dict(peer, op="seal", key=key, claims=claims, **more))
        if "token" not in answer or spec_counter(peer, key, answer["token"]):
            return answer.get("token", str(answer))


def sealed_for(peer, key, claims, options=()):
    while True:
        token = encode("paseto", [("main", key)], [claims], options)[0]
        if spec_counter(peer, key, token):
            return token


def js_leaf(r):
    """JavaScript's numbers are doubles, and it has no NaN in JSON."""
    while True:
        v = scalar(r)
        if not isinstance(v, int) or isinstance(v, bool) or abs(v) <= 2**53:
            return v


def claims_of(d):
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    d = {k: v for k, v in d.items() if k not in ("exp", "iat", "nbf")}
    return {**d, "iat": now.isoformat(), "exp": (now + datetime.timedelta(hours=1)).isoformat(), "sub": "alice"}


def without_times(d):
    return floats({k: v for k, v in (d or {}).items() if k not in ("exp", "iat", "nbf")})


def floats(v):
    """JavaScript has one kind of number, and writes the double 1e16 without a point."""
    if isinstance(v, dict):
        return {k: floats(x) for k, x in v.items()}
    if isinstance(v, list):
        return [floats(x) for x in v]
    return float(v) if isinstance(v, int) and not isinstance(v, bool) else v


def words(*args):
    return subprocess.run([COMMAND, *args], stdout=subprocess.PIPE, check=True).stdout.decode().strip()


def opened_by(peer, key, tokens, assertion=None):
    key = to_peer(peer, key)
    return [ask(dict(peer, op="open", key=key, token=t, assertion=assertion)) for t in tokens]


def check(lib, version, purpose, docs):
    name = "%s v%d.%s" % (lib, version, purpose)
    peer = {"lib": lib, "version": version, "purpose": purpose}
    theirs = ask(dict(peer, op="key"))
    their_public = from_peer(peer, theirs.get("public", theirs["key"]))
    tokens = [sealed_by(peer, theirs["key"], d) for d in docs]
    got = decode("paseto", [("main", their_public)], tokens)
    all_of(((without_times(g.get("session")), without_times(d), g) for g, d in zip(got, docs)),
           name + ": seals with its key, we open")
    ok(all(abs(g.get("expires", 0) - time.time() - 3600) < 60 for g in got), name + ": its exp is our expires", got[0])

    key = words("key", "new", "v%d.%s" % (version, purpose))
    public = key
    if purpose == "public":
        os.environ["INTEROP_SECRET"] = key
        public = words("key", "public", "env:INTEROP_SECRET")
    claims = [claims_of(d) for d in docs]
    ours = encode("paseto", [("main", key)], claims)
    got = opened_by(peer, public, ours)
    all_of(((without_times(g.get("claims")), without_times(c), g) for g, c, t in zip(got, claims, ours)
            if spec_counter(peer, key, t)), name + ": we seal with our key, it opens")
    token = sealed_by(peer, key, {"a": 1})
    got = decode("paseto", [("main", public)], [token])[0]
    ok(without_times(got.get("session")) == {"a": 1}, name + ": seals with our key", token, got)
    mine = sealed_for(peer, theirs["key"], claims_of({"a": 1}))
    got = opened_by(peer, their_public, [mine])[0]
    ok(got.get("claims", {}).get("a") == 1, name + ": opens ours under its key", got)

    footer = "a footer, not JSON" if lib != "paseto-ts" else '{"note":"footer"}'
    token = sealed_by(peer, theirs["key"], {"a": 1}, footer=footer)
    got = decode("paseto", [("main", their_public)], [token])[0]
    ok(got.get("footer") == footer, name + ": its footer is ours", token, got)
    mine = sealed_for(peer, key, claims_of({"a": 1}), ["footer=" + footer])
    got = opened_by(peer, public, [mine])[0]
    seen = got.get("footer")
    ok((json.dumps(seen, separators=(",", ":")) if isinstance(seen, dict) else seen) == footer,
       name + ": our footer is its footer", got)
    if version >= 3:
        check_assertion(name, peer, theirs["key"], their_public, key, public)
    check_refusals(name, peer, theirs["key"], their_public, key, public, tokens[0], ours[0])


def check_assertion(name, peer, their_key, their_public, key, public):
    options = ["assertion=tenant-1"]
    token = sealed_by(peer, their_key, {"a": 1}, assertion="tenant-1")
    status = lambda o: decode("paseto", [("main", their_public)], [token], o)[0]["status"]
    ok(status(options) == "ok", name + ": its implicit assertion is ours")
    ok(status([]) == "bad-signature", name + ": without the assertion: refused")
    ok(status(["assertion=tenant-2"]) == "bad-signature", name + ": with another assertion: refused")
    mine = sealed_for(peer, key, claims_of({"a": 1}), options)
    ok(opened_by(peer, public, [mine], "tenant-1")[0].get("claims", {}).get("a") == 1, name + ": our assertion is its")
    ok("error" in opened_by(peer, public, [mine])[0], name + ": refuses ours without it")


def check_refusals(name, peer, their_key, their_public, key, public, token, mine):
    status = lambda t, k=their_public, now=None: decode("paseto", [("main", k)], [t], now=now)[0]["status"]
    ok(status(token) == "ok", name + ": the token itself is good")
    middle = len(token) // 2
    changed = lambda t: t[:middle] + ("A" if t[middle] != "A" else "B") + t[middle + 1:]
    ok(status(changed(token)) in ("bad-signature", "malformed"), name + ": one character changed: refused")
    ok("error" in opened_by(peer, public, [changed(mine)])[0], name + ": refuses ours when changed")
    ok(status(token[:-4]) in ("bad-signature", "malformed"), name + ": cut short: refused")
    ok(status(token + ".Zm9v") == "bad-signature", name + ": with a footer more: refused")
    ok(status(token, public) == "bad-signature", name + ": under another key: refused")
    ok("error" in opened_by(peer, their_public, [mine])[0], name + ": refuses ours under another key")
    ok(status(token, now=int(time.time()) + 7200) == "expired", name + ": too old: refused")
    other = token.replace("v%d." % peer["version"], "v%d." % (peer["version"] % 4 + 1), 1)
    ok(status(other) in ("bad-signature", "malformed", "unsupported"), name + ": with another version in front: refused",
       status(other))
    old = encode("paseto", [("main", key)], [dict(claims_of({"a": 1}), exp="2020-01-01T00:00:00+00:00")])
    ok("error" in opened_by(peer, public, old)[0], name + ": refuses ours when it is over")


def surrogates(d):
    return any("\\ud800" in text(v) or "\\udc00x" in text(v) for v in (d, list(d)))


begin()
docs = [d for d in documents(js_leaf, count=3 * COUNT) if not surrogates(d)][:COUNT]
for lib, version, purpose in PEERS:
    # RSA signs slowly, paseto-ts takes no more than 128 names.
    check(lib, version, purpose, docs[:40] if version == 1 and purpose == "public" else docs)
node.stdin.close()
node.wait(10)
done()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The sessioncookie command as a person or a script meets it: what it prints, what it says on
standard error, and its exit codes."""
import base64
import json
import os
import pickle
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
COMMAND = os.environ.get("SESSIONCOOKIE", "./sessioncookie")
SECRET = "not-a-real-secret-0123456789"
KEY = ("--key", "main=text:" + SECRET)
NOW = ("--now", "1760000000")
with open(os.path.join(HERE, "../../configure.ac"), encoding="utf-8") as configure:
    VERSION = re.search(r"^AC_INIT\(\[mod_sessioncookie\], \[([^]]+)\]\)$", configure.read(), re.M)[1]
count = failed = 0


def ok(good, name, *details):
    global count, failed
    count += 1
    print(f"{'' if good else 'not '}ok {count} - {name}")
    if not good:
        failed += 1
        for detail in details:
            print("# " + str(detail).replace("\n", "\n# "))
    return good


class Run:
    """One run of the command: out and err as text, code."""

    def __init__(self, *args, stdin=b"", env=None):
        done = subprocess.run([COMMAND, *args], input=stdin, capture_output=True, timeout=120,
                              env={**os.environ, **(env or {})})
        self.code = done.returncode
        self.out = done.stdout.decode("utf-8", "replace")
        self.err = done.stderr.decode("utf-8", "replace")

    def json(self):
        try:
            return json.loads(self.out)
        except ValueError:
            return {}

    def __str__(self):
        return f"exit {self.code}\nout: {self.out[:600]}\nerr: {self.err[:600]}"


def decode(*args, stdin=b"", fmt="flask", keys=KEY, now=NOW):
    return Run("decode", "--format", fmt, *keys, *now, *args, stdin=stdin)


def encode(*args, stdin=b"", fmt="flask", keys=KEY, now=NOW):
    return Run("encode", "--format", fmt, *keys, *now, *args, stdin=stdin)


def formats():
    text = Run("--help").out
    names = text[text.index("F is a format:") + 14:]
    return [n.strip() for n in names[:names.index(".")].split(",")]


KEPT = [name for name in formats() if "is an id" in Run("decode", "--format", name, "x").err]
FORMATS = [name for name in formats() if name not in KEPT]
with open(os.path.join(HERE, "..", "vectors", "flask.json"), encoding="ascii") as f:
    VECTORS = {v["name"]: v for v in json.load(f)["vectors"]}
SMALL = VECTORS["small"]["token"]
ROLE = encode('{"a":1,"role":"user"}').out.strip()


def usage(name, wanted, *args, stdin=b""):
    """Wrong usage: exit 2, nothing on standard output, a sentence that names the fault."""
    run = Run(*args, stdin=stdin)
    ok(run.code == 2 and run.out == "" and wanted in run.err
       and run.err.startswith("sessioncookie: "), name, run)


def refusal(name, status, run):
    """Exit 1 and the status, without a session."""
    ok(run.code == 1 and run.out.endswith("}\n")
       and list(run.json()) == ["status", "format"] and run.json()["status"] == status, name, run)


def test_decode():
    run = decode(SMALL)
    ok(run.out == '{"status":"ok","format":"flask","key":"main","issued":1760000000,'
       '"expires":1762678400,"footer":null,"session":{"user_id":1}}\n' and run.code == 0,
       "decode prints one line of JSON with its members in order", run)
    run = decode("--tagged", VECTORS["tag-tuple"]["token"])
    ok(run.json().get("session") == {"t": [1, "a", [2, 3], []]}
       and run.json().get("tagged") == VECTORS["tag-tuple"]["payload"],
       "--tagged shows the document with its tags behind the plain one", run)
    ok(list(run.json())[-2:] == ["session", "tagged"], "tagged is the last member", run)
    if "django" in FORMATS:
        token = encode('{"a":{" t":[1]}}', fmt="django").out.strip()
        run = decode("--tagged", token, fmt="django")
        ok(run.json().get("session") == run.json().get("tagged") == {"a": {" t": [1]}},
           "where a format has no tags nothing is taken for one", run)
    run = decode("--option", "max-age=off", SMALL, now=("--now", "1900000000"))
    ok(run.code == 0 and run.json().get("expires", 0) is None,
       "expires is null where nothing expires", run)
    run = decode(SMALL, keys=("--key", "=text:" + SECRET))
    ok(run.json().get("key") == "", "a key's id may be empty", run)
    run = decode(SMALL, keys=("--key", "a=text:x=y=z=0123456789", "--key", "b=text:" + SECRET))
    ok(run.json().get("key") == "b", "of several keys the one that opened it is named", run)
    run = decode(encode('{"a":1}', keys=("--key", "k=text:x=y=z=0123456789")).out.strip(),
                 keys=("--key", "k=text:x=y=z=0123456789"))
    ok(run.code == 0, "a source may hold equals signs", run)
    run = decode("--", SMALL)
    ok(run.code == 0, "what comes behind -- is the token", run)
    run = decode("--", "--" + SMALL)
    ok(run.code == 1, "even when it begins with two dashes", run)
    run = Run("decode", "--format=flask", "--now=1760000000", "--key=main=text:" + SECRET, SMALL)
    ok(run.code == 0, "--name=value does as --name value", run)
    run = decode(VECTORS["unicode"]["token"])
    ok(run.out.isascii() and run.json().get("session") == VECTORS["unicode"]["payload"],
       "what is printed is ASCII, whatever the session holds", run)


def test_time():
    ok(decode(SMALL, now=("--now", "1762678400")).code == 0, "a cookie lives to its last second")
    refusal("and is expired in the next", "expired", decode(SMALL, now=("--now", "1762678401")))
    ok(decode(SMALL, now=("--now", "1762678400.999")).code == 0,
       "--now takes a fraction: itsdangerous counts whole seconds")
    if "django" in FORMATS:
        token = encode('{"a":1}', fmt="django").out.strip()
        late = ("--now", str(1760000000 + 14 * 86400) + ".5")
        refusal("Django counts fractions", "expired", decode(token, fmt="django", now=late))
    refusal("a cookie from the future is refused", "not-yet-valid",
            decode(SMALL, now=("--now", "1759999999")))
    ok(decode(SMALL, now=()).code in (0, 1), "without --now the clock counts")


def test_statuses():
    refusal("a changed cookie: bad-signature", "bad-signature",
            decode(VECTORS["flip-payload-5"]["token"]))
    refusal("no cookie at all", "malformed", decode("no-dots-at-all"))
    refusal("a longer token than max-bytes: too-large", "too-large",
            decode("--option", "max-bytes=20", SMALL))
    refusal("a bomb: too-large", "too-large", decode(VECTORS["zlib-bomb"]["token"]))
    for name in ("json-list", "zlib-truncated"):
        refusal(f"signed, but no document ({name}): malformed", "malformed",
                decode(VECTORS[name]["token"]))
    if "cookie-manager" in FORMATS:
        token = encode('{"a":1}', fmt="cookie-manager").out.strip()
        refusal("a key that is not listed: unknown-key", "unknown-key",
                decode(token, fmt="cookie-manager", keys=("--key", "other=text:" + SECRET)))
    if "paseto-remember" in FORMATS:
        keys = ("--key", "main=text:0123456789abcdef0123456789abcdef")
        token = encode('{"a":1}', fmt="flask-paseto", keys=keys).out.strip()
        refusal("a session in place of a user id: unsupported", "unsupported",
                decode(token, fmt="paseto-remember", keys=keys))
    if "paseto" in FORMATS:
        test_claims()


def test_claims():
    key = ("--key", "main=text:" + Run("key", "new", "v4.local").out.strip())
    token = encode('{"iss":"https://i.example","aud":"me"}', fmt="paseto", keys=key).out.strip()
    ok(decode(token, fmt="paseto", keys=key).code == 0, "a PASETO opens")
    refusal("another issuer: wrong-claim", "wrong-claim",
            decode("--option", "issuer=https://j.example", token, fmt="paseto", keys=key))
    refusal("iss= behind a key asks for the issuer", "wrong-claim",
            decode(token, fmt="paseto", keys=(*key, "iss=https://j.example")))
    ok(decode(token, fmt="paseto", keys=(*key, "iss=https://i.example")).code == 0,
       "and lets the right one through")
    run = encode("--option", "footer=a footer", '{"a":1}', fmt="paseto", keys=key)
    ok(decode(run.out.strip(), fmt="paseto", keys=key).json().get("footer") == "a footer",
       "--option footer= writes a footer, decode shows it", run)
    refusal("a PASETO that is over: expired", "expired",
            decode(encode('{"exp":"2020-01-01T00:00:00Z"}', fmt="paseto", keys=key).out.strip(),
                   fmt="paseto", keys=key))
    refusal("one that begins later: not-yet-valid", "not-yet-valid",
            decode(encode('{"nbf":"2099-01-01T00:00:00Z"}', fmt="paseto", keys=key).out.strip(),
                   fmt="paseto", keys=key))


def test_vectors():
    """The command and the library are one: every Flask vector through decode."""
    digests = {}
    for vector in VECTORS.values():
        if "token" in vector and "hex" not in vector["secret"]["encoding"]:
            params = vector["params"]
            keys = [vector["secret"], *vector["fallback_secrets"]]
            case = (params["salt"], params["digest"], params["key_derivation"], vector["now"],
                    tuple(k["value"] for k in keys))
            digests.setdefault(case, []).append(vector)
    for (salt, digest, derivation, now, secrets), vectors in digests.items():
        vectors = [v for v in vectors if "\n" not in v["token"]]
        args = [a for i, s in enumerate(secrets) for a in ("--key", f"k{i}=text:{s}")]
        run = Run("decode", "--format", "flask", "--lines", "--tagged", "--now", str(now),
                  "--option", "salt=" + salt, "--option", "digest=" + digest,
                  "--option", "derivation=" + derivation, *args,
                  stdin="".join(v["token"] + "\n" for v in vectors).encode())
        answers = [json.loads(line) for line in run.out.splitlines()]
        ok(len(answers) == len(vectors), f"an answer a line for {len(vectors)} cookies", run)
        for vector, answer in zip(vectors, answers):
            good = vector["expect"] == "ok"
            if good and answer["status"] in vector.get("accept_also", []) + ["too-large"]:
                good = False
            ok((answer["status"] == "ok") == good and
               (not good or repr(answer["tagged"]) == repr(vector["payload"])),
               f"the command agrees with Flask: {vector['name']}", answer)


def test_stdin():
    ok(decode("-", stdin=SMALL.encode()).code == 0, "- reads the token from standard input")
    ok(decode("-", stdin=SMALL.encode() + b"\n").code == 0, "and drops one newline")
    ok(decode("-", stdin=SMALL.encode() + b"\n\n").code == 1, "but not two")
    ok(decode("-", stdin=b"\x00" + SMALL.encode()).code == 1, "a NUL before the token counts")
    ok(decode("-", stdin=SMALL.encode() + b"\x00").code == 1, "and one behind it")
    ok(decode("-", stdin=SMALL.encode().replace(b".", b"\x00.", 1)).code == 1, "or within")
    ok(decode("-", stdin=b"\xff\xfe").code == 1, "any bytes may come")
    refusal("nothing comes", decode("").json().get("status", "?"), decode("-", stdin=b""))
    refusal("a megabyte is too large", "too-large", decode("-", stdin=b"a" * 1000000))
    usage("more than 16 MiB is not even read", "16 MiB", "decode", "--format", "flask", *KEY,
          "-", stdin=b"a" * (40 << 20))
    run = encode("-", stdin=b'{"user_id":1}\n')
    ok(run.out == SMALL + "\n", "encode reads its document from standard input", run)


def test_lines():
    text = f"{SMALL}\nbroken\n\n{SMALL}".encode()
    run = decode("--lines", stdin=text)
    answers = [json.loads(line)["status"] for line in run.out.splitlines()]
    ok(len(answers) == 4 and answers[0] == answers[3] == "ok" and "ok" not in answers[1:3],
       "--lines answers every line, the empty and the last unfinished one too", run)
    ok(run.code == 1, "and exits 1 when one of them was refused", run)
    ok(decode("--lines", "-", stdin=text).out == run.out, "- may be said as well")
    ok(decode("--lines", stdin=f"{SMALL}\n{SMALL}\n".encode()).code == 0,
       "0 when all of them were ok")
    ok(decode("--lines", stdin=b"").code == 0, "no line, no answer")
    long = b"a" * 3000000
    run = decode("--lines", stdin=SMALL.encode() + b"\n" + long + b"\n" + SMALL.encode() + b"\n")
    ok([json.loads(line)["status"] for line in run.out.splitlines()]
       == ["ok", "too-large", "ok"], "a line of 3 MB is one refusal, the next line is its own",
       run)
    run = decode("--lines", stdin=SMALL.encode() + b"\n" + long)
    ok([json.loads(line)["status"] for line in run.out.splitlines()] == ["ok", "too-large"],
       "a last line without an end likewise", run)
    for size in (1048575, 1048576, 1048577, 2097152, 2097153):
        run = decode("--lines", stdin=b"b" * size + b"\n" + SMALL.encode() + b"\n")
        ok([json.loads(line)["status"] for line in run.out.splitlines()] == ["too-large", "ok"],
           f"a line of {size} bytes likewise", run)
    run = encode("--lines", stdin=b'{"user_id":1}\nno json\n{}\n')
    lines = run.out.splitlines()
    ok(len(lines) == 3 and lines[0] == SMALL and json.loads(lines[1])["status"] == "malformed"
       and run.code == 1, "encode answers line by line too", run)
    live = subprocess.Popen([COMMAND, "decode", "--format", "flask", *KEY, *NOW, "--lines"],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    live.stdin.write(SMALL.encode() + b"\n")
    live.stdin.flush()
    ok(json.loads(live.stdout.readline())["status"] == "ok",
       "--lines answers before the next line is sent")
    live.stdin.close()
    live.stdout.close()
    ok(live.wait(10) == 0, "and ends with its input")


def test_encode():
    run = encode('{"user_id":1}')
    ok(run.out == SMALL + "\n" and run.code == 0, "encode makes the cookie that Flask makes", run)
    run = encode('{"a":{" t":[1,2]}}')
    ok(decode("--tagged", run.out.strip()).json().get("session") == {"a": [1, 2]},
       "tags in a document for Flask are tags", run)
    for text in ("[1]", "null", "{", "", '"x"', '{"a":1}x', "\ufeff{}"):
        refusal(f"encode refuses {text!r}", "malformed", encode(text))
    refusal("encode refuses what nests too deep", "too-large",
            encode('{"a":' + "[" * 50 + "]" * 50 + "}"))
    run = encode("[1]")
    ok("no token was made" in run.err, "and says so on standard error", run)
    ring = ("--key", "new=text:a-new-secret-0123456789", *KEY)
    run = encode('{"user_id":1}', keys=ring)
    ok(decode(run.out.strip(), keys=ring).json().get("key") == "new", "the first key seals", run)
    ok(decode(SMALL, keys=ring).json().get("key") == "main", "all keys open", run)
    names = [n for n in FORMATS if n not in ("flask-login", "paseto-remember", "paseto")]
    for name in names:
        keys = ("--key", "main=text:0123456789abcdef0123456789abcdef")
        run = encode('{"a":1,"b":"x"}', fmt=name, keys=keys)
        back = decode(run.out.strip(), fmt=name, keys=keys)
        session = back.json().get("session", {})
        ok(session.get("a") == 1 and session.get("b") == "x", f"{name}: what is sealed opens",
           run, back)


def test_xsrf():
    visitor = ("--option", "visitor=dGhlIHZpc2l0b3IgYW5uYQ")
    source = ("--option", "source=cookie:session flask")
    made = Run("xsrf", "make", "--scheme", "signed", *KEY, *visitor, *source, "--option", "user=alice")
    ok(made.code == 0 and len(made.out) == 99, "xsrf make prints a token and a newline", made)
    token = made.out[:-1]

    alice = (*visitor, *source, "--option", "user=alice")

    def status(wanted, name, *args, stdin=b""):
        run = Run("xsrf", "check", "--scheme", "signed", *KEY, *args, stdin=stdin)
        ok(run.code == (wanted != "ok") and run.json() == {"status": wanted, "scheme": "signed"}, name, run)

    status("ok", "its user's token", *alice, token)
    status("ok", "the user from a session", *visitor, *source, "--session", '{"user_id":"alice"}', token)
    status("ok", "a token on standard input", *alice, "-", stdin=token.encode() + b"\n")
    status("mismatch", "another user's token", *visitor, *source, "--option", "user=bob", token)
    status("mismatch", "another visitor's token", "--option", "visitor=x", *source, "--option", "user=alice", token)
    status("mismatch", "a token of another source", *visitor, "--option", "source=cookie:other flask", "--option", "user=alice", token)
    status("mismatch", "a session's token without it", *visitor, token)
    status("mismatch", "nobody's token", token)
    early = Run("xsrf", "make", "--scheme", "signed", *KEY, *visitor).out[:-1]
    status("ok", "a visitor's token, in a session", *alice, early)
    status("expired", "an old token", *alice, "--now", "9999999999", token)
    status("ok", "an old token without a timeout", *alice, "--option", "timeout=off",
           "--now", "9999999999", token)
    status("bad-signature", "a changed token", *alice, token[:-1] + "AB"[token[-1] == "A"])
    status("absent", "an empty token", *alice, "")
    run = Run("xsrf", "check", "--lines", "--scheme", "signed", *KEY, *alice,
              stdin=(token + "\nx\n").encode())
    ok(run.code == 1 and [json.loads(line)["status"] for line in run.out.splitlines()] == ["ok", "malformed"],
       "xsrf check --lines answers every line", run)
    run = Run("xsrf", "make", "--scheme", "signed", *KEY, *source, "--option", "user=alice")
    ok(run.code == 1 and "visitor=" in run.err, "no token without a visitor", run)
    run = Run("xsrf", "make", "--scheme", "signed", *KEY)
    ok(run.code == 1 and "user=" in run.err and SECRET not in run.err, "no token for nobody", run)
    usage("xsrf alone", "xsrf make or xsrf check", "xsrf")
    usage("no scheme", "--scheme is missing", "xsrf", "make", *KEY)
    usage("a scheme that is none", "signed, flask-xsrf, flask-wtf, django", "xsrf", "make", "--scheme", "flask", *KEY)
    usage("a scheme without its key", "--key is missing", "xsrf", "make", "--scheme", "signed")
    usage("an option that no scheme has", "use user=", "xsrf", "make", "--scheme", "signed", *KEY,
          "--option", "salt=x")
    usage("a cookie for another scheme", "--scheme signed", "xsrf", "make", "--scheme", "signed", *KEY,
          "--option", "cookie=x")
    usage("a timeout that is none", "timeout=soon", "xsrf", "check", "--scheme", "signed", *KEY,
          "--option", "timeout=soon", "x")
    usage("a session that is none", "--session is not a JSON object", "xsrf", "make", "--scheme", "signed", *KEY,
          "--session", "[]")
    usage("no token to check", "token is missing", "xsrf", "check", "--scheme", "signed", *KEY)
    usage("two tokens to check", "one token is expected", "xsrf", "check", "--scheme", "signed", *KEY, "a", "b")
    usage("a token to make", "takes no token", "xsrf", "make", "--scheme", "signed", *KEY, "a")


def test_usage():
    usage("an unknown command is refused", "use decode, encode", "decoed")
    ok(Run().code == 2, "no command at all is wrong usage")
    run = Run("--help")
    ok(run.code == 0 and "usage:" in run.out, "--help explains and is fine", run)
    run = Run("--version")
    ok(run.code == 0 and run.out == f"sessioncookie {VERSION}\n", "--version is configure.ac's", run)
    usage("no format", "--format is missing", "decode", *KEY, SMALL)
    usage("a format that is none", "use one of flask", "decode", "--format", "flsk", *KEY, SMALL)
    usage("no key", "--key is missing", "decode", "--format", "flask", SMALL)
    usage("no token", "the token is missing", "decode", "--format", "flask", *KEY)
    usage("two tokens", "one token is expected", "decode", "--format", "flask", *KEY, "a", "b")
    usage("no document", "the document is missing", "encode", "--format", "flask", *KEY)
    usage("a token beside --lines", "leave out the token", "decode", "--format", "flask", *KEY,
          "--lines", SMALL)
    usage("a key without a source", "ID=SOURCE", "decode", "--format", "flask", "--key", "main",
          SMALL)
    usage("a key twice", "given twice", "decode", "--format", "flask", *KEY, *KEY, SMALL)
    usage("a source of no kind", "main", "decode", "--format", "flask", "--key", "main=abc",
          SMALL)
    usage("a missing key file", "/nonexistent", "decode", "--format", "flask", "--key",
          "main=file:/nonexistent", SMALL)
    usage("an environment variable that is not set", "SC_TEST_UNSET", "decode", "--format",
          "flask", "--key", "main=env:SC_TEST_UNSET", SMALL)
    usage("an empty key", "main", "decode", "--format", "flask", "--key", "main=text:", SMALL)
    usage("an option that is none", 'unknown option "sal"; options are: max-age, leeway, salt',
          "decode", "--format", "flask", *KEY, "--option", "sal=x", SMALL)
    usage("an option without a value", "name=value", "decode", "--format", "flask", *KEY,
          "--option", "salt", SMALL)
    usage("a wrong value", "digest", "decode", "--format", "flask", *KEY, "--option",
          "digest=crc32", SMALL)
    usage("a wrong duration", "max-age", "decode", "--format", "flask", *KEY, "--option",
          "max-age=soon", SMALL)
    for now in ("", "x", "5.", ".5", "-1", "1e9", "1 ", "0x10", "9" * 30):
        usage(f"--now {now!r} is no time", "is not a time", "decode", "--format", "flask", *KEY,
              f"--now={now}", SMALL)
    usage("--now twice", "given twice", "decode", "--format", "flask", *KEY, *NOW, *NOW, SMALL)
    usage("--now without a value", "needs a value", "decode", "--format", "flask", *KEY, SMALL,
          "--now")
    usage("an unknown option names the known ones", "--format", "decode", "--keys", "x")
    usage("an option of another command", "not an option here", "encode", "--tagged", "{}")
    usage("a value for a switch", "takes no value", "decode", "--lines=yes")
    usage("a version that is none", "version=5 is not a PASETO version", "decode", "--format",
          "paseto", *KEY, "version=5", SMALL)
    usage("unwrap= of a key that comes later", "unwrap=w", "decode", "--format", "flask", *KEY,
          "unwrap=w", SMALL)
    usage("--unverified with a key", "leave out --key", "decode", "--format", "flask", *KEY,
          "--unverified", SMALL)
    with tempfile.NamedTemporaryFile("w", suffix=".key") as f:
        f.write("short\n")
        f.flush()
        os.chmod(f.name, 0o644)
        run = decode(SMALL, keys=("--key", "main=file:" + f.name))
        ok("warning" in run.err and run.code == 1 and run.json().get("status"),
           "warnings about a key go to standard error", run)
        ok("short\n" not in run.err.replace("short secret", ""), "and do not hold it", run)
    run = decode(SMALL, keys=("--key", "main=exec:printf %s " + SECRET))
    ok(run.code == 0, "a key may come from a command", run)
    run = Run("decode", "--format", "flask", *NOW, "--key", "main=env:SC_TEST_KEY", SMALL,
              env={"SC_TEST_KEY": SECRET})
    ok(run.code == 0, "or from the environment", run)


def test_key():
    with tempfile.TemporaryDirectory() as folder:
        for version in (1, 2, 3, 4):
            key_version(version, folder)
    usage("key alone", "key new", "key")
    usage("key of an unknown verb", "use key new", "key", "make")
    usage("key new without a kind", "v4.local", "key", "new")
    usage("key new v5.local", "VERSION.PURPOSE", "key", "new", "v5.local")
    usage("key new v4.remote", "local or public", "key", "new", "v4.remote")
    usage("key id without a source", "SOURCE is missing", "key", "id")
    usage("a word too many", "one word too many", "key", "id", "text:x", "text:y")
    usage("a raw secret has no version", "add --version", "key", "id", "text:" + "0" * 32)
    usage("a raw secret of another length", "32 bytes", "key", "id", "text:" + "0" * 31,
          "--version", "4")
    usage("--version 5", "use 1 to 4", "key", "id", "text:" + "0" * 32, "--version", "5")
    run = Run("key", "id", "text:" + "0" * 32, "--version", "4")
    ok(run.code == 0 and run.out.startswith("k4.lid."), "but --version gives it one", run)
    usage("wrap without --with", "--with SOURCE", "key", "wrap", "pie", "text:x")
    usage("wrap by a method that is none", "pie, pw or seal", "key", "wrap", "zip",
          "text:" + "0" * 32, "--version", "4", "--with", "text:x")
    usage("unwrap of what is no PASERK", "not a PASERK", "key", "unwrap", "text:hello", "--with",
          "text:x")


def key_version(n, folder):
    def keep(name, text):
        path = os.path.join(folder, f"{n}-{name}")
        with open(path, "w", opener=lambda p, f: os.open(p, f, 0o600)) as f:
            f.write(text)
        return "file:" + path

    local = Run("key", "new", f"v{n}.local").out
    ok(local.startswith(f"k{n}.local.") and local != Run("key", "new", f"v{n}.local").out,
       f"key new v{n}.local makes a new key every time", local)
    secret = Run("key", "new", f"v{n}.public").out
    ok(secret.startswith(f"k{n}.secret."), f"key new v{n}.public makes a secret key")
    local_source, secret_source = keep("local", local), keep("secret", secret)
    public = Run("key", "public", secret_source).out
    ok(public.startswith(f"k{n}.public."), f"v{n}: key public shows the public half", public)
    for source, kind in ((local_source, "lid"), (secret_source, "sid"),
                         (keep("public", public), "pid")):
        run = Run("key", "id", source)
        ok(run.out.startswith(f"k{n}.{kind}.") and run.code == 0, f"v{n}: key id says the {kind}",
           run)
    run = Run("key", "id", "-", stdin=local.encode())
    ok(run.out == Run("key", "id", local_source).out, f"v{n}: key id - reads standard input", run)
    usage(f"v{n}: a local key has no public half", "not a secret key", "key", "public", local_source)
    usage(f"v{n}: --version that the key denies", "says that it is", "key", "id", local_source,
          "--version", str(n % 4 + 1))
    round_trip(n, "pie", local_source, local, local_source, local_source)
    round_trip(n, "pie", secret_source, secret, local_source, local_source)
    round_trip(n, "pw", local_source, local, "text:a long password", "text:a long password")
    if n > 1:  # v1 seals to RSA-4096 only
        round_trip(n, "seal", local_source, local, keep("public", public), secret_source)
    other = keep("other", Run("key", "new", f"v{n}.local").out)
    wrapped = keep("wrapped", Run("key", "wrap", "pie", secret_source, "--with", other).out)
    usage(f"v{n}: a wrapped key does not open under another", "", "key", "unwrap", wrapped,
          "--with", local_source)
    token = encode('{"a":1}', fmt="paseto", keys=("--key", "k=" + secret_source)).out.strip()
    ok(token.startswith(f"v{n}.public."), f"v{n}: a secret key signs", token)
    run = encode('{"a":1}', fmt="paseto", keys=("--key", "k=text:" + "s" * 32, f"version={n}"))
    ok(run.out.startswith(f"v{n}.local."), f"v{n}: version= says what a raw secret is for", run)
    ring = ("--key", "o=" + other, "--key", "k=" + wrapped, "unwrap=o")
    run = decode(token, fmt="paseto", keys=ring)
    ok(run.json().get("session") == {"a": 1} and run.json().get("key") == "k",
       f"v{n}: unwrap= behind a key opens it with an earlier one", run)
    run = encode('{"a":1}', fmt="paseto", keys=ring)
    ok(run.out.startswith(f"v{n}.public."), f"v{n}: a key that only unwraps does not seal", run)
    public_only = ("--key", "k=" + keep("public", public))
    ok(decode(token, fmt="paseto", keys=public_only).code == 0, f"v{n}: a public key verifies")
    refusal(f"v{n}: a public key does not sign", "unsupported",
            encode('{"a":1}', fmt="paseto", keys=public_only))


    keys = ("--key", "k=text:hex:" + raw(public), "--option", f"version={n}",
            "--option", "purpose=public")
    ok(decode(token, fmt="paseto", keys=keys).json().get("session") == {"a": 1},
       f"v{n}: so do its bytes in hex under purpose=public")
    refusal(f"v{n}: another key's bytes do not", "bad-signature",
            decode(token, fmt="paseto", keys=(
                "--key", "k=text:hex:" + raw(Run("key", "public", keep("new", Run(
                    "key", "new", f"v{n}.public").out)).out), *keys[2:])))
    run = decode(token, fmt="paseto", keys=(*keys, "--option", "assertion=x"))
    if n > 2:
        ok(run.json().get("status") == "bad-signature", f"v{n}: an assertion counts", run)
    else:
        ok(run.code == 0 and "no implicit assertion" in run.err,
           f"v{n}: an assertion is left out with a warning", run)


def raw(paserk):
    text = paserk.strip().split(".")[2]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).hex()


def round_trip(n, method, source, text, wrap_with, unwrap_with):
    run = Run("key", "wrap", method, source, "--with", wrap_with)
    ok(run.code == 0 and run.out.startswith(f"k{n}.") and method in run.out,
       f"v{n}: key wrap {method}", run)
    back = Run("key", "unwrap", "-", "--with", unwrap_with, stdin=run.out.encode())
    ok(back.out == text and back.code == 0, f"v{n}: key unwrap gives it back", back)
    back = Run("key", "unwrap", "-", "--with", unwrap_with, "--version", str(n % 4 + 1),
               stdin=run.out.encode())
    ok(back.out == "" and back.code == 2, f"v{n}: but not as another version's", back)


def test_key_list():
    new = lambda what: Run("key", "new", what).out.strip()
    keys = {f"v{n}": new(f"v{n}.public") for n in (1, 2, 3, 4)}
    run = Run("key", "list", *(x for id, key in keys.items() for x in ("--key", f"{id}=text:{key}")))
    want = []
    for key in keys.values():
        os.environ["A_KEY"] = key
        public = Run("key", "public", "env:A_KEY").out.strip()
        os.environ["A_KEY"] = public
        want.append({"kid": Run("key", "id", "env:A_KEY").out.strip(), "paserk": public})
    ok(run.json() == {"keys": want} and run.code == 0 and run.err == "", "key list prints the public halves", run)
    ok(not any(key[10:] in run.out for key in keys.values()), "and nothing else of the keys", run)
    run = Run("key", "list", "--key", "p=text:" + want[3]["paserk"])
    ok(run.json() == {"keys": [want[3]]}, "a public key is listed as it is", run)
    for what, words, says in (
            ("no key", (), "a key is missing"),
            ("a local key", ("--key", "l=text:" + new("v4.local")), "key l is a secret that both sides share"),
            ("a raw secret among others", ("--key", "p=text:" + want[3]["paserk"], "--key", "r=text:0123456789abcdef"),
             "key r is a secret that both sides share"),
            ("a word more", ("--key", "p=text:" + want[3]["paserk"], "file:x"), "one word too many"),
            ("another option", ("--version", "4"), "--version")):
        run = Run("key", "list", *words)
        ok(run.code == 2 and run.out == "" and says in run.err, f"key list: {what} is refused", run)


def test_value():
    def stored(*args, **more):
        return Run("decode", "--value", "--format", *args, **more)

    packed = b"\x82\xa8_user_id\xa17\xa1n\x0a"
    ok(KEPT == ["flask-session"], "one format has ids for tokens", KEPT)
    run = stored("flask-session", "-", stdin=packed + b"\n")
    ok(run.code == 0 and run.json().get("session") == {"_user_id": "7", "n": 10} and run.json()["key"] is None
       or run.json().get("status") == "unsupported", "--value opens MessagePack", run)
    run = stored("flask-session", "--tagged", "-", stdin=pickle.dumps({"t": (1, b"x")}))
    ok(run.code == 0 and run.json().get("tagged") == {"t": {" t": [1, {" b": "eA=="}]}}, "and a pickle", run)
    run = stored("flask-session", "garbage")
    ok(run.code == 1 and run.json() == {"status": "malformed", "format": "flask-session"}, "garbage is malformed", run)
    row = encode('{"a":1}', fmt="django", now=("--now", "1")).out.strip()
    run = stored("django", *KEY, row)
    ok(run.code == 0 and run.json().get("session") == {"a": 1} and run.json()["issued"] is None,
       "a row of Django's, however old", run)
    run = stored("django", *KEY, "--option", "max-age=1h", row)
    ok(run.code == 1 and run.json().get("status") == "expired", "unless max-age= says how old", run)
    run = stored("django", "--key", "k=text:another-secret-than-that", row)
    ok(run.code == 1 and run.json().get("status") == "bad-signature", "not under another key", run)
    usage("--value of Django without a key", "--key is missing", "decode", "--value", "--format", "django", row)
    usage("an id", "a token of flask-session is an id", "decode", "--format", "flask-session", *KEY, "abcdefgh")
    usage("--explain of what nothing signs", "leave out --explain", "decode", "--value", "--format", "flask-session", "--explain", "x")
    usage("--unverified likewise", "leave out --explain", "decode", "--value", "--format", "flask-session", "--unverified", "x")
    usage("--value for encode", "--value is not an option here", "encode", "--value", "--format", "flask", *KEY, "{}")
    usage("bench of ids", "no token of flask-session can be made", "bench", "--format", "flask-session")


def test_unverified():
    def look(token, fmt="flask", *more):
        return Run("decode", "--format", fmt, "--unverified", *more, token)

    run = look(VECTORS["wrong-secret"]["token"])
    ok(run.json().get("status") == "unverified" and run.json().get("session") == {"a": 1}
       and run.json().get("issued") == 1760000000 and run.code == 1,
       "--unverified shows what is inside, and exits 1", run)
    ok("nothing was verified" in run.err, "and says that nothing was verified", run)
    run = look(VECTORS["zlib"]["token"])
    ok(run.json().get("session") == VECTORS["zlib"]["payload"], "compressed ones too", run)
    run = look("no cookie")
    ok(run.json() == {"status": "malformed", "format": "flask"} and run.code == 1,
       "what is no cookie is malformed", run)
    run = look(VECTORS["zlib-bomb"]["token"][:-3] + "xxx")
    ok(run.json().get("status") in ("unverified", "too-large"), "a bomb is bounded", run)
    for name in FORMATS:
        if name in ("paseto", "paseto-remember", "flask-paseto"):
            continue
        keys = ("--key", "main=text:0123456789abcdef0123456789abcdef")
        document = {"_user_id": "7", "_fresh": False}
        token = encode(json.dumps(document), fmt=name, keys=keys).out.strip()
        run = look(token, name)
        session = run.json().get("session") or {}
        session.pop("key_id", None)
        ok(run.json().get("status") == "unverified" and session == document,
           f"{name} can be looked into", run)
    if "paseto" in FORMATS:
        unverified_paseto(look)


def unverified_paseto(look):
    for n in (1, 2, 3, 4):
        key = ("--key", "k=text:" + Run("key", "new", f"v{n}.public").out.strip())
        token = encode("--option", "footer=f", '{"a":1}', fmt="paseto", keys=key).out.strip()
        run = look(token, "paseto")
        ok(run.json().get("session") == {"a": 1} and run.json().get("footer") == "f"
           and (run.json().get("version"), run.json().get("purpose")) == (n, "public"),
           f"v{n}.public can be looked into", run)
        key = ("--key", "k=text:" + Run("key", "new", f"v{n}.local").out.strip())
        token = encode("--option", "footer=f", '{"a":1}', fmt="paseto", keys=key).out.strip()
        run = look(token, "paseto")
        ok(run.json().get("session", 0) is None and run.json().get("footer") == "f"
           and run.json().get("purpose") == "local", f"of v{n}.local the footer shows only", run)
    body = base64.urlsafe_b64encode(b"\xff\x00" + b"x" * 40).decode().rstrip("=")
    run = look(f"v4.local.{body}.{base64.urlsafe_b64encode(bytes([255, 0, 1])).decode()}",
               "paseto")
    ok(run.json().get("footer", 0) is None and run.json().get("footer_base64") == "/wAB",
       "a footer that is no text is shown as base64", run)
    for token in ("v5.local.AAAA", "v4.locale.AAAA", "v4.local.A=A=", "v4.public.AAAA", "v4",
                  "v4.local.AAAA.B"):
        run = look(token, "paseto")
        ok(run.json().get("status") == "malformed", f"{token} is malformed", run)


def test_explain():
    def why(name, wanted, *args, token=SMALL, fmt="flask", keys=KEY, now=NOW):
        run = decode("--explain", *args, token, fmt=fmt, keys=keys, now=now)
        ok(run.code == 1 and wanted in run.err, name, run)
        ok(SECRET not in run.err, "--explain shows no key", run)
        ok(run.out.count("\n") == 1 and "status" in run.json(), "and leaves the answer alone")

    run = decode("--explain", SMALL)
    ok(run.code == 0 and "tried" not in run.err, "--explain says nothing about success", run)
    why("--explain finds another salt", "--option salt=itsdangerous",
        token=VECTORS["wrong-salt"]["token"])
    why("another digest", "--option digest=sha256", token=VECTORS["wrong-digest"]["token"])
    why("another derivation", "--option derivation=django-concat",
        token=VECTORS["wrong-derivation"]["token"])
    why("a missing timestamp", "timed=off", token=VECTORS["untimed"]["token"],
        fmt="itsdangerous")
    why("says that no usual setting would do", "none of", token=VECTORS["flip-payload-5"]["token"])
    why("names the keys", '"main"', token=VECTORS["wrong-secret"]["token"])
    why("says how old it is", "max-age is 2678400 seconds", now=("--now", "1900000000"))
    why("says that it is from the future", "from the future", now=("--now", "1000000000"))
    why("says that the signature is right", "its signature is right",
        token=VECTORS["json-list"]["token"])
    why("says what the outer form is", "payload.timestamp.signature", token="nothing")
    why("says what the limit is", "the limit is 20", "--option", "max-bytes=20")
    why("finds the custom salt's other digest", "--option digest=sha512", "--option", "salt=mine",
        "--option", "digest=sha1", token=encode('{"a":1}', *("--option", "salt=mine", "--option",
                                                          "digest=sha512")).out.strip())
    for name in ("itsdangerous", "django", "cookie-manager", "werkzeug"):
        if name in FORMATS:
            token = encode('{"a":1}', fmt=name).out.strip()
            why(f"finds another format: {name}", f"--format {name}", token=token)
    if "paseto" in FORMATS:
        one, two = (("--key", "k=text:" + Run("key", "new", "v4.local").out.strip())
                    for _ in range(2))
        token = encode("--option", 'footer={"kid":"k4.lid.x"}', '{"a":1}', fmt="paseto",
                       keys=one).out.strip()
        run = decode("--explain", token, fmt="paseto", keys=two)
        ok("v4.local" in run.err and "k4.lid." in run.err,
           "of a PASETO it tells version, purpose and the key that the footer names", run)


def test_revoke():
    def content(text=None):
        if text is not None:
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
        with open(path, encoding="utf-8") as f:
            return f.read()

    digest = "0123456789abcdef" * 4
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "revoked")
        usage("revoke does not make a file", "No such file", "revoke", "add", path, "key", "k")
        content("user\t*\tcut")
        run = Run("revoke", "add", path, "user", "cookie:session", "a\tb\n%é", *NOW)
        line = "user\tcookie:session\ta%09b%0A%25%C3%A9\t1760000002\n"
        ok(run.code == 0 and run.out == line and content() == "user\t*\tcut\n" + line,
           "an entry starts on a line of its own and reaches two seconds ahead", run)
        for words, line in ((("user", "*", "7", "5"), "user\t*\t7\t5\n"), (("user", "*", "7", "ban"), "user\t*\t7\tban\n"),
                            (("key", "k 1", "0"), "key\tk 1\t0\n"), (("session", digest, "7"), f"session\t{digest}\t7\n")):
            run = Run("revoke", "add", path, *words)
            ok(run.code == 0 and run.out == line and content().endswith(line), f"add {words[0]} {words[-1]}", run)
        run = Run("revoke", "list", path)
        ok(run.code == 0 and run.out.count("\n") == 4 and "7\t5" not in run.out and "1 lines are not entries, the first is line 1" in run.err,
           "list shows what counts, and says how many lines do not", run)
        os.chmod(path, 0o640)
        run = Run("revoke", "compact", path, "--older-than", "40d", *NOW)
        ok(run.code == 0 and run.out == "2 entries, 1 superseded ones and 2 old ones removed\n" and content().count("\n") == 3
           and os.stat(path).st_mode & 0o777 == 0o640 and os.listdir(folder) == ["revoked"],
           "compact leaves these, and what it does not understand, in a file of the same mode", run, content())
        before = content()
        for name, want, *words in (
                ("no words", "use revoke add FILE user", path), ("no name", "use revoke add FILE user", path, "user", "*"),
                ("another kind", "use user, key or session", path, "users", "*", "7"), ("an empty name", "may be empty", path, "user", "*", ""),
                ("a source that forges a line", "control characters", path, "user", "*\nuser", "7"), ("a digest that is none", "64 digits", path, "session", "7"),
                ("an id that forges a line", "control characters", path, "key", "a\nb"), ("a time that is none", "seconds since 1970", path, "key", "k", "now"),
                ("a time before 1970", "seconds since 1970", path, "key", "k", "-5"), ("a time too late", "seconds since 1970", path, "key", "k", "253402300800"),
                ("a word too many", "one word too many", path, "key", "k", "5", "6"), ("a name too long", "too long", path, "user", "*", "x" * 5000)):
            usage(f"revoke add, {name}", want, "revoke", "add", *words)
        ok(content() == before, "and none of these has written anything")
        usage("revoke list of nothing", "FILE is missing", "revoke", "list")
        usage("compact of a file that is not there", "No such file", "revoke", "compact", path + ".none")
        usage("compact with a bad duration", "--older-than soon", "revoke", "compact", path, "--older-than", "soon")
        usage("revoke something else", "add, list or compact", "revoke", "remove", path)


def test_bench():
    for name in FORMATS:
        run = Run("bench", "--format", name, "--seconds", "0.02")
        lines = [json.loads(line) for line in run.out.splitlines()]
        ok(run.code == 0 and lines and all(
            list(line)[:5] == ["format", "token_bytes", "open_ns", "seal_ns", "floor_ns"]
            and line["format"] == name and line["open_ns"] > 0 and line["seal_ns"] > 0
            and line["floor_ns"] > 0 and line["token_bytes"] > 10 for line in lines),
           f"bench measures {name}: {len(lines)} line(s)", run)
    usage("bench of a format that is none", "use one of", "bench", "--format", "x")
    usage("bench of a word", "takes no words", "bench", "flask")
    usage("bench of no time", "above 0", "bench", "--seconds", "0")


for test in (test_decode, test_time, test_statuses, test_vectors, test_stdin, test_lines,
             test_encode, test_xsrf, test_usage, test_key, test_key_list, test_value, test_unverified,
             test_explain, test_revoke, test_bench):
    test()
print(f"1..{count}")
sys.exit(failed != 0)

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The examples of docs/sessioncookie.md are run, in order and in an empty folder, and print what
stands there. Where something is random or measured, its shape is compared.

    SESSIONCOOKIE=… test/cli/docs.t --write    puts what they print now into the page
"""
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(HERE, "..", "..", "docs", "sessioncookie.md")
COMMAND = os.path.abspath(os.environ.get("SESSIONCOOKIE", "./sessioncookie"))
RANDOM = re.compile(r"key new|key wrap|key public|key id|key list|bench|format paseto")


def shape(text):
    return re.sub(r"[A-Za-z0-9_-]{20,}|(?<=_ns\":)\d+", "X", text)


def examples(lines):
    """(index of the command, command, index behind its output) for every "    $ " line."""
    at = 0
    while at < len(lines):
        start = at
        at += 1
        if not lines[start].startswith("    $ "):
            continue
        command = lines[start][6:]
        while command.endswith("\\"):
            command = command[:-1] + lines[at].strip()
            at += 1
        first = at
        while at < len(lines) and lines[at].startswith("    ") and lines[at][4:6] != "$ ":
            at += 1
        yield first, command, at


def run(command, folder):
    path = os.path.dirname(COMMAND) + os.pathsep + os.environ["PATH"]
    done = subprocess.run(["sh", "-c", command], cwd=folder, text=True, timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={**os.environ, "PATH": path})
    return done.stdout.splitlines()


def main():
    with open(PAGE, encoding="utf-8") as f:
        lines = f.read().split("\n")
    count = failed = 0
    written, kept = [], 0
    with tempfile.TemporaryDirectory() as folder:
        for first, command, behind in examples(lines):
            got = run(command, folder)
            said = [line[4:] for line in lines[first:behind]]
            same = got == said
            if not same and RANDOM.search(command):
                same = shape("\n".join(got)) == shape("\n".join(said))
            count += 1
            failed += not same
            print(f"{'' if same else 'not '}ok {count} - {command[:70].replace('#', '')}")
            if not same:
                print("# printed:", *got, sep="\n# ")
            written += lines[kept:first] + ["    " + line for line in got]
            kept = behind
    print(f"1..{count}")
    if "--write" in sys.argv:
        with open(PAGE, "w", encoding="utf-8") as f:
            f.write("\n".join(written + lines[kept:]))
    return failed != 0 or count == 0


sys.exit(main())

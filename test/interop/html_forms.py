#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The injector against parse5, a reader of HTML by the specification, and Node's URL: 20 000 random pages (html_forms.mjs)."""
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from interop import SEED, done, ok, skip_all  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
PROBE = os.path.join(os.environ.get("BUILDDIR", "."), "interop_probe")
PAGES = int(os.environ.get("INTEROP_PAGES", "20000"))

if not shutil.which("node"):
    skip_all("there is no node")
if not os.path.isdir("/usr/share/nodejs/parse5"):
    skip_all("parse5 is not there: on Debian, apt-get install node-parse5")
if not os.access(PROBE, os.X_OK):
    skip_all("interop_probe is not built: set BUILDDIR")

run = subprocess.run(["node", os.path.join(HERE, "html_forms.mjs"), PROBE, str(PAGES), str(SEED)],
                     env=dict(os.environ, NODE_PATH="/usr/share/nodejs"), stdout=subprocess.PIPE, timeout=300)
ok(run.returncode == 0 and run.stdout, "the pages were read", run.returncode)
if not run.stdout:
    done()
got = json.loads(run.stdout)
print("# %d pages, seed %d, %d fields, %d forms without one where the injector gave up"
      % (got["pages"], SEED, got["fields"], got["lost"]))
ok(got["pages"] == PAGES and got["fields"] > PAGES // 10, "fields went into the pages", got)
ok(not got["leaks"], "the value is in forms that post home, and nowhere else", *got["leaks"])
ok(got["documents"] == PAGES // 4 and got["scripts"] > PAGES // 8, "the script went into documents", got)
ok(not got["misplaced"], "it is the document's first, and nothing else of it changes", *got["misplaced"])
ok(not got["missing"], "every such form of a plain page has its field", *got["missing"])
done()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# Pages that are hard on a reader of HTML: pages.py NAME BYTES writes one to standard output,
# pages.py alone lists the names.
import sys

FORM = "<form method=post></form>"
PAGES = {
    "forms": ("", FORM),
    "comments-open": ("<!-- ", FORM),
    "comment-floods": ("", "<!--"),
    "comment-dashes": ("<!--", "-- - --!- "),
    "less-than": ("", "<"),
    "tags-open": ("", "<a b=c "),
    "attributes": ("<form method=post ", "a=b c "),
    "attribute-names": ("<form method=post ", "action"),
    "quotes": ("<p ", "a=\"'\" b='\"' "),
    "quotes-open": ("", "<a b=\"c>'"),
    "value": ('<form method=post action="', "/&amp;&sol;"),
    "actions": ("", '<form method=post action="' + "&a;" * 1360 + '"></form>'),
    "actions-open": ("", '<form method=post action="' + "&ampx" * 800 + '"></form>'),
    "methods": ("", "<form method=&Tab;&a;&a;&a;></form>"),
    "text-value": ('<p title="', "x"),
    "templates": ("", "<template>" + FORM),
    "foreign": ("", "<svg></svg><math></math>"),
    "foreign-deep": ("<svg>" * 31, "<g></g><math/>"),
    "script-ends": ("<script>", "</script"),
    "script-escapes": ("<script>", "<!--<script></script>-->"),
    "textarea-ends": ("<textarea>", "</textare>"),
    "nul": ("", "\0"),
    "nul-tags": ("", "<a\0 b=\0>"),
    "cdata": ("<svg>", "<![CDATA[]]]]>"),
    "cdata-open": ("<svg><![CDATA[", "]] >"),
    "bogus": ("", "<?x></ ><!x>"),
    "inputs": (FORM[:-7], "<input name=a value=b>"),
    "bases": ("", "<base href=/a/b/c>"),
    "selects": ("", "<select></select>"),
}


def main():
    if len(sys.argv) < 3:
        print("\n".join(PAGES))
        return
    head, part = PAGES[sys.argv[1]]
    size = int(sys.argv[2])
    sys.stdout.write(head)
    block = part * max(1, 65536 // len(part))
    left = size - len(head)
    while left > len(block):
        sys.stdout.write(block)
        left -= len(block)
    sys.stdout.write(block[: left - left % len(part)])


main()

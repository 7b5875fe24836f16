# SPDX-License-Identifier: Apache-2.0
# A script of ours as a string of C: without comment lines and the spaces that nobody needs, with short names in the
# place of its own. A line "// short: name…" lists those; they must not be names of the platform's. Nothing inside
# quotes changes, and after a "." or before a ":" only what begins with "_".
# It knows no more of JavaScript than that: a regular expression holds neither spaces, quotes nor such names.
{ sub(/^[ \t]+/, "") }
/^\/\/ short: / {
    for (i = 3; i <= NF; i++) short[$i] = substr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$_", ++n, 1)
    next
}
/^\/\// || /^$/ { next }
{
    out = last = ""
    for (rest = $0; rest != ""; rest = substr(rest, RLENGTH + 1)) {
        if (!match(rest, /^"[^"]*"/) && !match(rest, /^'[^']*'/) && !match(rest, /^[A-Za-z_$0-9]+/) && !match(rest, /^ +/)) match(rest, /^./)
        token = substr(rest, 1, RLENGTH)
        if (token ~ /^ / && (last !~ /[A-Za-z_$0-9]$/ || substr(rest, RLENGTH + 1) !~ /^[A-Za-z_$0-9]/)) continue
        if (token in short && (token ~ /^_/ || last != "." && substr(rest, RLENGTH + 1) !~ /^:/)) token = short[token]
        out = out token
        last = token
    }
    gsub(/\\/, "\\\\", out)
    gsub(/"/, "\\\"", out)
    print "\"" out "\""
}

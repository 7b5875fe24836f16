# SPDX-License-Identifier: Apache-2.0
# Makes a page of docs/ into what go-md2man takes: awk -v version=N.N.N -f man.awk PAGE.md
#
# The page says on a line of its own what the manual calls it: <!-- man: NAME SECTION "what it is" -->.
# Links lose their targets, since a terminal cannot follow them. Tables become lists of terms, because
# tbl makes tables as wide as their cells ask for. Long lines of code are folded.

# The last byte of text that still fits: after a comma, "|" or blank if there is one, else anywhere.
function fold_at(text, width,    i) {
    for (i = width; i > width / 2; i--) if (substr(text, i, 1) ~ /[ ,|]/) return i
    return width
}

function code(text,    width, indent, at) {
    for (width = 66; length(text) > width; width = 62) {
        at = fold_at(text, width)
        print "    " indent substr(text, 1, at)
        text = substr(text, at + 1)
        indent = "    "
    }
    print "    " indent text
}

function plain(text,    link, label, target) {
    while (match(text, /!?\[[^]]*\]\([^)]*\)/)) {
        link = substr(text, RSTART, RLENGTH)
        label = target = link
        sub(/^!?\[/, "", label); sub(/\]\(.*/, "", label)
        sub(/.*\]\(/, "", target); sub(/\)$/, "", target)
        if (target ~ /^https?:/) label = label " (" target ")"
        text = substr(text, 1, RSTART - 1) label substr(text, RSTART + RLENGTH)
    }
    gsub(/…/, "...", text); gsub(/→/, "->", text); gsub(/≥/, ">=", text); gsub(/×/, "x", text)
    return text
}

function trim(text) { gsub(/^ +| +$/, "", text); return text }

# A row of a table: the first cell is the term, the others say what it is.
function row(line,    cells, n, i, text) {
    gsub(/\\\|/, "\001", line)
    sub(/^\| */, "", line); sub(/ *\|$/, "", line)
    n = split(line, cells, / *\| */)
    for (i = 1; i <= n; i++) gsub(/\001/, "|", cells[i])
    if (++rows == 1) { for (i in cells) heads[i] = plain(trim(cells[i])); return }
    if (rows == 2) return
    text = plain(trim(cells[2]))
    for (i = 3; i <= n; i++)
        if (trim(cells[i]) != "") text = text "; " heads[i] " " plain(trim(cells[i]))
    print plain(trim(cells[1])) "\n: " text "\n"
}

/^<!-- man: / {
    title = $0; sub(/^<!-- man: /, "", title); sub(/ *-->$/, "", title)
    split(title, words, " ")
    what = title; sub(/^[^"]*"/, "", what); sub(/"$/, "", what)
    print "# " toupper(words[1]) " " words[2] " \"\" \"mod_sessioncookie " version "\" \"mod_sessioncookie\"\n"
    print "# NAME\n\n" words[1] " - " what "\n"
    next
}
/^<!--/ { next }
/^# / { print "# DESCRIPTION"; next }
/^\|/ { row($0); next }
{ rows = 0 }
/^    / && (blank || coding) { coding = 1; gsub(/…/, "..."); code(substr($0, 5)); next }
/^## [A-Z]/ { $0 = toupper($0) }
{ coding = 0; blank = $0 == ""; print plain($0) }

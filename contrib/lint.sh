#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Static analysers, each that is installed: one line of TAP a tool, what it found as comments after it. What a tool
# finds is mended; where the tool is wrong, the reason stands at the line. `make lint` calls this with the
# preprocessor's flags of the build as arguments, in the folder of the build, with
#
#   LINT_SOURCES   the C files that are compiled
#   LINT_TOOLS     some of the tools (default: all)
#   CC, CLANG      the compilers
set -u
TOP=$(cd "$(dirname "$0")/.." && pwd) || exit 1
flags=(-std=c11 "$@")
read -ra sources <<<"${LINT_SOURCES:?use make lint}"
FOUND=$(mktemp) && trap 'rm -f "$FOUND"' EXIT || exit 1
count=0 failed=0

# Those of clang-tidy's checks that find faults, not tastes. Not among them: what httpd's interface asks for (parameters
# of one type beside each other, assignments in conditions, arrays of pointers, numbers as pointers), strings that are
# pointer and length, strcmp() as a truth, products of small constants, and what -Wconversion says better.
TIDY='-*,bugprone-*,-bugprone-easily-swappable-parameters,-bugprone-assignment-in-if-condition'
TIDY+=',-bugprone-sizeof-expression,-bugprone-not-null-terminated-result,-bugprone-suspicious-string-compare'
TIDY+=',-bugprone-implicit-widening-of-multiplication-result,-bugprone-narrowing-conversions'
TIDY+=',cert-err34-c,cert-flp30-c,cert-pos44-c,misc-misplaced-const,misc-redundant-expression'
TIDY+=',performance-*,-performance-no-int-to-ptr,portability-*,readability-inconsistent-declaration-parameter-name'
TIDY+=',readability-misleading-indentation,readability-redundant-control-flow'

# Of shellcheck's: SC1007, `a= b=` empties both; SC2015, C of A && B || C is to run when B fails as well; SC2016,
# what stands in single quotes is for awk or another shell; SC2317, version 0.9 takes what a trap calls for dead.
SHELL_EXCEPT=SC1007,SC2015,SC2016,SC2317

# Parts of words, names of httpd's and of headers, a word of a translation, and what tests spell wrong on purpose.
WORDS=alse,ans,bu,fo,infinit,isnt,isse,modul,nd,parms,sessio,te,tthe

# files_of PATTERN: of the tree, without what is built, fetched or made.
files_of() {
    find "$TOP" \( -name .git -o -name node_modules -o -name 'build*' -o -name 'autom4te*' -o -name corpus \) -prune \
        -o -type f -name "$1" ! -path "$TOP/configure*" ! -name '*.m4' ! -name Makefile.in -print | sort
}

# scripts WITH: those with a first line that names the shell, or those without, which others source.
scripts() {
    files_of '*' | while read -r file; do
        if head -c 32 "$file" | head -n 1 | grep -aqE '^#!.*[/ ](ba)?sh$'; then
            [ "$1" = sourced ] || echo "$file"
        else
            [ "$1" != sourced ] || [[ $file != *.sh ]] || echo "$file"
        fi
    done
}

gcc_analyzer() {
    local file
    for file in "${sources[@]}"; do
        "${CC:-gcc}" "${flags[@]}" -O1 -fanalyzer -fdiagnostics-plain-output -fanalyzer-verbosity=0 -c -o /dev/null "$file"
    done
}
clang_analyzer() {
    "${CLANG:-clang}" "${flags[@]}" --analyze --analyzer-output text "${sources[@]}"
}
clang_tidy() { clang-tidy --quiet --checks="$TIDY" "${sources[@]}" -- "${flags[@]}"; }
# varFuncNullUB: POSIX has NULL as a pointer, and apr_pstrcat() ends with it.
cppcheck_all() {
    cppcheck -q --std=c11 --enable=warning,performance,portability --inline-suppr \
        "${flags[@]:1}" --suppress='*:/usr/include/*' --suppress=varFuncNullUB "${sources[@]}"
}
# From the top: there `. "$TOP/contrib/setup.sh"` is found. What is sourced has its variables from, and for, who does so.
shellcheck_all() (
    cd "$TOP" || exit 1
    scripts run | xargs -d '\n' shellcheck -x -f gcc --exclude="$SHELL_EXCEPT"
    scripts sourced | xargs -d '\n' shellcheck -x -f gcc -s bash --exclude="$SHELL_EXCEPT,SC2034,SC2154"
)
php_all() { files_of '*.php' | xargs -d '\n' -n 1 php -l | grep -v '^No syntax errors'; }
codespell_all() {
    files_of '*' | grep -vE '/package-lock\.json$|/test/vectors/|/languages/.*\.po$' |
        xargs -d '\n' codespell -L "$WORDS"
}

# Without the findings whose line, or one of the three above it, says `lint: CHECK: the reason`.
without_reasoned() {
    awk '
        /^[a-z0-9+-]+: / { hidden = 0 } # a compiler itself
        match($0, /^[^ :]+:[0-9]+:[0-9]+: (warning|(fatal )?error): /) || match($0, /^[^ :]+:[0-9]+:[0-9]+: [a-z]+: .*\[[A-Za-z]+\]$/) {
            split($0, at, ":")
            check = $0
            sub(/.*\[/, "", check)
            sub(/\]$/, "", check)
            told = ""
            for (n = 1; (getline line <at[1]) > 0 && n <= at[2]; n++) if (n >= at[2] - 3) told = told line
            close(at[1])
            hidden = index(told, "lint: " check ":") > 0
        }
        !hidden'
}

# lint PROGRAM NAME FUNCTION: whatever a tool says is a finding.
lint() {
    [[ " ${LINT_TOOLS:-$2} " = *" $2 "* ]] || return 0
    count=$((count + 1))
    command -v "$1" >/dev/null || { echo "ok $count - $2 # SKIP $1 is missing"; return 0; }
    "$3" 2>&1 </dev/null | without_reasoned >"$FOUND"
    # clang-tidy counts what it did not show.
    sed -i -E '/: In function |^In file included|^ +from |^[0-9]+ warnings? (generated|treated)|^Suppressed |^Use -header-filter|^[0-9]+ warnings? suppressed/d' "$FOUND"
    if [ -s "$FOUND" ]; then
        failed=1
        echo "not ok $count - $2"
        sed 's/^/# /' "$FOUND"
    else
        echo "ok $count - $2"
    fi
}

lint "${CC:-gcc}" gcc gcc_analyzer
lint "${CLANG:-clang}" clang clang_analyzer
lint clang-tidy clang-tidy clang_tidy
lint cppcheck cppcheck cppcheck_all
lint shellcheck shellcheck shellcheck_all
lint php php php_all
lint codespell codespell codespell_all
echo "1..$count"
exit $failed

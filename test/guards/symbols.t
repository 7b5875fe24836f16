#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# httpd sees one symbol of the module, and the module has all that is its own: a function that is declared
# and called but nowhere linked shows when httpd starts, which is too late.
module=${BUILDDIR:?}/.libs/mod_sessioncookie.so
echo 1..3
table=$(nm -D "$module") && [ -n "$table" ] && echo "ok 1 - the module's symbols can be read" ||
    echo "not ok 1 - the module's symbols can be read"

exported=$(echo "$table" | awk '$2 ~ /^[BDRTVW]$/ && $3 !~ /^__(asan|ubsan|odr_asan)/ { print $3 }' | tr '\n' ' ')
[ "$exported" = "sessioncookie_module " ] && echo "ok 2 - the module exports sessioncookie_module alone" ||
    echo "not ok 2 - the module exports sessioncookie_module alone, not: $exported"

lacking=$(echo "$table" | awk '$1 == "U" && $2 ~ /^m?sc_/ { print $2 }' | tr '\n' ' ')
[ -z "$lacking" ] && echo "ok 3 - the module lacks no function of its own" ||
    echo "not ok 3 - the module lacks functions of its own: $lacking"

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the template of the plugin's translations, or prints it (-). Wants Debian's gettext.
#
#   test/wordpress/pot.sh [-]
set -eu
cd "$(dirname "$0")/../../wordpress/sessioncookie"
out=languages/sessioncookie.pot
[ "${1-}" != - ] || out=-
{
    xgettext --language=PHP --from-code=UTF-8 --no-wrap --sort-by-file --add-comments=translators --package-name='Session Cookie' \
        --keyword=__ --keyword=_e --keyword=esc_html__ --keyword=esc_attr__ --keyword=_x:1,2c --no-location -o - ./*.php includes/*.php
    sed -n 's/^ \* \(Plugin Name\|Description\): *\(.*\)$/\n#. \1\nmsgid "\2"\nmsgstr ""/p' sessioncookie.php
    # The texts of the block, which WordPress looks up with a context.
    sed -n 's/^  "title": \("[^"]*"\),$/\nmsgctxt "block title"\nmsgid \1\nmsgstr ""/p; s/^  "description": \("[^"]*"\),$/\nmsgctxt "block description"\nmsgid \1\nmsgstr ""/p' block/block.json
} | msguniq --no-wrap --to-code=UTF-8 | sed 's/charset=CHARSET/charset=UTF-8/; /^"POT-Creation-Date/d; /^"PO-Revision-Date/d' |
    sed '/^#\. #-#-#/d; 1,/^#, fuzzy$/c # SPDX-License-''Identifier: GPL-2.0-or-later' |
    if [ "$out" = - ]; then cat; else cat >"$out"; fi

/* SPDX-License-Identifier: Apache-2.0 */
/* Raw text of HTML that passes by: script, style, title, textarea and their like, up to
 * their own end tag, as the tokenizer of HTML 13.2.5 reads them. */
#include "core/base/chars.h"
#include "core/html/html_private.h"

static bool ends_name(unsigned char c)
{
    return sc_char_is_html_space(c) || c == '/' || c == '>';
}

static void raw_text(sc_inject_t *in, unsigned char c)
{
    if (c == '<') {
        in->where = IN_RAW_LT;
        in->dashes = 0;
    }
    else if (in->script) {
        if (c == '>' && in->dashes >= 2) in->script = 0;
        in->dashes = c == '-' ? in->dashes + 1 : 0;
    }
}

static void raw_again(sc_inject_t *in, unsigned char c)
{
    in->where = IN_RAW;
    raw_text(in, c);
}

/* After "<" in raw text. Only a script knows more than its end tag: after "<!--"
 * another
 * "<script" may open, whose "</script" does not end it (HTML 13.2.5.18 to 31). */
static void raw_lt(sc_inject_t *in, unsigned char c)
{
    int script = !strcmp(in->raw, "script");

    in->matched = 0;
    in->word.n = 0;
    in->closing = false;
    if (c == '/' && in->script == 2) {
        in->closing = true;
        in->where = IN_SCRIPT_NAME;
    }
    else if (c == '/') {
        in->where = IN_RAW_END;
    }
    else if (script && c == '!' && !in->script) {
        in->where = IN_SCRIPT_BANG;
    }
    else if (in->script == 1 && sc_char_is_letter(c)) {
        sc_inject_name_add(&in->word, c);
        in->where = IN_SCRIPT_NAME;
    }
    else {
        raw_again(in, c);
    }
}

static void raw_end(sc_inject_t *in, unsigned char c)
{
    apr_size_t n = strlen(in->raw), i;

    if (in->matched < n && (c | 0x20) == (unsigned char)in->raw[in->matched]) {
        in->matched++;
        return;
    }
    if (in->matched < n || !ends_name(c)) {
        raw_again(in, c);
        return;
    }
    sc_inject_tag_start(in, 1, (unsigned char)in->raw[0]);
    for (i = 1; i < n; i++)
        sc_inject_name_add(&in->tag, (unsigned char)in->raw[i]);
    in->script = 0;
    (void)sc_inject_tag_byte(in, c);
}

/* The word after "<" or "</" inside a script's comment. */
static void script_name(sc_inject_t *in, unsigned char c)
{
    if (sc_char_is_letter(c)) {
        sc_inject_name_add(&in->word, c);
        return;
    }
    in->where = IN_RAW;
    if (ends_name(c) && sc_inject_name_is(&in->word, "script")) {
        in->script = in->closing ? 1 : 2;
        in->dashes = 0;
        return;
    }
    raw_text(in, c);
}

static void script_bang(sc_inject_t *in, unsigned char c)
{
    if (c != '-') {
        raw_again(in, c);
    }
    else if (in->where == IN_SCRIPT_BANG) {
        in->where = IN_SCRIPT_BANG_DASH;
    }
    else {
        in->where = IN_RAW;
        in->script = 1;
        in->dashes = 2;
    }
}

void sc_inject_raw_byte(sc_inject_t *in, unsigned char c)
{
    switch (in->where) {
    case IN_RAW:
        raw_text(in, c);
        break;
    case IN_RAW_LT:
        raw_lt(in, c);
        break;
    case IN_RAW_END:
        raw_end(in, c);
        break;
    case IN_SCRIPT_NAME:
        script_name(in, c);
        break;
    default:
        script_bang(in, c);
        break;
    }
}

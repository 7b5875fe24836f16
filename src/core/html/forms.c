/* SPDX-License-Identifier: Apache-2.0 */
/* Finds forms in HTML that passes by: text, comments and CDATA, as the tokenizer of HTML
 * 13.2.5 reads them. Nothing is refused: where a page cannot be read for certain, nothing
 * more is put into it. */
#include "core/html/html_private.h"
#include "core/base/chars.h"
#include <apr_escape.h>
#include <apr_strings.h>

/* --- text and declarations --- */

/* After "<". What some readers take for raw text may hold nothing but its end tag. */
static void tag_open(sc_inject_t *in, unsigned char c)
{
    in->where = IN_DATA;
    if (c == '<') {
        in->where = IN_TAG_OPEN;
    }
    else if (c == '/') {
        in->where = IN_END_OPEN;
    }
    else if (c == '!') {
        in->where = IN_DECLARATION;
    }
    else if (c == '?') {
        in->where = IN_BOGUS;
        if (in->pending) in->lost = true;
    }
    else if (sc_char_is_letter(c)) {
        if (in->pending) in->lost = true;
        sc_inject_tag_start(in, false, c);
    }
}

static void end_open(sc_inject_t *in, unsigned char c)
{
    if (sc_char_is_letter(c)) {
        sc_inject_tag_start(in, true, c);
        return;
    }
    if (in->pending) in->lost = true;
    in->where = c == '>' ? IN_DATA : IN_BOGUS;
}

/* After "<!". CDATA sections are sections in svg and math only; elsewhere, and where
 * that is not certain, one without "<" reads the same either way. */
static void declaration_open(sc_inject_t *in, unsigned char c)
{
    if (c == '[' && in->foreign) {
        in->matched = 1;
        in->where = IN_CDATA_OPEN;
        return;
    }
    if (in->pending) in->lost = true;
    /* <!DOCTYPE is the only one with this letter. */
    if (sc_char_lower(c) == 'd') in->document = true;
    in->where = c == '-' ? IN_DECLARATION_DASH : c == '>' ? IN_DATA : IN_BOGUS;
}

static void cdata_open(sc_inject_t *in, unsigned char c)
{
    static const char opening[] = "[CDATA[";

    if (c == (unsigned char)opening[in->matched]) {
        if (++in->matched < sizeof(opening) - 1) return;
        in->matched = 0;
        in->where = IN_CDATA;
        return;
    }
    if (in->pending) in->lost = true;
    in->where = c == '>' ? IN_DATA : IN_BOGUS;
}

static void cdata_byte(sc_inject_t *in, unsigned char c)
{
    if (c == '<') in->lost = true;
    if (c == '>' && in->matched >= 2)
        in->where = IN_DATA;
    else
        in->matched = c == ']' ? in->matched + 1 : 0;
}

/* HTML 13.2.5.43 to 52: "<!-->" and "<!--->" are whole comments, "--!>" ends one too. */
static void comment_byte(sc_inject_t *in, unsigned char c)
{
    switch (in->where) {
    case IN_COMMENT_START:
    case IN_COMMENT_START_DASH:
        if (c == '>')
            in->where = IN_DATA;
        else if (c == '-')
            in->where =
                in->where == IN_COMMENT_START ? IN_COMMENT_START_DASH : IN_COMMENT_END;
        else
            in->where = IN_COMMENT;
        return;
    case IN_COMMENT_DASH:
        in->where = c == '-' ? IN_COMMENT_END : IN_COMMENT;
        return;
    case IN_COMMENT_END:
        if (c == '>')
            in->where = IN_DATA;
        else if (c != '-')
            in->where = c == '!' ? IN_COMMENT_BANG : IN_COMMENT;
        return;
    case IN_COMMENT_BANG:
        in->where = c == '>' ? IN_DATA : c == '-' ? IN_COMMENT_DASH : IN_COMMENT;
        return;
    default:
        in->where = c == '-' ? IN_COMMENT_DASH : IN_COMMENT;
        return;
    }
}

/* --- the finder --- */

/* True when something belongs after this byte. */
static bool finder_byte(sc_inject_t *in, unsigned char c)
{
    if (in->where >= IN_TAG_NAME) return sc_inject_tag_byte(in, c);
    switch (in->where) {
    case IN_DATA:
        if (c == '<') in->where = IN_TAG_OPEN;
        break;
    case IN_TAG_OPEN:
        tag_open(in, c);
        break;
    case IN_END_OPEN:
        end_open(in, c);
        break;
    case IN_DECLARATION:
        declaration_open(in, c);
        break;
    case IN_DECLARATION_DASH:
        in->where = c == '-' ? IN_COMMENT_START : c == '>' ? IN_DATA : IN_BOGUS;
        break;
    case IN_BOGUS:
        if (c == '>') in->where = IN_DATA;
        break;
    case IN_CDATA_OPEN:
        cdata_open(in, c);
        break;
    case IN_CDATA:
        cdata_byte(in, c);
        break;
    case IN_RAW:
    case IN_RAW_LT:
    case IN_RAW_END:
    case IN_SCRIPT_BANG:
    case IN_SCRIPT_BANG_DASH:
    case IN_SCRIPT_NAME:
        sc_inject_raw_byte(in, c);
        /* Its end tag may have ended, too. */
        return in->where == IN_DATA && in->place;
    default:
        comment_byte(in, c);
        break;
    }
    return false;
}

static apr_size_t up_to(sc_bytes_t bytes, char c)
{
    apr_ssize_t at = sc_bytes_index(bytes, c);

    return at < 0 ? bytes.n : (apr_size_t)at;
}

/* How many bytes at the front change nothing in the present state. */
static apr_size_t finder_skip(const sc_inject_t *in, sc_bytes_t bytes)
{
    switch (in->where) {
    case IN_DATA:
        return sc_inject_skip_plain(bytes, !in->foreign && !in->pending &&
                                               !(in->seeks && in->document));
    case IN_RAW:
        return in->script ? 0 : up_to(bytes, '<');
    case IN_COMMENT:
        return up_to(bytes, '-');
    case IN_BOGUS:
        return up_to(bytes, '>');
    case IN_PLAINTEXT:
        return bytes.n;
    default:
        return sc_inject_tag_skip(in, bytes);
    }
}

/* Data that is sent as HTML: a tag in one of its strings is not the page's. */
static void begin(sc_inject_t *in, sc_bytes_t bytes)
{
    apr_size_t at = 0;

    while (at < bytes.n && sc_char_is_html_space(bytes.p[at]))
        at++;
    if (at == bytes.n) return;
    in->begun = true;
    if (bytes.p[at] == '{' || bytes.p[at] == '[') in->seeks = false;
}

int sc_inject_next(apr_size_t *n, sc_inject_t *inject, sc_bytes_t bytes)
{
    apr_size_t at = 0;

    if (!inject->begun) begin(inject, bytes);
    while (at < bytes.n && !inject->lost) {
        at += finder_skip(inject, sc_bytes_from(bytes, at));
        if (at < bytes.n && finder_byte(inject, bytes.p[at++])) {
            *n = at;
            return inject->place;
        }
    }
    *n = bytes.n;
    return 0;
}

sc_inject_t *sc_inject_make(const sc_origin_t *page, int wanted, apr_pool_t *p)
{
    sc_inject_t *inject = apr_pcalloc(p, sizeof(*inject));

    inject->page = page;
    inject->base_own = true;
    inject->fields = wanted & SC_INJECT_FIELDS;
    inject->seeks = wanted & SC_INJECT_SCRIPT;
    return inject;
}

bool sc_inject_charset(sc_bytes_t charset)
{
    static const char *const others[] = {"utf-16",    "utf16",  "utf-32",    "utf32",
                                         "utf-7",     "utf7",   "iso-2022",  "hz-gb",
                                         "csiso2",    "ucs-",   "iso-10646", "unicode",
                                         "csunicode", "ebcdic", "ibm037"};
    apr_size_t i, j, n;

    if (!charset.p) return true;
    for (i = 0; i < sizeof(others) / sizeof(*others); i++) {
        n = strlen(others[i]);
        for (j = 0; j < n && j < charset.n; j++)
            if ((charset.p[j] | 0x20) != (others[i][j] | 0x20)) break;
        if (j == n) return false;
    }
    return true;
}

static const char *escape_entities(sc_bytes_t text, apr_pool_t *p)
{
    return apr_pescape_entity(p, apr_pstrmemdup(p, (const char *)text.p, text.n), 0);
}

sc_bytes_t sc_inject_field(sc_bytes_t name, sc_bytes_t value, apr_pool_t *p)
{
    return sc_bytes_str(apr_pstrcat(p, "<input type=\"hidden\" name=\"",
                                    escape_entities(name, p), "\" value=\"",
                                    escape_entities(value, p), "\">", NULL));
}

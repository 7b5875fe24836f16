/* SPDX-License-Identifier: Apache-2.0 */
/* Tags of HTML that passes by: names and attributes, as the tokenizer of HTML 13.2.5
 * reads them. */
#include "core/html/html_private.h"

void sc_inject_tag_start(sc_inject_t *in, bool end_tag, unsigned char c)
{
    in->where = IN_TAG_NAME;
    in->end_tag = end_tag;
    in->self_closing = false;
    in->tag_n = end_tag ? 3 : 2;
    in->tag.n = 0;
    in->has_method = in->has_url = false;
    in->method_n = in->url_n = 0;
    in->value = NO_VALUE;
    sc_inject_name_add(&in->tag, c);
}

static void start_attribute(sc_inject_t *in, unsigned char c)
{
    in->attribute.n = 0;
    sc_inject_name_add(&in->attribute, c);
    in->value = NO_VALUE;
    in->where = IN_ATTRIBUTE;
}

/* The name is whole: is its value of interest? Of attributes of one name the first
 * counts. */
static void end_attribute(sc_inject_t *in)
{
    bool form = sc_inject_name_is(&in->tag, "form");

    if (in->end_tag) return;
    if (form && !in->has_method && sc_inject_name_is(&in->attribute, "method")) {
        in->has_method = true;
        in->value = METHOD_VALUE;
    }
    if (!in->has_url && ((form && sc_inject_name_is(&in->attribute, "action")) ||
                         (sc_inject_name_is(&in->tag, "base") &&
                          sc_inject_name_is(&in->attribute, "href")))) {
        in->has_url = true;
        in->value = URL_VALUE;
    }
}

static void keep_value(sc_inject_t *in, unsigned char c)
{
    if (in->value == METHOD_VALUE) {
        if (in->method_n < SC_INJECT_METHOD_MAX)
            in->method[in->method_n++] = c;
        else
            in->method_n = SC_INJECT_METHOD_MAX + 1;
    }
    else if (in->value == URL_VALUE) {
        if (in->url_n < SC_INJECT_URL_MAX)
            in->url[in->url_n++] = c;
        else
            in->url_n = SC_INJECT_URL_MAX + 1;
    }
}

/* Between attributes. */
static bool before_attribute(sc_inject_t *in, unsigned char c)
{
    if (c == '>') return sc_inject_tag_end(in);
    if (c == '/')
        in->where = IN_SELF_CLOSING;
    else if (sc_char_is_html_space(c))
        in->where = IN_BEFORE_ATTRIBUTE;
    else
        start_attribute(in, c);
    return false;
}

/* A name may hold quotes and "<", and may begin with "=". */
static bool in_attribute(sc_inject_t *in, unsigned char c)
{
    if (!sc_char_is_html_space(c) && c != '/' && c != '>' && c != '=') {
        sc_inject_name_add(&in->attribute, c);
        return false;
    }
    end_attribute(in);
    in->where = IN_AFTER_ATTRIBUTE;
    if (sc_char_is_html_space(c)) return false;
    if (c != '=') return before_attribute(in, c);
    in->where = IN_BEFORE_VALUE;
    return false;
}

static bool before_value(sc_inject_t *in, unsigned char c)
{
    if (c == '>') return sc_inject_tag_end(in);
    if (c == '"')
        in->where = IN_DOUBLE_QUOTES;
    else if (c == '\'')
        in->where = IN_SINGLE_QUOTES;
    else if (!sc_char_is_html_space(c)) {
        in->where = IN_UNQUOTED;
        keep_value(in, c);
    }
    return false;
}

static bool unquoted_value(sc_inject_t *in, unsigned char c)
{
    if (sc_char_is_html_space(c) || c == '>') return before_attribute(in, c);
    keep_value(in, c);
    return false;
}

static void quoted_value(sc_inject_t *in, unsigned char c, unsigned char quote)
{
    if (c == quote)
        in->where = IN_AFTER_VALUE;
    else
        keep_value(in, c);
}

static bool after_attribute(sc_inject_t *in, unsigned char c)
{
    if (sc_char_is_html_space(c)) return false;
    if (c != '=') return before_attribute(in, c);
    in->where = IN_BEFORE_VALUE;
    return false;
}

bool sc_inject_tag_byte(sc_inject_t *in, unsigned char c)
{
    in->tag_n++;
    switch (in->where) {
    case IN_TAG_NAME:
        if (sc_char_is_html_space(c) || c == '/' || c == '>')
            return before_attribute(in, c);
        sc_inject_name_add(&in->tag, c);
        return false;
    case IN_ATTRIBUTE:
        return in_attribute(in, c);
    case IN_AFTER_ATTRIBUTE:
        return after_attribute(in, c);
    case IN_BEFORE_VALUE:
        return before_value(in, c);
    case IN_DOUBLE_QUOTES:
        quoted_value(in, c, '"');
        return false;
    case IN_SINGLE_QUOTES:
        quoted_value(in, c, '\'');
        return false;
    case IN_UNQUOTED:
        return unquoted_value(in, c);
    case IN_SELF_CLOSING:
        in->self_closing = c == '>';
        /* falls through */
    default:
        return before_attribute(in, c);
    }
}

apr_size_t sc_inject_tag_skip(const sc_inject_t *in, sc_bytes_t bytes)
{
    apr_ssize_t at;

    /* Only values that are kept, and the length of a form's tag, matter. */
    if (in->value != NO_VALUE || sc_inject_name_is(&in->tag, "form")) return 0;
    if (in->where == IN_DOUBLE_QUOTES)
        at = sc_bytes_index(bytes, '"');
    else if (in->where == IN_SINGLE_QUOTES)
        at = sc_bytes_index(bytes, '\'');
    else
        return 0;
    return at < 0 ? bytes.n : (apr_size_t)at;
}

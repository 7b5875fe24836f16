/* SPDX-License-Identifier: Apache-2.0 */
/* Tags of HTML that passes by: names and attributes as the tokenizer of HTML 13.2.5 reads
 * them, and what a tag means to the tree (13.2.6) as far as forms are concerned. */
#include "core/base/chars.h"
#include "core/html/forms_private.h"

/* Elements whose content is text up to their end tag, with scripts. */
static const char *const raw_names[] = {"script",   "style",     "title",    "textarea",
                                        "xmp",      "iframe",    "noscript", "noembed",
                                        "noframes", "plaintext", NULL};

/* Elements of svg and math whose content is HTML again. */
static const char *const html_names[] = {
    "foreignobject", "desc", "annotation-xml", "mi", "mo", "mn", "ms", "mtext", NULL};

static const char *find(const char *const *names, const inject_name_t *name)
{
    for (; *names; names++)
        if (inject_name_is(name, *names)) return *names;
    return NULL;
}

/* --- what a tag means --- */

static int is_post(sc_inject_t *in)
{
    if (!in->has_method || in->method_n > INJECT_METHOD_MAX) return 0;
    in->method_n = sc_attribute_decode(in->method, in->method_n);
    return in->method_n == 4 && (in->method[0] | 0x20) == 'p' &&
           (in->method[1] | 0x20) == 'o' && (in->method[2] | 0x20) == 's' &&
           (in->method[3] | 0x20) == 't';
}

/* A URL that is too long to look at might lead anywhere. */
static int url_is_own(sc_inject_t *in)
{
    if (in->url_n > INJECT_URL_MAX) return 0;
    return sc_action_is_own(in->url, in->url_n, in->page, in->base_own);
}

/* A field belongs behind a form that opens here, posts, and stays at home. Browsers
 * ignore a form inside a form: its fields would go where the outer one leads. */
static int form_tag(sc_inject_t *in)
{
    if (in->foreign || in->select) {
        in->lost = 1;
        return 0;
    }
    if (in->template) return 0;
    if (in->end_tag) {
        in->form = 0;
        return 0;
    }
    if (in->form) return 0;
    in->form = 1;
    return is_post(in) && url_is_own(in) && in->tag_n <= SC_INJECT_TAG_MAX;
}

/* The first <base href> counts, but any that leads away is taken for it. */
static void base_tag(sc_inject_t *in)
{
    if (!in->end_tag && in->has_url && !url_is_own(in)) in->base_own = 0;
}

static void template_tag(sc_inject_t *in)
{
    if (in->foreign || in->select)
        in->lost = 1;
    else if (!in->end_tag)
        in->template ++;
    else if (in->template)
        in->template --;
}

/* svg and math that close each other, or nest deeper than anybody draws, are not
 * followed. */
static void foreign_tag(sc_inject_t *in)
{
    unsigned math = inject_name_is(&in->tag, "math") ? 1 : 0;

    if (in->end_tag) {
        if (in->foreign == 0) return;
        if ((in->maths & 1) != math) in->lost = 1;
        in->maths >>= 1;
        in->foreign--;
    }
    else if (!in->self_closing) {
        if (in->foreign == 32) in->lost = 1;
        in->maths = in->maths << 1 | math;
        in->foreign++;
    }
}

/* A start tag of what may be raw text. Inside svg, math, select and template it may as
 * well not be: then it must hold no markup, so that both readings agree. */
static void raw_tag(sc_inject_t *in, const char *name)
{
    if (in->foreign || in->select || in->template) {
        in->pending = name;
        if (!strcmp(name, "plaintext")) in->lost = 1;
        return;
    }
    in->where = strcmp(name, "plaintext") ? IN_RAW : IN_PLAINTEXT;
    in->raw = name;
    in->script = 0;
}

static int end_of_tag(sc_inject_t *in)
{
    const char *name = find(raw_names, &in->tag);

    in->where = IN_DATA;
    if (in->pending) {
        if (!in->end_tag || !inject_name_is(&in->tag, in->pending)) in->lost = 1;
        in->pending = NULL;
        return 0;
    }
    if (inject_name_is(&in->tag, "form")) return form_tag(in);
    if (inject_name_is(&in->tag, "base"))
        base_tag(in);
    else if (inject_name_is(&in->tag, "template"))
        template_tag(in);
    else if (inject_name_is(&in->tag, "svg") || inject_name_is(&in->tag, "math"))
        foreign_tag(in);
    else if (inject_name_is(&in->tag, "frameset"))
        in->lost = 1; /* frames instead of a body: no forms, and tags are ignored */
    else if (inject_name_is(&in->tag, "select"))
        in->select = !in->end_tag;
    else if (!name && in->foreign)
        name = find(html_names, &in->tag);
    if (name && !in->end_tag) raw_tag(in, name);
    return 0;
}

/* --- how a tag is written --- */

void inject_tag_start(sc_inject_t *in, int end_tag, unsigned char c)
{
    in->where = IN_TAG_NAME;
    in->end_tag = end_tag;
    in->self_closing = 0;
    in->tag_n = end_tag ? 3 : 2;
    in->tag.n = 0;
    in->has_method = in->has_url = 0;
    in->method_n = in->url_n = 0;
    in->value = NO_VALUE;
    inject_name_put(&in->tag, c);
}

static void start_attribute(sc_inject_t *in, unsigned char c)
{
    in->attribute.n = 0;
    inject_name_put(&in->attribute, c);
    in->value = NO_VALUE;
    in->where = IN_ATTRIBUTE;
}

/* The name is whole: is its value of interest? Of attributes of one name the first
 * counts. */
static void end_attribute(sc_inject_t *in)
{
    int form = inject_name_is(&in->tag, "form");

    if (in->end_tag) return;
    if (form && !in->has_method && inject_name_is(&in->attribute, "method")) {
        in->has_method = 1;
        in->value = METHOD_VALUE;
    }
    if (!in->has_url &&
        ((form && inject_name_is(&in->attribute, "action")) ||
         (inject_name_is(&in->tag, "base") && inject_name_is(&in->attribute, "href")))) {
        in->has_url = 1;
        in->value = URL_VALUE;
    }
}

static void put_value(sc_inject_t *in, unsigned char c)
{
    if (in->value == METHOD_VALUE) {
        if (in->method_n < INJECT_METHOD_MAX)
            in->method[in->method_n++] = c;
        else
            in->method_n = INJECT_METHOD_MAX + 1;
    }
    else if (in->value == URL_VALUE) {
        if (in->url_n < INJECT_URL_MAX)
            in->url[in->url_n++] = c;
        else
            in->url_n = INJECT_URL_MAX + 1;
    }
}

/* Between attributes. */
static int before_attribute(sc_inject_t *in, unsigned char c)
{
    if (c == '>') return end_of_tag(in);
    if (c == '/')
        in->where = IN_SELF_CLOSING;
    else if (sc_char_is_html_space(c))
        in->where = IN_BEFORE_ATTRIBUTE;
    else
        start_attribute(in, c);
    return 0;
}

/* A name may hold quotes and "<", and may begin with "=". */
static int in_attribute(sc_inject_t *in, unsigned char c)
{
    if (!sc_char_is_html_space(c) && c != '/' && c != '>' && c != '=') {
        inject_name_put(&in->attribute, c);
        return 0;
    }
    end_attribute(in);
    in->where = IN_AFTER_ATTRIBUTE;
    if (sc_char_is_html_space(c)) return 0;
    if (c != '=') return before_attribute(in, c);
    in->where = IN_BEFORE_VALUE;
    return 0;
}

static int before_value(sc_inject_t *in, unsigned char c)
{
    if (c == '>') return end_of_tag(in);
    if (c == '"')
        in->where = IN_DOUBLE_QUOTES;
    else if (c == '\'')
        in->where = IN_SINGLE_QUOTES;
    else if (!sc_char_is_html_space(c)) {
        in->where = IN_UNQUOTED;
        put_value(in, c);
    }
    return 0;
}

static int unquoted(sc_inject_t *in, unsigned char c)
{
    if (sc_char_is_html_space(c) || c == '>') return before_attribute(in, c);
    put_value(in, c);
    return 0;
}

static void quoted(sc_inject_t *in, unsigned char c, unsigned char quote)
{
    if (c == quote)
        in->where = IN_AFTER_VALUE;
    else
        put_value(in, c);
}

static int after_attribute(sc_inject_t *in, unsigned char c)
{
    if (sc_char_is_html_space(c)) return 0;
    if (c != '=') return before_attribute(in, c);
    in->where = IN_BEFORE_VALUE;
    return 0;
}

int inject_tag_byte(sc_inject_t *in, unsigned char c)
{
    in->tag_n++;
    switch (in->where) {
    case IN_TAG_NAME:
        if (sc_char_is_html_space(c) || c == '/' || c == '>')
            return before_attribute(in, c);
        inject_name_put(&in->tag, c);
        return 0;
    case IN_ATTRIBUTE:
        return in_attribute(in, c);
    case IN_AFTER_ATTRIBUTE:
        return after_attribute(in, c);
    case IN_BEFORE_VALUE:
        return before_value(in, c);
    case IN_DOUBLE_QUOTES:
        quoted(in, c, '"');
        return 0;
    case IN_SINGLE_QUOTES:
        quoted(in, c, '\'');
        return 0;
    case IN_UNQUOTED:
        return unquoted(in, c);
    case IN_SELF_CLOSING:
        in->self_closing = c == '>';
        /* falls through */
    default:
        return before_attribute(in, c);
    }
}

apr_size_t inject_tag_skip(const sc_inject_t *in, sc_bytes_t bytes)
{
    apr_ssize_t at;

    /* Only what is kept, and a form's length, is of interest. */
    if (in->value != NO_VALUE || inject_name_is(&in->tag, "form")) return 0;
    if (in->where == IN_DOUBLE_QUOTES)
        at = sc_bytes_index(bytes, '"');
    else if (in->where == IN_SINGLE_QUOTES)
        at = sc_bytes_index(bytes, '\'');
    else
        return 0;
    return at < 0 ? bytes.n : (apr_size_t)at;
}

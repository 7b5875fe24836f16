/* SPDX-License-Identifier: Apache-2.0 */
/* What a tag means to the tree that a browser builds (HTML 13.2.6), as far as forms are
 * concerned: which element's content is text, whether a form is open, and whether a field
 * or the script belongs after the tag. */
#include "core/html/charref.h"
#include "core/html/form_target.h"
#include "core/html/html_private.h"

/* Elements whose content is text up to their end tag, where scripts are enabled. */
static const char *const raw_names[] = {"script",   "style",     "title",    "textarea",
                                        "xmp",      "iframe",    "noscript", "noembed",
                                        "noframes", "plaintext", NULL};

/* Elements of svg and math whose content is HTML again. */
static const char *const html_names[] = {
    "foreignobject", "desc", "annotation-xml", "mi", "mo", "mn", "ms", "mtext", NULL};

/* The other elements that matter outside of svg and math. */
static const char *const other_names[] = {"form", "base",     "template", "svg",  "math",
                                          "html", "frameset", "select",   "head", NULL};

static const char *find_name(const char *const *names, const sc_inject_name_t *name)
{
    for (; *names; names++)
        if (sc_inject_name_is(name, *names)) return *names;
    return NULL;
}

static bool is_listed(const char *const *names, sc_bytes_t name)
{
    for (; *names; names++)
        if (sc_char_lower(name.p[0]) == (unsigned char)**names &&
            sc_bytes_eq_word(name, *names))
            return true;
    return false;
}

bool sc_inject_matters(sc_bytes_t name)
{
    /* The first letter tells most tags of a page: div, a, li. */
    return memchr("bfhimnpstx", sc_char_lower(name.p[0]), 10) &&
           (is_listed(other_names, name) || is_listed(raw_names, name));
}

static bool is_post(sc_inject_t *in)
{
    if (!in->has_method || in->method_n > SC_INJECT_METHOD_MAX) return false;
    in->method_n = sc_charref_decode(in->method, in->method_n);
    return sc_bytes_eq_word(sc_bytes(in->method, in->method_n), "post");
}

/* A URL that is too long to look at might lead anywhere. */
static bool url_is_own(sc_inject_t *in)
{
    if (in->url_n > SC_INJECT_URL_MAX) return false;
    return sc_form_target_is_own(in->url, in->url_n, in->page, in->base_own);
}

/* A field belongs after the start tag of a form that posts to the page's own origin.
 * Browsers ignore a form inside a form: its fields go where the outer one is sent. */
static bool form_tag(sc_inject_t *in)
{
    if (in->foreign || in->select) {
        in->lost = true;
        return false;
    }
    if (in->template) return false;
    if (in->end_tag) {
        in->form = false;
        return false;
    }
    if (in->form) return false;
    in->form = true;
    return is_post(in) && url_is_own(in) && in->tag_n <= SC_INJECT_TAG_MAX;
}

/* The first <base href> counts, but any that leads away is taken for it. */
static void base_tag(sc_inject_t *in)
{
    if (!in->end_tag && in->has_url && !url_is_own(in)) in->base_own = false;
}

static void template_tag(sc_inject_t *in)
{
    if (in->foreign || in->select)
        in->lost = true;
    else if (!in->end_tag)
        in->template ++;
    else if (in->template)
        in->template --;
}

/* svg and math that close each other, or nest more than 32 levels deep, are not
 * followed. */
static void foreign_tag(sc_inject_t *in)
{
    unsigned math = sc_inject_name_is(&in->tag, "math") ? 1 : 0;

    if (in->end_tag) {
        if (in->foreign == 0) return;
        if ((in->maths & 1) != math) in->lost = true;
        in->maths >>= 1;
        in->foreign--;
    }
    else if (!in->self_closing) {
        if (in->foreign == 32) in->lost = true;
        in->maths = in->maths << 1 | math;
        in->foreign++;
    }
}

/* A start tag of an element that may hold raw text. Inside svg, math, select and template
 * browsers may read its content as markup instead; then it must hold none, so that both
 * readings agree. */
static void raw_tag(sc_inject_t *in, const char *name)
{
    if (in->foreign || in->select || in->template) {
        in->pending = name;
        if (!strcmp(name, "plaintext")) in->lost = true;
        return;
    }
    in->where = strcmp(name, "plaintext") ? IN_RAW : IN_PLAINTEXT;
    in->raw = name;
    in->script = 0;
}

/* What the tag means. True when a field belongs after it. */
static bool tag_end(sc_inject_t *in)
{
    const char *name = find_name(raw_names, &in->tag);

    in->where = IN_DATA;
    if (in->pending) {
        if (!in->end_tag || !sc_inject_name_is(&in->tag, in->pending)) in->lost = true;
        in->pending = NULL;
        return false;
    }
    if (sc_inject_name_is(&in->tag, "form")) return form_tag(in);
    if (sc_inject_name_is(&in->tag, "base"))
        base_tag(in);
    else if (sc_inject_name_is(&in->tag, "template"))
        template_tag(in);
    else if (sc_inject_name_is(&in->tag, "svg") || sc_inject_name_is(&in->tag, "math"))
        foreign_tag(in);
    else if (sc_inject_name_is(&in->tag, "frameset"))
        /* Frames instead of a body: no forms, and tags are ignored. An end tag without
         * its start tag means nothing. */
        in->lost = in->lost || !in->end_tag;
    else if (sc_inject_name_is(&in->tag, "select"))
        in->select = !in->end_tag;
    else if (!name && in->foreign)
        name = find_name(html_names, &in->tag);
    if (name && !in->end_tag) raw_tag(in, name);
    return false;
}

/* Before a script in a select or a template the parser's answer is not to be relied on.
 */
static bool is_script_place(sc_inject_t *in)
{
    bool html = sc_inject_name_is(&in->tag, "html");

    if (!in->seeks || in->lost || in->where != IN_DATA || in->pending || in->foreign ||
        in->template || in->select)
        return false;
    if (!in->end_tag && (html || sc_inject_name_is(&in->tag, "head")))
        in->document = true;
    return in->document && !html && in->base_own;
}

bool sc_inject_tag_end(sc_inject_t *in)
{
    in->place = 0;
    if (tag_end(in) && in->fields) {
        in->place = SC_INJECT_FIELDS;
    }
    else if (is_script_place(in)) {
        in->place = SC_INJECT_SCRIPT;
        in->seeks = false;
        in->lost = !in->fields; /* and there is nothing more to look for */
    }
    return in->place != 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_HTML_PRIVATE_H
#define SC_HTML_PRIVATE_H

#include "core/base/chars.h"
#include "core/html/forms.h"

/* What the files of the form finder share. */

#define SC_INJECT_NAME_MAX   16 /* longer than every name of interest */
#define SC_INJECT_METHOD_MAX 64
#define SC_INJECT_URL_MAX    4096

typedef enum {
    /* text */
    IN_DATA,
    IN_TAG_OPEN, /* after "<" */
    IN_END_OPEN, /* after "</" */
    IN_DECLARATION,
    IN_DECLARATION_DASH,
    IN_COMMENT_START,
    IN_COMMENT_START_DASH,
    IN_COMMENT,
    IN_COMMENT_DASH,
    IN_COMMENT_END,
    IN_COMMENT_BANG,
    IN_BOGUS, /* up to ">" */
    IN_CDATA_OPEN,
    IN_CDATA,
    IN_RAW, /* up to the end tag of `raw` */
    IN_RAW_LT,
    IN_RAW_END,
    IN_SCRIPT_BANG,
    IN_SCRIPT_BANG_DASH,
    IN_SCRIPT_NAME,
    IN_PLAINTEXT,
    /* a tag; all from here on */
    IN_TAG_NAME,
    IN_BEFORE_ATTRIBUTE,
    IN_ATTRIBUTE,
    IN_AFTER_ATTRIBUTE,
    IN_BEFORE_VALUE,
    IN_DOUBLE_QUOTES,
    IN_SINGLE_QUOTES,
    IN_UNQUOTED,
    IN_AFTER_VALUE,
    IN_SELF_CLOSING
} sc_inject_where_t;

/* A short name, in lower case; n is SC_INJECT_NAME_MAX + 1 when it is longer. */
typedef struct {
    unsigned char text[SC_INJECT_NAME_MAX];
    apr_size_t n;
} sc_inject_name_t;

struct sc_inject_t {
    const sc_origin_t *page;
    sc_inject_where_t where;
    int place;          /* what belongs after the tag that has just ended */
    bool fields;        /* wanted */
    bool seeks;         /* the script's place, which has not come yet */
    bool begun;         /* the first character that is not space has come */
    bool document;      /* and not a piece of one */
    bool lost;          /* nothing more is put into this page */
    bool base_own;      /* relative actions stay at home */
    bool form;          /* a form is open: browsers ignore a form inside a form */
    int foreign;        /* depth of svg and math */
    apr_uint32_t maths; /* a bit a level: math or svg */
    int template;
    bool select;
    const char *pending; /* the next markup must be this end tag */

    /* raw text */
    const char *raw;
    apr_size_t matched;
    int script; /* 0; 1 after "<!--"; 2 after "<script" in there */
    int dashes;
    bool closing; /* IN_SCRIPT_NAME: of "</" */
    sc_inject_name_t word;

    /* a tag */
    bool end_tag;
    bool self_closing;
    apr_size_t tag_n;
    sc_inject_name_t tag;
    sc_inject_name_t attribute;
    enum { NO_VALUE, METHOD_VALUE, URL_VALUE } value; /* which one is kept */
    bool has_method, has_url;
    apr_size_t method_n, url_n; /* beyond their MAX: too long */
    unsigned char method[SC_INJECT_METHOD_MAX];
    unsigned char url[SC_INJECT_URL_MAX];
};

/* Adds a letter to a name; one that is too long equals no word. */
static inline void sc_inject_name_add(sc_inject_name_t *name, unsigned char c)
{
    if (name->n < SC_INJECT_NAME_MAX)
        name->text[name->n++] = sc_char_lower(c);
    else
        name->n = SC_INJECT_NAME_MAX + 1;
}

static inline bool sc_inject_name_is(const sc_inject_name_t *name, const char *word)
{
    return name->n == strlen(word) && !memcmp(name->text, word, name->n);
}

/* --- tree.c --- */

/* Whether a tag of this name is more than text to the finder, outside of svg and math. */
bool sc_inject_matters(sc_bytes_t name);

/* A tag is whole. True when something belongs after it: `place`. */
bool sc_inject_tag_end(sc_inject_t *in);

/* --- tag.c --- */

/* Starts a tag whose name begins with the letter c. */
void sc_inject_tag_start(sc_inject_t *in, bool end_tag, unsigned char c);

/* A byte of a tag. True when it ends the tag and something belongs after it. */
bool sc_inject_tag_byte(sc_inject_t *in, unsigned char c);

/* How many bytes of an attribute's value need no look: up to the quote. */
apr_size_t sc_inject_tag_skip(const sc_inject_t *in, sc_bytes_t bytes);

/* --- raw.c --- */

/* A byte of raw text. */
void sc_inject_raw_byte(sc_inject_t *in, unsigned char c);

/* --- plain.c --- */

/* How many bytes at the front change nothing: text, and with `tags` the tags in it. */
apr_size_t sc_inject_skip_plain(sc_bytes_t text, bool tags);

#endif

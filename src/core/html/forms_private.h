/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_INJECT_IMPL_H
#define SC_INJECT_IMPL_H

#include "core/base/chars.h"
#include "core/html/forms.h"

/* What the injector's files share; nobody else includes this. */

#define INJECT_NAME_MAX   16 /* longer than every name of interest */
#define INJECT_METHOD_MAX 64
#define INJECT_URL_MAX    4096

typedef enum {
    /* text */
    IN_DATA,
    IN_TAG_OPEN, /* behind "<" */
    IN_END_OPEN, /* behind "</" */
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
} inject_where_t;

/* A short name, in lower case; n is INJECT_NAME_MAX + 1 when it is longer. */
typedef struct {
    unsigned char text[INJECT_NAME_MAX];
    apr_size_t n;
} inject_name_t;

struct sc_inject_t {
    const sc_origin_t *page;
    inject_where_t where;
    int lost;           /* nothing more is put into this page */
    int base_own;       /* relative actions stay at home */
    int form;           /* a form is open: browsers ignore a form inside a form */
    int foreign;        /* depth of svg and math */
    apr_uint32_t maths; /* a bit a level: math or svg */
    int template;
    int select;
    const char *pending; /* the next markup must be this end tag */

    /* raw text */
    const char *raw;
    apr_size_t matched;
    int script; /* 0, 1 behind "<!--", 2 behind "<script" in there */
    int dashes;
    int closing; /* IN_SCRIPT_NAME: of "</" */
    inject_name_t word;

    /* a tag */
    int end_tag;
    int self_closing;
    apr_size_t tag_n;
    inject_name_t tag;
    inject_name_t attribute;
    enum { NO_VALUE, METHOD_VALUE, URL_VALUE } value; /* which one is kept */
    int has_method, has_url;
    apr_size_t method_n, url_n; /* beyond their MAX: too long */
    unsigned char method[INJECT_METHOD_MAX];
    unsigned char url[INJECT_URL_MAX];
};

void inject_name_put(inject_name_t *name, unsigned char c);
int inject_name_is(const inject_name_t *name, const char *word);

/* A byte of raw text. */
void inject_raw_byte(sc_inject_t *in, unsigned char c);

/* Starts a tag whose name's first letter is c. */
void inject_tag_start(sc_inject_t *in, int end_tag, unsigned char c);

/* A byte of a tag: 1 when it ends the tag and a field belongs behind it. */
int inject_tag_byte(sc_inject_t *in, unsigned char c);

/* The length of the text at the front, and with `tags` of the tags in it, that change
 * nothing. */
apr_size_t inject_plain(sc_bytes_t text, int tags);

/* Bytes of a quoted value that nobody keeps: up to the quote. */
apr_size_t inject_tag_skip(const sc_inject_t *in, sc_bytes_t bytes);

#endif

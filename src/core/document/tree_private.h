/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_DOCUMENT_TREE_H
#define SC_DOCUMENT_TREE_H

#include "core/document/document.h"
#include <json-c/json.h>

/* What the document's files share. How a value is kept in a json-c object:
 *
 * - an integer that fits 64 bits is an int; any other number (floats, NaN, -0, longer
 * integers) is a "double" that carries its JSON text, since json-c would round or
 * saturate it;
 * - a string is its bytes, a lone surrogate three of them (ED A0 80 is \ud800);
 * - a member's name is a C string in json-c, so NUL in it is kept as C0 80, which no
 * UTF-8 text holds. Names go in by sc_key_open() and come out by sc_key_text();
 * - null is a NULL pointer. */

/* Nothing is nested deeper, whatever an option says: reading and writing recurse. */
#define SC_DEPTH_MAX 512

struct sc_doc_t {
    apr_pool_t *pool;
    int tagged;         /* tags mean something */
    sc_value_t *sealed; /* the tagged face */
    sc_value_t *plain;  /* the plain face; the same object where there are no tags */
};

/* document_read.c: any JSON value. *spaced is set when a member's name begins with a
 * space, as every tag does. The value belongs to the caller. */
sc_status_t sc_tree_read(sc_value_t **value, int *spaced, sc_bytes_t json,
                         const sc_limits_t *limits, apr_pool_t *p) SC_CHECK;

/* document_read.c and document_string.c: where the reader is. */
typedef struct {
    const unsigned char *at;
    const unsigned char *end;
    int depth;   /* levels left */
    int members; /* members and elements left */
    int spaced;
    /* Names of the open members, one behind another, then the string being undone. Both
     * are never longer than the JSON text that they come from, so the buffer always
     * suffices. */
    unsigned char *buffer;
} sc_reader_t;

/* Takes the byte c, when it is next. */
static inline int sc_reader_take(sc_reader_t *r, char c)
{
    if (r->at == r->end || *r->at != (unsigned char)c) return 0;
    r->at++;
    return 1;
}

/* document_string.c: the rest of a string, behind its first quote. The text lies in the
 * input when it holds no escape, else in the buffer. `name`: NUL becomes C0 80. */
sc_status_t sc_reader_text(sc_bytes_t *text, sc_reader_t *r, int name) SC_CHECK;

/* document_write.c: a value as JSON. `guard`: members that only look like tags are
 * wrapped in " di", as Flask does. */
sc_bytes_t sc_tree_write(const sc_value_t *value, sc_spacing_t spacing, int guard,
                         apr_pool_t *p);

/* document_tags.c: the plain face of a value, which belongs to the caller. MALFORMED
 * where a tag's content is not what Flask takes. */
sc_status_t sc_tags_resolve(sc_value_t **plain, const sc_value_t *sealed,
                            apr_pool_t *p) SC_CHECK;

/* An object's only member, when its name is a tag of Flask's; else NULL. */
const struct lh_entry *sc_tag_of(const sc_value_t *object);

/* document_value.c: a name as json-c's key, on the stack when it is short. */
typedef struct {
    const char *z;
    char *heap;
    char small[120];
} sc_key_name_t;

void sc_key_open(sc_key_name_t *key, sc_bytes_t name);
void sc_key_close(sc_key_name_t *key);

/* json-c's key as the name that it stands for; copied only where NUL must come back. */
sc_bytes_t sc_key_text(const char *key, apr_pool_t *p);

/* The text of a number that is no int: a "double". */
static inline sc_bytes_t sc_number_text(const sc_value_t *number)
{
    return sc_bytes_str(json_object_get_userdata((sc_value_t *)(apr_uintptr_t)number));
}

/* The table behind an object; json-c's accessor takes no const. */
static inline struct lh_table *sc_table(const sc_value_t *object)
{
    return json_object_get_object((sc_value_t *)(apr_uintptr_t)object);
}

static inline const char *sc_entry_key(const struct lh_entry *entry)
{
    return entry->k;
}

static inline sc_value_t *sc_entry_value(const struct lh_entry *entry)
{
    return (sc_value_t *)(apr_uintptr_t)entry->v;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_DOCUMENT_H
#define SC_DOCUMENT_H

#include "core/document/value.h"
#include "core/document/write.h"

/* A session's contents: a JSON object whose members keep their type and order, integers
 * of any length, names with NUL, lone surrogates.
 *
 * A document may carry Flask's type tags (flask/json/tag.py): one-member objects such as
 * {" t":[1,2]}. It then has two faces: the tagged one, which is sealed again as it came,
 * and the plain one, tags resolved, which everybody else sees: tuple -> array, bytes ->
 * base64 text, Markup -> text, UUID -> its 36 characters, datetime -> its HTTP date, and
 * an object that only looked like a tag -> that object. Without tags the two are the
 * same. */
typedef struct sc_doc_t sc_doc_t;

/* Which face is meant. */
typedef enum { SC_PLAIN, SC_TAGGED } sc_face_t;

/* Reads JSON text as sc_value_parse() does (read.h). MALFORMED also when it is not an
 * object. `tagged`: tags have a meaning here. The text must live as long as the pool. */
sc_status_t sc_doc_parse(sc_doc_t **doc, sc_bytes_t json, bool tagged,
                         const sc_limits_t *limits, apr_pool_t *p) SC_CHECK;

/* An empty document. */
sc_doc_t *sc_doc_make(bool tagged, apr_pool_t *p);

/* A document around an object value, which is taken over and released with the pool. */
sc_doc_t *sc_doc_wrap(sc_value_t *object, bool tagged, apr_pool_t *p);

/* A copy that can be changed without touching the first, which other threads may be
 * copying and reading. */
sc_doc_t *sc_doc_dup(const sc_doc_t *doc, apr_pool_t *p);

/* The document as JSON text. On the tagged face of a
 * document without tags, objects that would read as a tag are wrapped
 * (sc_value_write_guarded). */
sc_bytes_t sc_doc_write(const sc_doc_t *doc, sc_face_t face, sc_spacing_t spacing,
                        apr_pool_t *p);

/* Finds a value on the plain face: by a member's name, or by a JSON Pointer (RFC 6901)
 * when path starts with "/". *value may then be NULL, which is null. */
bool sc_doc_find(const sc_value_t **value, const sc_doc_t *doc, const char *path);

/* Calls `each` for the top-level members of a face in order, until it returns non-zero,
 * which is then returned. The name may hold NUL; it is valid during the call only. */
int sc_doc_each(const sc_doc_t *doc, sc_face_t face,
                int (*each)(void *baton, sc_bytes_t name, const sc_value_t *value),
                void *baton);

/* About how many bytes of memory its values take, both faces together. */
apr_size_t sc_doc_weight(const sc_doc_t *doc);

/* Number of top-level members. */
int sc_doc_size(const sc_doc_t *doc);

/* Puts a top-level member on both faces (the value is as on the tagged face); takes the
 * value over. An existing member keeps its place. */
void sc_doc_put(sc_doc_t *doc, sc_bytes_t name, sc_value_t *value);
void sc_doc_remove(sc_doc_t *doc, sc_bytes_t name);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_DOCUMENT_TAGS_H
#define SC_DOCUMENT_TAGS_H

#include "core/document/value.h"

/* Flask's type tags (flask/json/tag.py): an object with one member, whose name is a tag.
 */

/* Whether the name is a tag: " t", " b", " m", " u", " d" or " di". */
bool sc_tag_is(sc_bytes_t name);

/* The only member (json-c's entry) of an object that is a tag; else NULL. */
const struct lh_entry *sc_tag_of(const sc_value_t *object);

/* The value with its tags resolved, which belongs to the caller. MALFORMED where a tag's
 * content is not what Flask takes. */
sc_status_t sc_tags_resolve(sc_value_t **plain, const sc_value_t *sealed,
                            apr_pool_t *p) SC_CHECK;

#endif

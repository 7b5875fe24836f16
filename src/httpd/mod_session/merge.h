/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_MERGE_H
#define MSC_MERGE_H

#include "httpd/session/session.h"

/* Between the session's document and mod_session's entries, which are text in an
 * apr_table. */

/* Adds the members of a session to the table, and answers what was given there, for the
 * comparison. Both live in `p`. */
const apr_array_header_t *msc_merge_fill(apr_table_t *entries, request_rec *r,
                                         const msc_found_t *found, apr_pool_t *p);

/* Compares the table with what was given (NULL: nothing): *doc is then a changed copy of
 * `from` (NULL: an empty document) for this source. Whether there is a difference; one
 * that cannot be written (not UTF-8, a password without a key for it) is logged and left
 * out. */
bool msc_merge(const sc_doc_t **doc, request_rec *r, const sc_doc_t *from,
               const apr_array_header_t *given, const apr_table_t *entries,
               const msc_source_t *source, apr_pool_t *p);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_DOCUMENT_READ_H
#define SC_DOCUMENT_READ_H

#include "core/document/value.h"

/* Reads JSON text, any value, as Python's json.loads would, bounded by the limits (bytes
 * are checked by the caller): strict RFC 8259 plus NaN, Infinity, -Infinity; well-formed
 * UTF-8; lone \ud800 escapes kept; of duplicate members the last counts; integers of more
 * than 4300 digits refused. MALFORMED when it is not JSON, TOO_LARGE past the limits.
 * null is *value NULL. The value lives as long as the pool. */
sc_status_t sc_value_parse(sc_value_t **value, sc_bytes_t json, const sc_limits_t *limits,
                           apr_pool_t *p) SC_CHECK;

/* The same, but the value belongs to the caller, and lives no longer than the pool, which
 * has the names of its members. *spaced: a member's name begins with a
 * space, as every tag does. *exact: sc_value_write() would write the same bytes, compact.
 */
sc_status_t sc_value_read(sc_value_t **value, bool *spaced, bool *exact, sc_bytes_t json,
                          const sc_limits_t *limits, apr_pool_t *p) SC_CHECK;

#endif

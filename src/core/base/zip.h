/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_ZIP_H
#define SC_ZIP_H

#include "core/base/bytes.h"

/* Inflates one zlib stream (RFC 1950; no gzip, no raw deflate, no preset dictionary).
 * TOO_LARGE past `limit` bytes, MALFORMED when it is not a whole, intact stream (bytes
 * after it are ignored, as zlib.decompress ignores them), ERROR when zlib has no memory.
 * Allocates no more than about twice the limit. */
sc_status_t sc_zip_inflate(sc_bytes_t *out, sc_bytes_t in, apr_size_t limit,
                           apr_pool_t *p) SC_CHECK;

/* Deflates at zlib's default level, as zlib.compress does (and nearly always to the same
 * bytes). ERROR when zlib fails. */
sc_status_t sc_zip_deflate(sc_bytes_t *out, sc_bytes_t in, apr_pool_t *p) SC_CHECK;

#endif

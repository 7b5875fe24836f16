/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_COOKIE_H
#define SC_COOKIE_H

#include "core/base/bytes.h"

/* The Cookie header as werkzeug reads it (sansio/http.py): ";" alone separates outside
 * quotes, names are case-sensitive, nameless pairs are ignored, a value in double quotes
 * is unquoted: \ooo (first digit 0 to 3) is a byte, \x is x. */

/* Finds the next cookie of that name. *at is the offset to go on from, 0 at first.
 * True and the unquoted value (in the header itself, or in p where quotes had to be
 * undone); false when there is no more. */
bool sc_cookie_next(sc_bytes_t *value, apr_size_t *at, sc_bytes_t header,
                    const char *name, apr_pool_t *p);

/* The pair that starts at *at: its name, its value as it stands there, and *at after it.
 */
void sc_cookie_pair(sc_bytes_t *name, sc_bytes_t *value, apr_size_t *at,
                    sc_bytes_t header);

/* A value without its quotes, if it has them, and what they stand for undone. */
sc_bytes_t sc_cookie_unquote(sc_bytes_t value, apr_pool_t *p);

/* A value as werkzeug writes it into Set-Cookie: as it is when it can be bare, else
 * quoted with \" \\ and \ooo. */
sc_bytes_t sc_cookie_quote(sc_bytes_t value, apr_pool_t *p);

#endif

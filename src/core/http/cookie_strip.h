/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_COOKIE_STRIP_H
#define SC_COOKIE_STRIP_H

#include "core/base/bytes.h"

/* The header without every cookie that any peer may read as one of these n names: with
 * white space of Unicode around the name, after a comma or a blank, inside the quotes of
 * another value. The rest stays byte for byte, the separators between what is left "; ".
 * Empty when nothing is left. */
sc_bytes_t sc_cookie_strip(sc_bytes_t header, const char *const *names, int n,
                           apr_pool_t *p);

/* Whether some peer may find more than one cookie of that name. */
bool sc_cookie_is_repeated(sc_bytes_t header, const char *name, apr_pool_t *p);

/* The header with a single cookie of that name, which has this (unquoted) value and comes
 * first; the other cookies as sc_cookie_strip leaves them. */
sc_bytes_t sc_cookie_keep(sc_bytes_t header, const char *name, sc_bytes_t value,
                          apr_pool_t *p);

#endif

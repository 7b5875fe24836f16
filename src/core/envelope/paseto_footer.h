/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PASETO_FOOTER_H
#define SC_PASETO_FOOTER_H

#include "core/document/document.h"

/* A PASETO footer is any bytes; one that is a JSON object may name a key in its member
 * kid. It is read before anything is authenticated, so its size is bounded (PASETO,
 * Footer claims). */

#define SC_FOOTER_MAX     4096 /* bytes, decoded */
#define SC_FOOTER_DEPTH   4
#define SC_FOOTER_MEMBERS 64

/* The footer's kid; p NULL when the footer is not a JSON object or has no member kid that
 * is a string. TOO_LARGE past the bounds. */
sc_status_t sc_footer_kid(sc_bytes_t *kid, sc_bytes_t footer, apr_pool_t *p) SC_CHECK;

/* The footer with another kid, or without one when `kid` is NULL; the rest as it was.
 * MALFORMED when it is not an object, TOO_LARGE when it was or would
 * be past the bounds. */
sc_status_t sc_footer_name(sc_bytes_t *to, sc_bytes_t footer, const char *kid,
                           apr_pool_t *p) SC_CHECK;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CACHING_H
#define SC_CACHING_H

#include "core/base/bytes.h"

/* The Cache-Control of a response (RFC 9111 5.2.2): a list of directives, all lines of it
 * joined by commas. NULL: the response has none. */

/* Whether the response asks shared caches to keep it: public, s-maxage. */
bool sc_caching_is_public(const char *control);

/* Whether it says how long the response is fresh, or that it is not to be used
 * unchecked: max-age, no-cache, no-store. */
bool sc_caching_is_explicit(const char *control);

/* The same for one visitor alone: private, unless no-store; without what is for shared
 * caches (with public, max-age is) and without what lets a stale response be used;
 * max-age at most `seconds` (-1: any). All else stays as it is. */
const char *sc_caching_private(const char *control, apr_int64_t seconds, apr_pool_t *p);

#endif

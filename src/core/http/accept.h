/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_ACCEPT_H
#define SC_ACCEPT_H

#include "core/base/bytes.h"

/* Whether an Accept header (RFC 9110 12.5.1) names application/json and prefers it to
 * text/html: html is not named, has a lower weight, or the same and stands after it.
 * Wildcards prefer nothing. */
bool sc_accept_prefers_json(sc_bytes_t accept);

#endif

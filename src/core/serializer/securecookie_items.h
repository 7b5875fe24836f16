/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_SECURECOOKIE_ITEMS_H
#define SC_SECURECOOKIE_ITEMS_H

#include "core/serializer/serializer.h"

/* SecureCookie's payload, name=value&name=value: names url-quoted, values in base64. What
 * the two serializers of it (a JSON text a value, a pickle a value) have in common. */

/* Reads one value from its decoded bytes; the caller owns it. `left` is what the limits
 * leave for this value and those after it: the reader takes off what it used. */
typedef sc_status_t (*sc_securecookie_reader_t)(sc_value_t **value, sc_limits_t *left,
                                                sc_bytes_t raw, apr_pool_t *p);

/* Reads a payload into an object that the caller owns. Of items with one name the last
 * counts, at the place of the first, and only it is read. MALFORMED when an item has no
 * "=", a name is not ASCII or a value is not base64, TOO_LARGE past the limits, else what
 * the reader said. */
sc_status_t sc_securecookie_read(sc_value_t **object, sc_bytes_t payload,
                                 sc_securecookie_reader_t read, const sc_limits_t *limits,
                                 apr_pool_t *p) SC_CHECK;

/* A JSON text in each item. */
extern const sc_serializer_t sc_serializer_securecookie;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_ITEMS_H
#define SC_ITEMS_H

#include "core/document/document.h"

/* SecureCookie's payload, name=value&name=value: names url-quoted, values in base64. What
 * the two serializers of it (a JSON text a value, a pickle a value) have in common. */

/* Reads one value from its decoded bytes; the caller owns it. `left` is what the limits
 * leave for this value and those behind it: the reader takes off what it used. */
typedef sc_status_t (*sc_item_reader_t)(sc_value_t **value, sc_limits_t *left,
                                        sc_bytes_t raw, apr_pool_t *p);

/* Reads a payload into an object that the caller owns. Of items with one name the last
 * counts, at the place of the first, and only it is read. MALFORMED when an item has no
 * "=", a name is not ASCII or a value is not base64, TOO_LARGE past the limits, else what
 * the reader said. */
sc_status_t sc_items_read(sc_value_t **object, sc_bytes_t payload, sc_item_reader_t read,
                          const sc_limits_t *limits, apr_pool_t *p) SC_CHECK;

/* base64.b64decode: sc_base64_decode_python, but "-" and "_" are junk like any other. */
sc_status_t sc_items_base64(sc_bytes_t *out, sc_bytes_t in, apr_pool_t *p) SC_CHECK;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PARAMETER_H
#define SC_PARAMETER_H

#include "core/base/bytes.h"

/* The media type at the front of a Content-Type (RFC 9110 8.3.1), without parameters and
 * white space; empty where there is none. */
sc_bytes_t sc_media_type(sc_bytes_t content_type);

typedef enum { SC_PARAMETER_END, SC_PARAMETER_FOUND, SC_PARAMETER_BAD } sc_parameter_t;

/* The parameter of a MIME header at *at, which is at its ";": name=value or name="value".
 * FOUND: *at is after it. END: there is no more. BAD: what stands there is not one. In
 * quotes only \" and \\ are undone: browsers write other backslashes as they are. A
 * quoted value is unquoted into `room`, which holds text.n bytes. */
sc_parameter_t sc_parameter_next(sc_bytes_t *name, sc_bytes_t *value, apr_size_t *at,
                                 sc_bytes_t text, unsigned char *room) SC_CHECK;

#endif

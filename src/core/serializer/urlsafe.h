/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_URLSAFE_H
#define SC_URLSAFE_H

#include "core/serializer/coding.h"

/* base64url, after a "." when it is zlib-compressed (itsdangerous url_safe.py, Django
 * core/signing.py). */
extern const sc_coding_t sc_coding_urlsafe;

/* The same, but the bytes are read as Latin-1, as Django does. */
extern const sc_coding_t sc_coding_urlsafe_latin1;

#endif

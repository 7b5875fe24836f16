/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_UTF8_H
#define SC_UTF8_H

#include "core/base/bytes.h"

/* UTF-8 as RFC 3629 4 defines it: no overlong form, no surrogate, nothing past U+10FFFF.
 */

/* Whether b is well-formed; the empty text is. */
bool sc_utf8_valid(sc_bytes_t b);

/* The length of the sequence at the front of b, which is not empty: 1 to 4. Where it is
 * ill-formed, minus the number of bytes that make up one mistake (Unicode 3.9, "maximal
 * subpart", which Python replaces by one U+FFFD). */
int sc_utf8_sequence(sc_bytes_t b);

/* How many bytes follow this first byte of a sequence: 0 to 3, or -1 when it cannot be
 * one. The next byte lies between *low and *high, any further one between 0x80 and 0xBF.
 */
int sc_utf8_lead(unsigned char lead, unsigned char *low, unsigned char *high);

/* Writes a code point up to U+10FFFF, a surrogate too (as three bytes, which are not
 * well-formed). Answers how many bytes it took, at most 4. */
apr_size_t sc_utf8_put(unsigned char *to, unsigned point);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_DOCUMENT_PLAIN_H
#define SC_DOCUMENT_PLAIN_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* The end of what a JSON string holds as it is, when it is read and when it is written:
 * printable ASCII other than the quote and the backslash. Eight bytes at a time. */
static inline const unsigned char *sc_json_plain_end(const unsigned char *at,
                                                     const unsigned char *end)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t x, quote, slash, found;

    for (; end - at >= 8; at += 8) {
        memcpy(&x, at, 8);
        x = le64toh(x); /* the first byte is the lowest */
        quote = x ^ ones * '"';
        slash = x ^ ones * '\\';
        /* A byte that ends it has its top bit set: 0x7F and above, below 0x20, one of the
         * two. Borrows and carries come from such a byte, and do not reach those before.
         */
        found =
            (x | (x + ones) | (x - ones * 0x20) | (quote - ones) | (slash - ones)) & tops;
        if (found) return at + __builtin_ctzll(found) / 8;
    }
    while (at < end && *at >= 0x20 && *at < 0x7F && *at != '"' && *at != '\\')
        at++;
    return at;
}

#endif

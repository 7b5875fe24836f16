/* SPDX-License-Identifier: Apache-2.0 */
/* PASETO's pre-authentication encoding: the number of pieces, then each piece after its
 * length, as 64-bit little-endian numbers with the top bit clear. No two lists of pieces
 * have the same encoding. */
#include "core/crypto/pae.h"

static void put_le64(unsigned char *to, apr_size_t n)
{
    apr_uint64_t v = n;
    int i;

    for (i = 0; i < 8; i++, v >>= 8)
        to[i] = (unsigned char)v;
    to[7] &= 0x7f;
}

void sc_pae_make(sc_pae_t *pae, const sc_bytes_t *pieces, int n)
{
    int i;

    put_le64(pae->sizes[0], (apr_size_t)n);
    pae->parts[0] = sc_bytes(pae->sizes[0], 8);
    for (i = 0; i < n; i++) {
        put_le64(pae->sizes[i + 1], pieces[i].n);
        pae->parts[2 * i + 1] = sc_bytes(pae->sizes[i + 1], 8);
        pae->parts[2 * i + 2] = pieces[i];
    }
    pae->n = 2 * n + 1;
}

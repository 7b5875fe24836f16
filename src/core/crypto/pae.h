/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CRYPTO_PAE_H
#define SC_CRYPTO_PAE_H

#include "core/base/bytes.h"

#define SC_PAE_PIECES 5

/* Pre-authentication encoding (PASETO, Common, PAE), in parts that are hashed as they
 * are. It points into itself: never copy one. */
typedef struct {
    sc_bytes_t parts[2 * SC_PAE_PIECES + 1];
    int n;
    unsigned char sizes[SC_PAE_PIECES + 1][8];
} sc_pae_t;

/* Encodes n pieces, at most SC_PAE_PIECES; they must live as long as the encoding. */
void sc_pae_make(sc_pae_t *pae, const sc_bytes_t *pieces, int n);

#endif

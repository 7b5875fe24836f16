/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOOR_PRIVATE_H
#define FLOOR_PRIVATE_H

#include <json-c/json.h>
#include "core/crypto/local.h"
#include "core/crypto/crypto.h"
#include "core/crypto/pae.h"
#include "core/crypto/sign.h"

/* What floor.c and floor_paseto.c share: a token taken apart. */

#define FLOOR_TEXTS 16

typedef struct floor_t floor_t;

struct floor_t {
    int (*check)(floor_t *floor, apr_pool_t *p); /* MAC, AEAD or signature */

    sc_hmac_t *hmac;
    sc_bytes_t covered; /* what the MAC is over */
    sc_bytes_t mac;     /* base64 text; empty: not base64 */

    sc_bytes_t body; /* PASETO: base64url */
    const char *header;
    sc_local_t *local;
    const sc_pkey_t *pkey;

    sc_bytes_t texts[FLOOR_TEXTS];
    int ntexts;  /* JSON texts, as they stand in the token */
    int base64;  /* they are base64 */
    int zipped;  /* and zlib */
    int is_json; /* else they are plain text */
    struct json_tokener *tokener;
};

#endif

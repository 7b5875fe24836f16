/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_KEY_H
#define SC_KEY_H

#include "core/base/bytes.h"
#include <apr_tables.h>

/* A key and where it comes from. Loaded at start-up, read-only afterwards. */

/* What the key's contents said that it is. A raw secret takes its type from the format
 * that uses it; the others are typed by PASERK (version and purpose) or by their PEM
 * (algorithm). */
typedef enum {
    SC_KEY_RAW,    /* hex:, base64: or any other text */
    SC_KEY_LOCAL,  /* PASERK local: 32 bytes, of one version */
    SC_KEY_SECRET, /* asymmetric, can sign */
    SC_KEY_PUBLIC  /* asymmetric, can verify */
} sc_key_kind_t;

/* An asymmetric key's algorithm: what v1, v2 and v4, v3 sign with. */
typedef enum { SC_ALG_NONE, SC_ALG_RSA, SC_ALG_ED25519, SC_ALG_P384 } sc_alg_t;

typedef struct sc_pkey_t sc_pkey_t; /* crypto.c: an EVP_PKEY or Ed25519 bytes */

typedef struct {
    const char *id;
    sc_key_kind_t kind;
    int version;       /* 1 to 4 by PASERK, 0 when the contents did not say */
    sc_bytes_t secret; /* raw or local: the bytes; wiped with the pool */
    sc_alg_t alg;
    sc_pkey_t *pkey;    /* secret or public */
    const char *issuer; /* iss=…: tokens under this key must name it, or NULL */
} sc_key_t;

/* Where a key is read from and how it is opened; NULLs where not given. */
typedef struct {
    const char *id;
    const char *source; /* file:PATH env:NAME exec:COMMAND text:SECRET */
    const char *issuer;
    const char *password;   /* a source: opens local-pw, secret-pw */
    const sc_key_t *unwrap; /* opens local-wrap.pie, secret-wrap.pie, seal */
} sc_key_config_t;

/* Reads and parses a key. NULL, or a sentence for the administrator that holds no byte of
 * the key. *warning: NULL, or a sentence about a risk (short secret, readable by others).
 */
const char *sc_key_load(sc_key_t **key, const char **warning,
                        const sc_key_config_t *config, apr_pool_t *p) SC_CHECK;

/* Reads a source's contents, at most 64 KiB, one trailing newline dropped. */
const char *sc_key_read(sc_bytes_t *contents, const char **warning, const char *source,
                        apr_pool_t *p) SC_CHECK;

/* Parses contents: PASERK, PEM, hex:, base64:, else raw. */
const char *sc_key_parse(sc_key_t **key, const char **warning, sc_bytes_t contents,
                         const sc_key_config_t *config, apr_pool_t *p) SC_CHECK;

#endif

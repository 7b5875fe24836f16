/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_KEY_LOAD_H
#define SC_KEY_LOAD_H

#include "core/key/key.h"

/* Where a key is read from and how it is opened; NULLs where not given. */
typedef struct {
    const char *id;
    const char *source; /* as sc_key_read() takes it */
    const char *issuer;
    const char *password;   /* a source: opens local-pw, secret-pw, encrypted PEM */
    const sc_key_t *unwrap; /* opens local-wrap.pie, secret-wrap.pie, seal */
    int version;            /* PASETO: of contents that do not say it themselves; or 0 */
} sc_key_config_t;

/* Reads and parses a key. NULL, or a sentence for the administrator that holds no byte of
 * the key. *warning: NULL, or a sentence about a risk (a short secret, one that others
 * can read, or one that is more than it seems to be). */
const char *sc_key_load(sc_key_t **key, const char **warning,
                        const sc_key_config_t *config, apr_pool_t *p) SC_CHECK;

/* Parses a PASETO version, "4" or "v4". NULL, or why not, to follow the value. */
const char *sc_key_version_parse(int *version, const char *text) SC_CHECK;

/* Parses contents that were read already: PASERK, PEM, hex:, base64:, else raw. */
const char *sc_key_parse(sc_key_t **key, const char **warning, sc_bytes_t contents,
                         const sc_key_config_t *config, apr_pool_t *p) SC_CHECK;

#endif

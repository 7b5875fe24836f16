/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PASERK_PKE_H
#define SC_PASERK_PKE_H

#include "core/crypto/pkey.h"

/* PKE: a local key sealed to a public key. Arguments and statuses are those of
 * paserk_wrap.h; UNSUPPORTED when `plain` is not a local key's 32 bytes. */
sc_status_t sc_pke_open(sc_bytes_t *plain, int version, const char *header,
                        const sc_pkey_t *with, sc_bytes_t data, apr_pool_t *p) SC_CHECK;
sc_status_t sc_pke_seal(sc_bytes_t *data, int version, const char *header,
                        const sc_pkey_t *to, sc_bytes_t plain, const sc_env_t *env,
                        apr_pool_t *p) SC_CHECK;

#endif

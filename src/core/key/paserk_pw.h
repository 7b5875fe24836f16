/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PASERK_PW_H
#define SC_PASERK_PW_H

#include "core/base/bytes.h"

/* PBKW: a key wrapped under a password. Arguments and statuses are those of
 * paserk_wrap.h. */

/* Parameters of local-pw and secret-pw: PBKDF2's for v1 and v3, Argon2id's for v2 and v4.
 */
typedef struct {
    unsigned iterations; /* v1, v3 */
    apr_uint64_t memory; /* v2, v4: bytes */
    unsigned time;       /* v2, v4: passes */
    unsigned lanes;      /* v2, v4: libsodium knows 1 only */
} sc_paserk_cost_t;

/* What opening a password-wrapped key may cost at most: one CPU for a few seconds. A file
 * that asks for more is refused before any of it is spent. */
#define SC_PW_ITERATIONS_MAX 5000000u
#define SC_PW_MEMORY_MIN     8192u
#define SC_PW_MEMORY_MAX     (1024u * 1024 * 1024)
#define SC_PW_PASSES_MAX     16u

/* TOO_LARGE past the costs above, UNSUPPORTED for more than one lane or a cost of 0. */
sc_status_t sc_pw_open(sc_bytes_t *plain, int version, const char *header,
                       sc_bytes_t password, sc_bytes_t data, apr_pool_t *p) SC_CHECK;
sc_status_t sc_pw_seal(sc_bytes_t *data, int version, const char *header,
                       sc_bytes_t password, const sc_paserk_cost_t *cost,
                       sc_bytes_t plain, const sc_env_t *env, apr_pool_t *p) SC_CHECK;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PASERK_MAKE_H
#define SC_PASERK_MAKE_H

#include "core/key/key.h"
#include "core/key/paserk_pw.h"

/* Keys wrapped as PASERK text: "pie" (under a local key), "pw" (under a password; cost
 * NULL: the defaults), "seal" (to a public key). NULL, or a sentence. */
const char *sc_paserk_wrap_pie(const char **text, const sc_key_t *key,
                               const sc_key_t *with, const sc_env_t *env,
                               apr_pool_t *p) SC_CHECK;
const char *sc_paserk_wrap_pw(const char **text, const sc_key_t *key, sc_bytes_t password,
                              const sc_paserk_cost_t *cost, const sc_env_t *env,
                              apr_pool_t *p) SC_CHECK;
const char *sc_paserk_seal(const char **text, const sc_key_t *key, const sc_key_t *to,
                           const sc_env_t *env, apr_pool_t *p) SC_CHECK;

#endif

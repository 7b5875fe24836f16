/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PASERK_LIST_H
#define SC_PASERK_LIST_H

#include "core/key/key.h"

/* What is published of keys, for those who verify tokens: of each its public half and its
 * id, {"keys":[{"kid":"k4.pid.…","paserk":"k4.public.…"}]}. An Ed25519 key that does not
 * say its version is of version 4. NULL, or a sentence naming the key that has no public
 * half. */
const char *sc_paserk_list(const char **json, const sc_key_t *const *keys, int nkeys,
                           apr_pool_t *p) SC_CHECK;

#endif

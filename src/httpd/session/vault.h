/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_VAULT_H
#define MSC_VAULT_H

#include <stdbool.h>
#include "core/codec/codec.h"

/* A vault encrypts single members of a session, since most formats only sign theirs: the
 * owner of the cookie and whatever reads the browser's disk could read a password. */

/* At start-up: the vault of a source, with keys derived from the source's. *vault stays
 * as it was where the first of these is asymmetric: there are no secrets to derive from.
 */
const char *msc_vault_make(const sc_codec_t **vault, const sc_codec_t *codec,
                           const char *cookie, apr_pool_t *p);

/* The text encrypted, for the member of that name only. False where the vault is NULL or
 * cannot encrypt. */
bool msc_vault_seal(const char **sealed, const sc_codec_t *vault, const char *name,
                    const char *text, apr_pool_t *p);

/* The text again. False: it is not a text that this vault encrypted for that name. *old:
 * NULL, or set to true where another key than the first decrypted it. */
bool msc_vault_open(const char **text, bool *old, const sc_codec_t *vault,
                    const char *name, sc_bytes_t sealed, apr_pool_t *p);

#endif

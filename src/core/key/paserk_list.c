/* SPDX-License-Identifier: Apache-2.0 */
/* The list of public keys. A key that both sides share has nothing to publish, and is
 * refused rather than left out: whoever lists it expects to see it. */
#include "core/key/paserk_list.h"
#include "core/key/paserk.h"
#include <apr_strings.h>

static const char *entry_of(const char **entry, const sc_key_t *key, apr_pool_t *p)
{
    sc_key_t *pub;
    const char *kid, *paserk, *err;

    if (!key->pkey)
        return apr_psprintf(p,
                            "key %s is a secret that both sides share, and is never "
                            "published; list keys of pairs, such as sessioncookie key "
                            "new v4.public makes",
                            key->id);
    err = sc_key_public(&pub, key, p);
    if (err) return apr_psprintf(p, "key %s: %s", key->id, err);
    if (!pub->version) pub->version = 4;
    kid = sc_paserk_id(pub, SC_KEY_PUBLIC, p);
    paserk = sc_paserk_write(pub, p);
    if (!kid || !paserk)
        return apr_psprintf(p,
                            "key %s cannot be written as a PASERK: its type and its "
                            "version do not fit",
                            key->id);
    /* A PASERK has no character that JSON would escape. */
    *entry = apr_psprintf(p, "{\"kid\":\"%s\",\"paserk\":\"%s\"}", kid, paserk);
    return NULL;
}

const char *sc_paserk_list(const char **json, const sc_key_t *const *keys, int nkeys,
                           apr_pool_t *p)
{
    const char *list = "", *entry = NULL, *err;

    for (int i = 0; i < nkeys; i++) {
        err = entry_of(&entry, keys[i], p);
        if (err) return err;
        list = apr_pstrcat(p, list, i ? "," : "", entry, NULL);
    }
    *json = apr_pstrcat(p, "{\"keys\":[", list, "]}", NULL);
    return NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The table of XSRF token schemes, and what they share: start-up with its sentences,
 * limits before any work. */
#include "core/xsrf/xsrf.h"
#include "core/xsrf/django.h"
#include "core/xsrf/flask_wtf.h"
#include "core/xsrf/flask_xsrf.h"
#include "core/xsrf/signed.h"
#include <apr_strings.h>

static const sc_xsrf_scheme_t *const table[] = {
    &sc_xsrf_signed,
    &sc_xsrf_flask_xsrf,
    &sc_xsrf_flask_wtf,
    &sc_xsrf_django,
};
#define TABLE_SIZE ((int)(sizeof(table) / sizeof(*table)))

const sc_xsrf_scheme_t *sc_xsrf_scheme_at(int i)
{
    return i >= 0 && i < TABLE_SIZE ? table[i] : NULL;
}

const sc_xsrf_scheme_t *sc_xsrf_scheme_find(const char *name)
{
    int i;

    for (i = 0; i < TABLE_SIZE; i++)
        if (!strcmp(table[i]->name, name)) return table[i];
    return NULL;
}

const char *sc_xsrf_scheme_names(apr_pool_t *p)
{
    const char *names = "";
    int i;

    for (i = 0; i < TABLE_SIZE; i++)
        names = apr_pstrcat(p, names, i ? ", " : "", table[i]->name, NULL);
    return names;
}

const char *sc_xsrf_prepare(sc_xsrf_t **xsrf, const char *scheme,
                            const sc_key_t *const *keys, int nkeys, apr_pool_t *p)
{
    sc_xsrf_t *made = apr_pcalloc(p, sizeof(*made));
    const char *err = NULL;
    int i;

    made->scheme = sc_xsrf_scheme_find(scheme);
    if (!made->scheme)
        return apr_psprintf(p, "%s is not an XSRF scheme: use one of %s", scheme,
                            sc_xsrf_scheme_names(p));
    if (!made->scheme->keyless) {
        if (nkeys == 0)
            return apr_psprintf(p, "scheme %s needs a key: name one that is configured",
                                scheme);
        made->nkeys = nkeys;
        made->keys = keys;
        made->state = apr_pcalloc(p, (apr_size_t)nkeys * sizeof(*made->state));
    }
    for (i = 0; i < made->nkeys && !err; i++)
        err = made->scheme->prepare(made, i, p);
    if (err) return err;
    *xsrf = made;
    return NULL;
}

sc_status_t sc_xsrf_make(sc_bytes_t *token, const sc_xsrf_t *xsrf,
                         const sc_xsrf_binding_t *binding, const sc_env_t *env,
                         apr_pool_t *p)
{
    sc_bytes_t made;
    sc_status_t st = xsrf->scheme->make(&made, xsrf, binding, env, p);

    if (!st && made.n > SC_XSRF_TOKEN_MAX) st = SC_TOO_LARGE;
    if (!st) *token = made;
    return st;
}

sc_status_t sc_xsrf_check(const sc_xsrf_t *xsrf, sc_bytes_t token,
                          const sc_xsrf_binding_t *binding, apr_interval_time_t timeout,
                          const sc_env_t *env, apr_pool_t *p)
{
    if (token.n == 0) return SC_ABSENT;
    if (token.n > SC_XSRF_TOKEN_MAX) return SC_TOO_LARGE;
    return xsrf->scheme->check(xsrf, token, binding, timeout, env, p);
}

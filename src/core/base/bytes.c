/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes and statuses: the small things that everything else is written in. */
#include "core/base/bytes.h"
#include <apr_strings.h>

const char *sc_status_name(sc_status_t status)
{
    static const char *const names[] = {
        "ok",      "absent",        "malformed",   "bad-signature", "unknown-key",
        "expired", "not-yet-valid", "wrong-claim", "unsupported",   "too-large",
        "revoked", "error",         "mismatch"};

    return names[status];
}

apr_ssize_t sc_bytes_index(sc_bytes_t b, char c)
{
    const unsigned char *at = b.n ? memchr(b.p, c, b.n) : NULL;

    return at ? at - b.p : -1;
}

apr_ssize_t sc_bytes_rindex(sc_bytes_t b, char c)
{
    const unsigned char *at = b.n ? memrchr(b.p, c, b.n) : NULL;

    return at ? at - b.p : -1;
}

sc_bytes_t sc_bytes_dup(sc_bytes_t b, apr_pool_t *p)
{
    return sc_bytes(apr_pstrmemdup(p, (const char *)b.p, b.n), b.n);
}

sc_bytes_t sc_bytes_join(const sc_bytes_t *parts, int n, apr_pool_t *p)
{
    unsigned char *to, *at;
    apr_size_t size = 0;
    int i;

    for (i = 0; i < n; i++)
        size += parts[i].n;
    to = at = apr_palloc(p, size + 1);
    for (i = 0; i < n; i++) {
        if (parts[i].n) memcpy(at, parts[i].p, parts[i].n);
        at += parts[i].n;
    }
    *at = '\0';
    return sc_bytes(to, size);
}

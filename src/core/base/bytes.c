/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes and statuses: the small things that everything else is written in. */
#include "core/base/bytes.h"
#include <apr_strings.h>

const char *sc_status_name(sc_status_t status)
{
    static const char *const names[] = {
        "ok",          "absent",    "malformed",     "bad-signature",
        "unknown-key", "expired",   "not-yet-valid", "wrong-claim",
        "unsupported", "too-large", "error",         "mismatch"};

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

/* Length of the UTF-8 sequence at p, of which n bytes are left, or 0 (RFC 3629 4). */
static apr_size_t sequence(const unsigned char *p, apr_size_t n)
{
    unsigned char lo = 0x80, hi = 0xBF;
    apr_size_t i, len = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;

    if (len == 1) return 1;
    if (p[0] < 0xC2 || p[0] > 0xF4 || n < len) return 0;
    if (p[0] == 0xE0) lo = 0xA0;
    if (p[0] == 0xED) hi = 0x9F;
    if (p[0] == 0xF0) lo = 0x90;
    if (p[0] == 0xF4) hi = 0x8F;
    if (p[1] < lo || p[1] > hi) return 0;
    for (i = 2; i < len; i++)
        if ((p[i] & 0xC0) != 0x80) return 0;
    return len;
}

int sc_bytes_utf8(sc_bytes_t b)
{
    apr_size_t i = 0, len;

    while (i < b.n) {
        len = sequence(b.p + i, b.n - i);
        if (len == 0) return 0;
        i += len;
    }
    return 1;
}

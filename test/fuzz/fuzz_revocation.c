/* SPDX-License-Identifier: Apache-2.0 */
/* A line of a list of revocations: any bytes are read to their end; what is an entry is
 * written as one line that reads the same. */
#include "fuzz.h"
#include "core/revocation/entry.h"

static bool same(const sc_revocation_t *a, const sc_revocation_t *b)
{
    return a->kind == b->kind && a->until == b->until &&
           sc_bytes_eq(a->source, b->source) && sc_bytes_eq(a->name, b->name);
}

static void check(const sc_revocation_t *entry, apr_pool_t *p)
{
    static const unsigned char key[SC_HASH_KEY];
    sc_revocation_t again;
    sc_bytes_t line;
    sc_status_t status = sc_revocation_write(&line, entry, p);

    if (status == SC_TOO_LARGE) return; /* encoded, it may be longer than it was */
    must(!status && sc_bytes_index(line, '\n') == (apr_ssize_t)line.n - 1);
    must(!sc_revocation_read(&again, (unsigned char *)line.p, line.n - 1));
    must(same(&again, entry) &&
         sc_revocation_hash(key, &again) == sc_revocation_hash(key, entry));
}

void fuzz_start(apr_pool_t *p)
{
    (void)p;
}

void fuzz_try(sc_bytes_t data, apr_pool_t *p)
{
    sc_bytes_t line = sc_bytes_dup(data, p);
    sc_revocation_t entry;

    if (!sc_revocation_read(&entry, (unsigned char *)line.p, line.n)) check(&entry, p);
}

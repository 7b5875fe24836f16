/* SPDX-License-Identifier: Apache-2.0 */
/* One secret for two sources whose tokens look alike: a token that was made for the one
 * passes as one of the other, with another lifetime, in a place that the guard against
 * cross-site requests trusts, or in another application. The core finds out by sealing
 * and opening. Normal, and not warned of: one cookie (or header) of one format in several
 * scopes or virtual hosts; and, in one scope, one kind of token that may come by two
 * ways. */

#include "httpd/session/overlap.h"
#include "httpd/session/source.h"
#include "httpd/startup.h"
#include "core/codec/overlap.h"
#include "core/crypto/crypto.h"

/* Every source of the configuration, in the order of the servers. */
static const apr_array_header_t *all_sources(server_rec *base, apr_pool_t *p)
{
    apr_array_header_t *all = apr_array_make(p, 16, sizeof(const msc_source_t *));

    for (server_rec *s = base; s; s = s->next)
        if (msc_server_is_own(s, base)) apr_array_cat(all, msc_server(s)->pending);
    return all;
}

static bool is_normal(const msc_source_t *a, const msc_source_t *b)
{
    if (msc_source_same_place(a, b) && a->codec->format == b->codec->format) return true;
    return a->scope == b->scope && msc_source_same_settings(a, b);
}

/* The same line in another scope: whatever it overlaps with was said for the first. */
static bool is_repetition(const msc_source_t *a, const msc_source_t *b, apr_pool_t *p)
{
    return msc_source_same_place(a, b) && msc_source_same_settings(a, b) &&
           sc_codec_shares_key(a->codec, b->codec, p);
}

static void warn_of(const msc_source_t *reader, const msc_source_t *writer,
                    const msc_source_t *later, apr_pool_t *p)
{
    msc_warn(
        later->server, later->directive,
        apr_pstrcat(p, "CookieSession ", later->text, NULL),
        apr_psprintf(p,
                     "a token made for %s (%s, %s:%d) would be accepted as one of %s "
                     "(%s, %s:%d), since both have the same secret; give each a secret "
                     "of its own",
                     writer->text, writer->format, writer->directive->filename,
                     writer->directive->line_num, reader->text, reader->format,
                     reader->directive->filename, reader->directive->line_num));
}

/* Warns of the first source before `later` that it overlaps with: one line is enough to
 * look into the matter, and a hundred virtual hosts do not write thousands. */
static void check_source(const msc_source_t *later, const apr_array_header_t *all, int n,
                         apr_pool_t *p)
{
    const sc_env_t env = {.now = apr_time_now(), .random = sc_crypto_random};

    for (int i = 0; i < n; i++)
        if (is_repetition(APR_ARRAY_IDX(all, i, const msc_source_t *), later, p)) return;
    for (int i = 0; i < n; i++) {
        const msc_source_t *earlier = APR_ARRAY_IDX(all, i, const msc_source_t *);
        bool reads;

        if (is_normal(earlier, later)) continue;
        if (!sc_codec_shares_key(earlier->codec, later->codec, p)) continue;
        reads = sc_codec_reads(later->codec, earlier->codec, &env, p);
        if (!reads && !sc_codec_reads(earlier->codec, later->codec, &env, p)) continue;
        warn_of(reads ? later : earlier, reads ? earlier : later, later, p);
        return;
    }
}

int msc_overlap_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                      server_rec *base)
{
    const apr_array_header_t *all = all_sources(base, ptemp);
    apr_pool_t *p;

    (void)pconf;
    (void)plog;
    apr_pool_create(&p, ptemp);
    for (int i = 0; i < all->nelts; i++) {
        check_source(APR_ARRAY_IDX(all, i, const msc_source_t *), all, i, p);
        apr_pool_clear(p);
    }
    apr_pool_destroy(p);
    return OK;
}

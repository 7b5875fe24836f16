/* SPDX-License-Identifier: Apache-2.0 */
/* The file of a list of revocations: the first two bytes say where it was cut, the rest
 * is the file, in which a byte FF stands for a line's worth of them. A table that saw the
 * first part and then the whole has the entries of one that saw the whole at once, and
 * both have those of a reader that looks for line ends. */
#include "fuzz.h"
#include "core/revocation/file.h"
#include "core/revocation/table.h"
#include <apr_strings.h>
#include <sys/mman.h>
#include <unistd.h>

#define SLOTS   256
#define LONG    4090 /* with a few bytes beside them, more or less than a line may have */
#define MOST    8    /* such bytes are so long, others are themselves */
#define ENTRIES 64

static const sc_env_t env = {.now = FUZZ_NOW, .random = fuzz_random};
static sc_revoked_t *at_once, *by_and_by;

void fuzz_start(apr_pool_t *p)
{
    (void)p;
    at_once = sc_revoked_make(SLOTS, &env);
    by_and_by = sc_revoked_make(SLOTS, &env);
    must(at_once && by_and_by);
}

static sc_bytes_t expanded(sc_bytes_t data, apr_pool_t *p)
{
    unsigned char *to = apr_palloc(p, data.n + MOST * LONG + 1), *at = to;

    for (apr_size_t i = 0, n = 0; i < data.n; i++) {
        apr_size_t times = data.p[i] == 0xFF && n++ < MOST ? LONG : 1;

        memset(at, data.p[i], times);
        at += times;
    }
    return sc_bytes(to, (apr_size_t)(at - to));
}

static void append(int fd, sc_bytes_t text)
{
    must(write(fd, text.p, text.n) == (ssize_t)text.n);
}

static sc_revoked_news_t refresh(sc_revoked_t *table, const char *path, apr_pool_t *p)
{
    sc_revoked_news_t news;

    must(!sc_revoked_refresh(&news, table, path, true, p));
    return news;
}

/* The lines of the file, found by hand: each entry is in force, with the latest time. */
static void check(sc_bytes_t text, apr_pool_t *p)
{
    struct {
        uint64_t hash;
        int64_t until;
    } found[ENTRIES];
    int n = 0, i;

    for (apr_ssize_t end; (end = sc_bytes_index(text, '\n')) >= 0;) {
        sc_bytes_t line = sc_bytes_dup(sc_bytes(text.p, (apr_size_t)end), p);
        sc_revocation_t entry;

        text = sc_bytes_from(text, (apr_size_t)end + 1);
        if (line.n >= SC_REVOCATION_LINE) continue;
        if (sc_revocation_read(&entry, (unsigned char *)line.p, line.n)) continue;
        for (i = 0; i < n && found[i].hash != sc_revoked_hash(at_once, &entry); i++)
            ;
        if (i == ENTRIES) return;
        if (i == n) found[n++].until = -1;
        found[i].hash = sc_revoked_hash(at_once, &entry);
        if (found[i].until < entry.until) found[i].until = entry.until;
    }
    must(sc_revoked_entries(at_once) == (apr_uint64_t)n);
    must(sc_revoked_entries(by_and_by) == (apr_uint64_t)n);
    for (i = 0; i < n; i++) {
        must(sc_revoked_until(at_once, found[i].hash) == found[i].until);
        must(sc_revoked_until(by_and_by, found[i].hash) == found[i].until);
    }
}

void fuzz_try(sc_bytes_t data, apr_pool_t *p)
{
    apr_size_t cut = fuzz_byte(&data) << 8;
    int fd = memfd_create("revoked", MFD_CLOEXEC);
    const char *path = apr_psprintf(p, "/proc/self/fd/%d", fd);
    sc_revoked_news_t news;
    sc_bytes_t text;

    cut |= fuzz_byte(&data);
    text = expanded(data, p);
    cut %= text.n + 1;
    must(fd >= 0);
    append(fd, sc_bytes(text.p, cut));
    (void)refresh(by_and_by, path, p);
    append(fd, sc_bytes_from(text, cut));
    (void)refresh(by_and_by, path, p);
    news = refresh(at_once, path, p);
    must(news.bad <= news.lines && news.left_out == 0);
    check(text, p);
    close(fd);
}

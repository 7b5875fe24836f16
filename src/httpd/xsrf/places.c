/* SPDX-License-Identifier: Apache-2.0 */
/* Where the fields of files belong that were sent before. A file that is byte for byte
 * what it was has them in the same places, and to compare it is many times as fast as to
 * read it as HTML. Its name and times do not matter: what was compared is what is sent.
 */

#include "httpd/xsrf/places.h"
#include <apr_hash.h>
#include <apr_thread_rwlock.h>

#define PAGES    8
#define PAGE_MAX (128 * 1024) /* bytes */
#define HOST_MAX 255

typedef struct {
    apr_size_t n; /* 0: free */
    sc_origin_t page;
    char scheme[8];
    char host[HOST_MAX];
    msc_places_t places;
    unsigned char bytes[PAGE_MAX];
} page_t;

/* One to a process. */
static page_t pages[PAGES];
static apr_thread_rwlock_t *lock;

static page_t *slot_of(sc_bytes_t bytes)
{
    apr_ssize_t front = bytes.n < 256 ? (apr_ssize_t)bytes.n : 256;
    apr_size_t hash = apr_hashfunc_default((const char *)bytes.p, &front);

    return &pages[(hash + bytes.n) % PAGES];
}

int msc_xsrf_places_find(msc_places_t *places, const sc_origin_t *page, sc_bytes_t bytes)
{
    const page_t *slot = slot_of(bytes);
    int found;

    if (!bytes.n || !lock || apr_thread_rwlock_tryrdlock(lock) != APR_SUCCESS) return 0;
    found = slot->n == bytes.n && sc_origin_eq(&slot->page, page) &&
            !memcmp(slot->bytes, bytes.p, bytes.n);
    if (found) *places = slot->places;
    apr_thread_rwlock_unlock(lock);
    return found;
}

static sc_bytes_t copied(char *to, sc_bytes_t bytes)
{
    memcpy(to, bytes.p, bytes.n);
    return sc_bytes(to, bytes.n);
}

void msc_xsrf_places_keep(const msc_places_t *places, const sc_origin_t *page,
                          sc_bytes_t bytes)
{
    page_t *slot = slot_of(bytes);

    if (places->n > MSC_PLACES || bytes.n > PAGE_MAX ||
        page->host.n > sizeof(slot->host) || page->scheme.n > sizeof(slot->scheme))
        return;
    if (!lock || apr_thread_rwlock_trywrlock(lock) != APR_SUCCESS) return;
    slot->n = bytes.n;
    slot->page.scheme = copied(slot->scheme, page->scheme);
    slot->page.host = copied(slot->host, page->host);
    slot->page.port = page->port;
    slot->places = *places;
    memcpy(slot->bytes, bytes.p, bytes.n);
    apr_thread_rwlock_unlock(lock);
}

void msc_xsrf_places_init(apr_pool_t *pchild, server_rec *s)
{
    (void)s;
    if (apr_thread_rwlock_create(&lock, pchild) != APR_SUCCESS) lock = NULL;
}

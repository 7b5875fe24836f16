/* SPDX-License-Identifier: Apache-2.0 */
/* The store in shared memory. mod_socache_shmcb makes a segment anew at each restart. So
 * that a graceful restart loses nothing, and so that the processes of before and after it
 * exclude each other, segment and mutex are kept for as long as httpd's parent lives.
 *
 * What the provider has made is opaque, and the module is loaded again by a restart,
 * perhaps after an update: its instance is used again only by exactly the same code. It
 * may have registered cleanups in the pool that was given to it, which must not run after
 * the module was unloaded: so that pool belongs to nobody and is never destroyed. Its
 * memory and the anonymous segment go with the process. */

#include <link.h>
#include "httpd/store/shmcb.h"
#include "core/crypto/crypto.h"
#include "ap_provider.h"
#include "ap_socache.h"
#include "apr_global_mutex.h"
#include "util_mutex.h"

#define MUTEX "sessioncookie-store"

/* Most sessions have some hundred bytes. With this figure the provider divides a segment
 * of the least size into parts of 32 KiB, into which the largest value fits. */
static const struct ap_socache_hints hints = {
    .avg_id_len = 32,
    .avg_obj_size = 512,
};

#define CODE_DIGEST 32 /* SHA-256 */

/* What survives a restart. It is found by its name: another layout takes another name,
 * since this module may be updated as well. */
#define KEPT "mod_sessioncookie-shmcb-1"
typedef struct {
    apr_global_mutex_t *mutex;
    ap_socache_instance_t *instance; /* NULL: none yet */
    apr_size_t size;
    unsigned char code[CODE_DIGEST]; /* of the provider that made it */
} kept_t;

struct msc_shmcb_t {
    const ap_socache_provider_t *provider;
    ap_socache_instance_t *instance;
    apr_global_mutex_t *mutex;
};

static const ap_socache_provider_t *provider_of_httpd(void)
{
    return ap_lookup_provider(AP_SOCACHE_PROVIDER_GROUP, "shmcb",
                              AP_SOCACHE_PROVIDER_VERSION);
}

bool msc_shmcb_is_there(void)
{
    return provider_of_httpd() != NULL;
}

void msc_shmcb_register(apr_pool_t *pconf)
{
    ap_mutex_register(pconf, MUTEX, NULL, APR_LOCK_DEFAULT, 0);
}

typedef struct {
    apr_uintptr_t address;
    unsigned char *digest;
    bool found;
} code_t;

/* dl_iterate_phdr() calls it for each object; the segment that has the address is it. */
static int digest_code(struct dl_phdr_info *object, size_t size, void *baton)
{
    code_t *code = baton;

    (void)size;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        apr_uintptr_t start = object->dlpi_addr + segment->p_vaddr;
        sc_bytes_t bytes = sc_bytes((const void *)start, segment->p_memsz);

        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X)) continue;
        if (code->address < start || code->address - start >= bytes.n) continue;
        code->found = !sc_digest(code->digest, SC_SHA256, &bytes, 1);
        return 1;
    }
    return 0;
}

/* The digest of the machine code to which the provider belongs. False: it cannot be told.
 */
static bool code_of(unsigned char digest[CODE_DIGEST],
                    const ap_socache_provider_t *provider)
{
    code_t code = {.address = (apr_uintptr_t)provider->store, .digest = digest};

    dl_iterate_phdr(digest_code, &code);
    return code.found;
}

static kept_t *kept_by_process(void)
{
    kept_t *kept = ap_retained_data_get(KEPT);

    return kept ? kept : ap_retained_data_create(KEPT, sizeof(*kept));
}

static apr_status_t make_instance(kept_t *kept, const ap_socache_provider_t *provider,
                                  apr_size_t size, server_rec *base)
{
    ap_socache_instance_t *instance;
    const char *argument, *sentence;
    apr_status_t rv;
    apr_pool_t *p;

    rv = apr_pool_create_unmanaged_ex(&p, NULL, NULL);
    if (rv != APR_SUCCESS) return rv;
    /* The name is for systems without anonymous segments. */
    argument = apr_psprintf(p, "%s(%" APR_SIZE_T_FMT ")",
                            ap_runtime_dir_relative(p, MUTEX ".shmcb"), size);
    sentence = provider->create(&instance, argument, p, p);
    if (sentence) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, base, "CookieSessionStore shmcb: %s",
                     sentence);
        return APR_EINVAL;
    }
    rv = provider->init(instance, "sessioncookie", &hints, base, p);
    if (rv == APR_SUCCESS) {
        kept->instance = instance;
        kept->size = size;
    }
    return rv;
}

static apr_status_t use_or_make(kept_t *kept, const ap_socache_provider_t *provider,
                                apr_size_t size, server_rec *base)
{
    unsigned char code[CODE_DIGEST] = {0};
    bool is_known = code_of(code, provider);
    apr_status_t rv = APR_SUCCESS;

    /* The same mutex for ever: the processes of before a restart may hold it. */
    if (!kept->mutex)
        rv = ap_global_mutex_create(&kept->mutex, NULL, MUTEX, NULL, base,
                                    base->process->pool, 0);
    if (rv != APR_SUCCESS) return rv;
    if (kept->instance && kept->size == size && is_known &&
        sc_equal(sc_bytes(code, sizeof(code)), sc_bytes(kept->code, sizeof(kept->code))))
        return APR_SUCCESS;
    kept->instance = NULL;
    rv = make_instance(kept, provider, size, base);
    memcpy(kept->code, code, sizeof(kept->code));
    return rv;
}

apr_status_t msc_shmcb_make(msc_shmcb_t **shmcb, apr_size_t size, server_rec *base,
                            apr_pool_t *pconf)
{
    msc_shmcb_t *made = apr_pcalloc(pconf, sizeof(*made));
    kept_t *kept = kept_by_process();
    apr_status_t rv;

    made->provider = provider_of_httpd();
    if (!made->provider) return APR_ENOTIMPL;
    rv = use_or_make(kept, made->provider, size, base);
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_ERR, rv, base,
                     "CookieSessionStore shmcb: the segment or its mutex cannot be made");
        return rv;
    }
    made->instance = kept->instance;
    made->mutex = kept->mutex;
    *shmcb = made;
    return APR_SUCCESS;
}

apr_status_t msc_shmcb_child_init(msc_shmcb_t *shmcb, apr_pool_t *pchild)
{
    return apr_global_mutex_child_init(&shmcb->mutex,
                                       apr_global_mutex_lockfile(shmcb->mutex), pchild);
}

static bool lock(const msc_shmcb_t *shmcb, server_rec *s)
{
    apr_status_t rv = apr_global_mutex_lock(shmcb->mutex);

    if (rv != APR_SUCCESS)
        ap_log_error(APLOG_MARK, APLOG_ERR, rv, s,
                     "CookieSessionStore shmcb: no lock could be had");
    return rv == APR_SUCCESS;
}

sc_status_t msc_shmcb_put(msc_shmcb_t *shmcb, server_rec *s, sc_bytes_t key,
                          sc_bytes_t value, apr_time_t expires, apr_pool_t *p)
{
    apr_status_t rv;

    if (!lock(shmcb, s)) return SC_ERROR;
    rv = shmcb->provider->store(shmcb->instance, s, key.p, (unsigned int)key.n, expires,
                                (unsigned char *)value.p, (unsigned int)value.n, p);
    apr_global_mutex_unlock(shmcb->mutex);
    return rv == APR_SUCCESS ? SC_OK : SC_ERROR;
}

sc_status_t msc_shmcb_take(sc_bytes_t *value, msc_shmcb_t *shmcb, server_rec *s,
                           sc_bytes_t key, apr_size_t max, apr_pool_t *p)
{
    unsigned char *to = apr_palloc(p, max);
    unsigned int n = (unsigned int)max;
    apr_status_t found, removed = APR_SUCCESS;

    if (!lock(shmcb, s)) return SC_ERROR;
    found = shmcb->provider->retrieve(shmcb->instance, s, key.p, (unsigned int)key.n, to,
                                      &n, p);
    if (found == APR_SUCCESS)
        removed =
            shmcb->provider->remove(shmcb->instance, s, key.p, (unsigned int)key.n, p);
    apr_global_mutex_unlock(shmcb->mutex);
    if (found != APR_SUCCESS) return SC_ABSENT;
    if (removed != APR_SUCCESS) return SC_ERROR;
    *value = sc_bytes(to, n);
    return SC_OK;
}

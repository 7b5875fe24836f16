/* SPDX-License-Identifier: Apache-2.0 */
/* The mod_session provider. Where a source is in scope, mod_session gets the verified
 * document as entries of text; without a good token, an empty session. What a consumer
 * changed is merged into the document and written. Where no source is in scope, the next
 * provider is asked. */

#include "httpd/mod_session/provider.h"
#include "httpd/mod_session/expiry.h"
#include "httpd/mod_session/merge.h"
#include "httpd/mod_session/write.h"
#include "apr_dso.h"
#include "mod_session.h"
#include <dlfcn.h>

/* mod_session's record for one lookup, and what its entries were made of. Kept on the
 * request that keeps the lookup. */
typedef struct msc_record_t {
    session_rec rec;   /* mod_session hands back a pointer to it */
    apr_table_t *made; /* `entries` as it was made: another table is another session */
    const apr_array_header_t *given;
    const msc_found_t *found;
    struct msc_record_t *next;
} msc_record_t;

static const session_dir_conf *dir_conf(request_rec *r)
{
    const module *m = ap_find_linked_module("mod_session.c");

    return m ? ap_get_module_config(r->per_dir_config, m) : NULL;
}

/* A session that is older than SessionMaxAge is an empty record from the start. Otherwise
 * mod_session would replace it at each load, and what a handler sets would be lost. */
static msc_record_t *make_record(request_rec *r, const msc_found_t *found)
{
    apr_pool_t *pool = found->home->pool;
    msc_record_t *record = apr_pcalloc(pool, sizeof(*record));
    const session_dir_conf *conf = dir_conf(r);
    apr_time_t now = apr_time_now(), end = 0;

    if (conf && conf->maxage)
        end = msc_expiry_get(found, apr_time_from_sec(conf->maxage),
                             conf->expiry_update_time, now);
    record->found = found;
    record->rec.pool = pool;
    record->rec.entries = apr_table_make(pool, 10);
    if (end && end < now) return record;
    record->rec.expiry = end;
    record->made = record->rec.entries;
    record->given = msc_merge_fill(record->made, r, found, pool);
    return record;
}

static msc_record_t *record_of(const msc_found_t *found)
{
    msc_record_t *record = msc_request(found->home)->records;

    while (record && record->found != found)
        record = record->next;
    return record;
}

static void keep_record(msc_record_t *record)
{
    msc_request_t *state = msc_request(record->found->home);

    record->next = state->records;
    state->records = record;
}

/* The session_load hook. It runs several times a request, for subrequests too: all get
 * one record. Where mod_session empties a record, that has the pool of the request that
 * asked, which may be gone by now: such a record is replaced. */
static apr_status_t load_session(request_rec *r, session_rec **z)
{
    const msc_found_t *found = msc_session_get(r);
    msc_record_t *record;

    if (!found) return DECLINED;
    record = record_of(found);
    if (!record || record->rec.pool != found->home->pool) {
        record = make_record(r, found);
        keep_record(record);
    }
    /* Encoded by a save: mod_session would decode it, and lose `User` beside `user`. */
    record->rec.encoded = NULL;
    *z = &record->rec;
    return OK;
}

static int copy_member(void *baton, sc_bytes_t name, const sc_value_t *value)
{
    sc_doc_put(baton, name, sc_value_copy(value));
    return 0;
}

/* The document that the entries are compared with, as the target has it. NULL: none. */
static const sc_doc_t *base_of(const msc_found_t *found, const msc_record_t *record,
                               const msc_source_t *target)
{
    sc_doc_t *copy;

    if (!found->session || record->rec.entries != record->made) return NULL;
    if (found->source == target) return msc_write_doc(found);
    /* A remember-me cookie: its user begins a session. */
    copy = sc_doc_make(sc_codec_is_tagged(target->codec), found->home->pool);
    sc_doc_each(found->session->doc, SC_PLAIN, copy_member, copy);
    return copy;
}

/* Ends apr_table_do (0) at an entry that is not mod_session's own. */
static int is_own_entry(void *baton, const char *name, const char *text)
{
    (void)baton;
    (void)text;
    return !ap_cstr_casecmp(name, "expiry");
}

static bool has_entries(const apr_table_t *entries)
{
    return !apr_table_do(is_own_entry, NULL, entries, NULL);
}

/* Emptied by a consumer, or by mod_session because it has expired. */
static void remove_session(request_rec *r, const msc_found_t *found)
{
    const msc_source_t *source = found->source;

    if (found->session && source->place == MSC_COOKIE && source->codec->options.write)
        msc_write_later(found, r, source, NULL, 0, 0);
}

/* Another document, or the same one for longer. */
static void save_into(request_rec *r, const msc_found_t *found,
                      const msc_record_t *record, const msc_source_t *target)
{
    const session_rec *z = &record->rec;
    const sc_doc_t *base = base_of(found, record, target), *doc;
    const apr_array_header_t *given = z->entries == record->made ? record->given : NULL;
    bool changed = z->dirty &&
                   msc_merge(&doc, r, base, given, z->entries, target, found->home->pool);

    if (changed && sc_doc_size(doc) == 0) {
        remove_session(r, found);
        return;
    }
    /* A rolling expiry is the session's, not that of the remember-me cookie it began
     * with. */
    if (!changed) doc = found->source == target ? base : NULL;
    if (doc && (changed || z->maxage))
        msc_write_later(found, r, target, doc, z->maxage ? z->expiry : 0, z->maxage);
}

/* The session_save hook. */
static apr_status_t save_session(request_rec *r, session_rec *z)
{
    const msc_found_t *found = msc_session_get(r);
    const msc_record_t *record = found ? record_of(found) : NULL;
    const msc_source_t *target;

    if (!found) return DECLINED;
    if (!record || z != &record->rec) return OK;
    if (!has_entries(z->entries) &&
        (z->entries != record->made || record->given->nelts)) {
        remove_session(r, found);
        return OK;
    }
    target = msc_write_target(found);
    if (target) {
        save_into(r, found, record, target);
    }
    else if (z->dirty) {
        ap_log_rerror(
            APLOG_MARK, APLOG_WARNING, 0, r,
            "the session was changed; it is not written, since %s",
            found->source && found->source->lookup
                ? "it is kept on a server (lookup=), where the application alone writes "
                  "it"
                : "no CookieSession in scope is a cookie with write=on");
    }
    return OK;
}

/* A symbol of mod_session, found at run time, so that httpd starts without that module.
 */
static void *symbol(const char *name)
{
    const module *m = ap_find_linked_module("mod_session.c");
    apr_dso_handle_sym_t found = NULL;

    if (!m) return NULL;
    if (!m->dynamic_load_handle) return dlsym(RTLD_DEFAULT, name);
    if (apr_dso_sym(&found, m->dynamic_load_handle, name) != APR_SUCCESS) return NULL;
    return found;
}

typedef void (*hook_load_t)(ap_HOOK_session_load_t *, const char *const *,
                            const char *const *, int);
typedef void (*hook_save_t)(ap_HOOK_session_save_t *, const char *const *,
                            const char *const *, int);

void msc_provider_register(apr_pool_t *pconf)
{
    const char *name = apr_hook_debug_current;
    hook_load_t hook_load;
    hook_save_t hook_save;

    (void)pconf;
    *(void **)&hook_load = symbol("ap_hook_session_load");
    *(void **)&hook_save = symbol("ap_hook_session_save");
    if (!hook_load || !hook_save) return;
    /* APR sorts hooks by this name, which httpd sets only while modules register. First:
     * a source in scope goes before mod_session_cookie, if that is configured too. */
    apr_hook_debug_current = "mod_sessioncookie.c";
    hook_load(load_session, NULL, NULL, APR_HOOK_FIRST);
    hook_save(save_session, NULL, NULL, APR_HOOK_FIRST);
    apr_hook_debug_current = name;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The mod_session provider. Where a source is in scope, mod_session gets its verified
 * document as entries of text; an absent or refused token is an empty session. What a
 * consumer changed is merged into the document and written. Where no source is in scope,
 * the next provider is asked. */

#include "httpd/mod_session/provider.h"
#include "httpd/mod_session/expiry.h"
#include "httpd/mod_session/merge.h"
#include "httpd/mod_session/write.h"
#include "apr_dso.h"
#include "mod_session.h"
#include <dlfcn.h>

/* mod_session's record, and what its entries were made of. */
typedef struct {
    session_rec record; /* first: mod_session hands back a pointer to it */
    apr_table_t *made;  /* `entries` as it was made: another table is another session */
    const apr_array_header_t *given;
} holder_t;

static const session_dir_conf *dir_conf(request_rec *r)
{
    const module *m = ap_find_linked_module("mod_session.c");

    return m ? ap_get_module_config(r->per_dir_config, m) : NULL;
}

/* A session that is older than SessionMaxAge is an empty record from the start.
 * mod_session would replace it by one of its own, by another at each load, so that what a
 * handler sets is lost. */
static holder_t *make_holder(request_rec *r, const msc_found_t *found)
{
    holder_t *holder = apr_pcalloc(found->pool, sizeof(*holder));
    const session_dir_conf *conf = dir_conf(r);
    apr_time_t now = apr_time_now(), end = 0;

    if (conf && conf->maxage)
        end = msc_expiry_get(found, apr_time_from_sec(conf->maxage),
                             conf->expiry_update_time, now);
    holder->record.pool = found->pool;
    holder->record.entries = apr_table_make(found->pool, 10);
    if (end && end < now) return holder;
    holder->record.expiry = end;
    holder->made = holder->record.entries;
    holder->given = msc_merge_fill(holder->made, r, found, found->pool);
    return holder;
}

/* Runs several times a request, for subrequests too: all get one record. Where
 * mod_session empties a record, that has the pool of the request that asked, which may be
 * gone by now: such a record is replaced. */
static apr_status_t load(request_rec *r, session_rec **z)
{
    msc_found_t *found = msc_session_get(r);
    holder_t *holder;

    if (!found) return DECLINED;
    holder = found->record;
    if (!holder || holder->record.pool != found->pool) holder = make_holder(r, found);
    /* Encoded by a save: mod_session would decode it, and lose `User` beside `user`. */
    holder->record.encoded = NULL;
    found->record = holder;
    *z = &holder->record;
    return OK;
}

static int copy_member(void *baton, sc_bytes_t name, const sc_value_t *value)
{
    sc_doc_put(baton, name, sc_value_ref(value));
    return 0;
}

/* The document that the entries are compared with, in the target's terms. NULL: none. */
static const sc_doc_t *base_of(const msc_found_t *found, const holder_t *holder,
                               const msc_source_t *target)
{
    sc_doc_t *copy;

    if (!found->session || holder->record.entries != holder->made) return NULL;
    if (found->source == target) return msc_write_doc(found);
    /* A remember-me cookie: its user begins a session. */
    copy = sc_doc_make(sc_codec_is_tagged(target->codec), found->pool);
    sc_doc_each(found->session->doc, SC_PLAIN, copy_member, copy);
    return copy;
}

static int is_word(void *baton, const char *name, const char *text)
{
    (void)text;
    *(int *)baton |= ap_cstr_casecmp(name, "expiry") != 0;
    return 1;
}

/* 1 when there is an entry besides mod_session's own. */
static int has_entries(const apr_table_t *entries)
{
    int any = 0;

    apr_table_do(is_word, &any, entries, NULL);
    return any;
}

/* Emptied by a consumer, or by mod_session because it has expired. */
static void remove_session(request_rec *r, msc_found_t *found)
{
    const msc_source_t *source = found->source;

    if (found->session && source->place == MSC_COOKIE && source->codec->options.write)
        msc_write_later(found, r, source, NULL, 0, 0);
}

/* Another document, or the same one for longer. */
static void save_into(request_rec *r, msc_found_t *found, const holder_t *holder,
                      const msc_source_t *target)
{
    const session_rec *z = &holder->record;
    const sc_doc_t *base = base_of(found, holder, target), *doc;
    const apr_array_header_t *given = z->entries == holder->made ? holder->given : NULL;
    int changed =
        z->dirty && msc_merge(&doc, r, base, given, z->entries, target, found->pool);

    if (changed && sc_doc_size(doc) == 0) {
        remove_session(r, found);
        return;
    }
    /* A rolling expiry is that of a session, not of the cookie that it may begin with. */
    if (!changed) doc = found->source == target ? base : NULL;
    if (doc && (changed || z->maxage))
        msc_write_later(found, r, target, doc, z->maxage ? z->expiry : 0, z->maxage);
}

static apr_status_t save(request_rec *r, session_rec *z)
{
    msc_found_t *found = msc_session_get(r);
    holder_t *holder = found ? found->record : NULL;
    const msc_source_t *target;

    if (!found) return DECLINED;
    if (!holder || z != &holder->record) return OK;
    if (!has_entries(z->entries) &&
        (z->entries != holder->made || holder->given->nelts)) {
        remove_session(r, found);
        return OK;
    }
    target = msc_write_target(found);
    if (target) {
        save_into(r, found, holder, target);
    }
    else if (z->dirty) {
        ap_log_rerror(
            APLOG_MARK, APLOG_WARNING, 0, r,
            "the session was changed; it is not written, since no source in scope "
            "is a cookie with write=on");
    }
    return OK;
}

/* mod_session's own symbol: not a need at link time, so that httpd starts without it. */
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
    /* APR sorts hooks by this name; it is set while modules register, which is over.
     * First: a scope that names a source means it, even if mod_session_cookie is
     * configured too. */
    apr_hook_debug_current = "mod_sessioncookie.c";
    hook_load(load, NULL, NULL, APR_HOOK_FIRST);
    hook_save(save, NULL, NULL, APR_HOOK_FIRST);
    apr_hook_debug_current = name;
}

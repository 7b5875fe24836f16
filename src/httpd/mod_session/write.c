/* SPDX-License-Identifier: Apache-2.0 */
/* The session's cookie in a response. What is to be written is noted when mod_session
 * says so, and sealed when the headers of the response are final: in an output filter
 * after all that make content or headers, mod_headers and mod_cache too, so that no cache
 * keeps a session. The old session stays with a 304, where the handler sets the cookie
 * itself, and where the new one could not be read again. */

#include "httpd/mod_session/write.h"
#include "httpd/mod_session/attributes.h"
#include "httpd/mod_session/seal.h"
#include "core/http/cookie.h"
#include "util_filter.h"

#define FILTER "SESSIONCOOKIE_WRITE"

/* Flask-Login's REMEMBER_COOKIE_DURATION. */
#define REMEMBER_SECONDS (365 * 86400)

/* What is to be written for one lookup. Kept on the request that keeps the lookup. */
typedef struct msc_write_t {
    const msc_found_t *found;
    const msc_source_t *source;
    const sc_doc_t *doc; /* NULL: the cookie is removed */
    const msc_attributes_t *attributes;
    apr_time_t expiry;
    apr_int64_t lifetime;
    const sc_session_t *keeps; /* whose time and end it keeps; NULL: it is issued now */
    bool is_decided;           /* it was written, or it is not going to be */
    struct msc_write_t *next;
} msc_write_t;

static bool may_write(const msc_source_t *source)
{
    return source->place == MSC_COOKIE && source->codec->options.write;
}

static bool is_remember(const msc_source_t *source)
{
    return source->codec->format->remember_me;
}

const msc_source_t *msc_write_new_target(const msc_sources_t *sources)
{
    for (int i = 0; i < sources->list->nelts; i++) {
        const msc_source_t *source =
            APR_ARRAY_IDX(sources->list, i, const msc_source_t *);

        if (may_write(source) && !is_remember(source)) return source;
    }
    return NULL;
}

const msc_source_t *msc_write_target(const msc_found_t *found)
{
    if (found->session && !is_remember(found->source))
        return may_write(found->source) ? found->source : NULL;
    return msc_write_new_target(found->sources);
}

/* --- what is to be written --- */

static msc_write_t *write_of(const msc_found_t *found)
{
    msc_write_t *write = msc_request(found->home)->writes;

    while (write && write->found != found)
        write = write->next;
    return write;
}

/* The lookup's note, without contents. */
static msc_write_t *new_write(const msc_found_t *found)
{
    msc_request_t *state = msc_request(found->home);
    msc_write_t *write = write_of(found);

    if (write) {
        *write = (msc_write_t){
            .found = found, .is_decided = write->is_decided, .next = write->next};
        return write;
    }
    write = apr_pcalloc(found->home->pool, sizeof(*write));
    write->found = found;
    write->next = state->writes;
    state->writes = write;
    return write;
}

void msc_write_later(const msc_found_t *found, request_rec *r, const msc_source_t *source,
                     const sc_doc_t *doc, apr_time_t expiry, apr_int64_t lifetime)
{
    msc_write_t *write = new_write(found);

    write->source = source;
    write->doc = doc;
    write->attributes = msc_dir(r)->attributes;
    write->expiry = expiry;
    write->lifetime = lifetime;
}

const sc_doc_t *msc_write_doc(const msc_found_t *found)
{
    const msc_write_t *write = write_of(found);

    if (write && write->source == found->source) return write->doc;
    return found->session ? found->session->doc : NULL;
}

sc_doc_t *msc_write_change(const msc_found_t *found, request_rec *r)
{
    const sc_doc_t *now = msc_write_doc(found);
    msc_write_t *write = write_of(found);
    sc_doc_t *doc;

    if (!now || is_remember(found->source) || !may_write(found->source)) return NULL;
    doc = sc_doc_dup(now, found->home->pool);
    if (write)
        write->doc = doc;
    else
        msc_write_later(found, r, found->source, doc, 0, 0);
    return doc;
}

/* rekey=on: what an old key opened, and nobody changed. */
static msc_write_t *rekey(request_rec *r, const msc_found_t *found)
{
    const sc_session_t *session = found->session;
    const sc_codec_t *codec = session ? session->codec : NULL;
    msc_write_t *write;

    if (!session || !may_write(found->source) || !codec->options.rekey) return NULL;
    if (session->key == codec->sealer.keys[0]) return NULL;
    msc_write_later(found, r, found->source, session->doc, 0, 0);
    write = write_of(found);
    write->keeps = session;
    return write;
}

/* --- the cookie --- */

static bool is_true(const sc_doc_t *doc, const char *name, apr_pool_t *p)
{
    const sc_value_t *value;

    return sc_doc_find(&value, doc, name) && sc_value_type(value) == SC_BOOL &&
           sc_value_write(value, SC_COMPACT, p).p[0] == 't';
}

/* How long the browser keeps it, in seconds; -1: until it is closed. */
static apr_int64_t lifetime_of(const msc_write_t *write, const sc_session_t *from,
                               apr_pool_t *p)
{
    const sc_options_t *options = &write->source->codec->options;

    if (!write->doc) return 0;
    if (write->lifetime > 0) return write->lifetime;
    if (write->attributes->max_age > 0) return write->attributes->max_age;
    if (is_remember(write->source)) return REMEMBER_SECONDS;
    /* Flask: a permanent session is kept for PERMANENT_SESSION_LIFETIME. */
    if (sc_codec_is_tagged(write->source->codec) && options->max_age > 0 &&
        is_true(write->doc, "_permanent", p)) {
        apr_time_t age = write->keeps ? apr_time_now() - from->issued : 0;

        return age < options->max_age ? apr_time_sec(options->max_age - age) : 1;
    }
    return -1;
}

static void refuse(request_rec *r, const msc_source_t *source, sc_status_t st)
{
    int level = st == SC_UNSUPPORTED ? APLOG_WARNING : APLOG_ERR;

    ap_log_rerror(APLOG_MARK, level, 0, r,
                  "the session is not written, the old one stays: %s (%s %s)%s",
                  sc_status_name(st), source->text, source->format,
                  st == SC_UNSUPPORTED
                      ? "; this format, or the kind of its first key, can only be read"
                      : "");
}

/* Whether browsers would take the cookie. */
static bool is_acceptable(request_rec *r, const msc_write_t *write)
{
    const msc_attributes_t *attributes = write->attributes;
    bool secure = attributes->is_default || attributes->secure || msc_request_is_tls(r);
    const char *why = msc_attributes_refused(attributes, write->source->name, secure);

    if (why)
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "%s is not written: %s in CookieSessionAttributes",
                      write->source->text, why);
    return !why;
}

/* Whether the response has the cookie now. */
static bool set_cookie(request_rec *r, const msc_write_t *write, const sc_session_t *from)
{
    const msc_source_t *source = write->source;
    msc_cookie_t cookie = {.name = source->name};
    sc_bytes_t token = sc_bytes("", 0);
    msc_sealing_t sealing = {source, write->doc, from, write->expiry,
                             write->keeps != NULL};
    sc_status_t st = write->doc ? msc_seal(&token, &sealing, r->pool) : SC_OK;
    apr_size_t size;

    if (st) {
        refuse(r, source, st);
        return false;
    }
    if (!is_acceptable(r, write)) return false;
    cookie.value = sc_cookie_quote(token, r->pool);
    cookie.lifetime = lifetime_of(write, from, r->pool);
    msc_attributes_fill(&cookie, write->attributes, r->pool);
    if (msc_response_set_cookie(&size, r, MSC_ANY_RESPONSE, &cookie)) {
        ap_log_rerror(
            APLOG_MARK, APLOG_ERR, 0, r,
            "the session is not written, the old one stays: its cookie would have "
            "%" APR_SIZE_T_FMT " bytes, and browsers keep no more than %d (%s %s)",
            size, MSC_COOKIE_MAX, source->text, source->format);
        return false;
    }
    ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, "session %s: %s %s",
                  !write->doc    ? "removed"
                  : write->keeps ? "sealed anew"
                                 : "written",
                  source->text, source->format);
    return true;
}

bool msc_write_now(const msc_found_t *found, request_rec *r, const msc_source_t *source,
                   const sc_doc_t *doc, const sc_session_t *keeps)
{
    msc_write_t *write;

    msc_write_later(found, r, source, doc, 0, 0);
    write = write_of(found);
    write->keeps = keeps;
    write->is_decided = true;
    return set_cookie(r, write, keeps);
}

/* --- the response --- */

/* A session that was ended while its request ran takes no new cookie with it, neither one
 * of ours nor one of the application, which did not know. Where it was refused from the
 * start the application has not seen it: what it sets then is a new login. */
static bool drop_ended(request_rec *r, msc_found_t *found)
{
    if (!msc_session_is_over(found, r)) return false;
    for (int i = 0; i < found->sources->list->nelts; i++) {
        const msc_source_t *source =
            APR_ARRAY_IDX(found->sources->list, i, const msc_source_t *);

        if (source->place == MSC_COOKIE) msc_response_unset_cookie(r, source->name);
    }
    ap_log_rerror(
        APLOG_MARK, APLOG_INFO, 0, r,
        "the session was ended while its request ran: no cookie goes out for it "
        "(%s %s)",
        found->source->text, found->source->format);
    return true;
}

static void write_one(request_rec *r, msc_found_t *found)
{
    bool is_over = drop_ended(r, found);
    msc_write_t *write = write_of(found);

    for (msc_found_t *other = found->others; other; other = other->next)
        (void)drop_ended(r, other);
    if (is_over && (!write || write->doc)) return;

    if (r->status == HTTP_NOT_MODIFIED) return;
    if (!write) write = rekey(r, found);
    if (!write || write->is_decided) return;
    write->is_decided = true;
    /* Before it is sealed in vain. */
    if (msc_response_sets_cookie(r, write->source->name)) return;
    (void)set_cookie(r, write, found->source == write->source ? found->session : NULL);
}

static apr_status_t write_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    request_rec *r = f->r;
    ap_filter_t *next = f->next;

    ap_remove_output_filter(f);
    /* A lookup is kept on the first request of a chain of redirects; one for the sources
     * of a .htaccess file, on the request that read it. */
    for (request_rec *q = r; q; q = q->prev) {
        for (msc_found_t *found = msc_session_lookups(q); found; found = found->next)
            write_one(r, found);
    }
    return ap_pass_brigade(next, bb);
}

void msc_write_register(void)
{
    ap_register_output_filter(FILTER, write_filter, NULL, AP_FTYPE_PROTOCOL - 1);
}

void msc_write_child_init(apr_pool_t *pchild, server_rec *s)
{
    (void)pchild;
    for (; s; s = s->next)
        msc_server(s)->write_filter = ap_get_output_filter_handle(FILTER);
}

void msc_write_insert_filter(request_rec *r)
{
    const msc_sources_t *sources = msc_dir(r)->sources;

    if (r->main) return;
    if (sources || msc_session_lookups(msc_request_root(r)))
        ap_add_output_filter_handle(msc_server(r->server)->write_filter, NULL, r,
                                    r->connection);
}

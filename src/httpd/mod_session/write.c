/* SPDX-License-Identifier: Apache-2.0 */
/* Set-Cookie. What is to be written is noted when mod_session says so, and sealed when
 * the headers of the response are final: in a filter behind all that make content or
 * headers, mod_headers and mod_cache too, so that no cache keeps a session. Nothing is
 * written into a 304, over a cookie that the handler itself set, or what could not be
 * read again: then the old session stays. */

#include "httpd/mod_session/write.h"
#include "httpd/mod_session/attributes.h"
#include "core/http/cookie.h"
#include "core/crypto/crypto.h"
#include "httpd/mod_session/expiry.h"
#include "httpd/mod_session/auth_form.h"
#include "http_protocol.h"
#include "util_filter.h"

#define FILTER "SESSIONCOOKIE_WRITE"

/* Browsers keep 4096 bytes; werkzeug warns from 4093 on. */
#define COOKIE_MAX 4093

/* Flask-Login's REMEMBER_COOKIE_DURATION. */
#define REMEMBER_SECONDS (365 * 86400)

struct msc_write_t {
    const msc_source_t *source;
    const sc_doc_t *doc; /* NULL: the cookie is removed */
    const msc_attributes_t *attributes;
    apr_time_t expiry;
    apr_int64_t lifetime;
    int rekey; /* nothing changed but the key */
};

static int may_write(const msc_source_t *source)
{
    return source->place == MSC_COOKIE && source->codec->options.write;
}

static int is_remember(const msc_source_t *source)
{
    return source->codec->format->remember_me;
}

const msc_source_t *msc_write_target(const msc_found_t *found)
{
    if (found->session && !is_remember(found->source))
        return may_write(found->source) ? found->source : NULL;
    for (int i = 0; i < found->sources->list->nelts; i++) {
        const msc_source_t *source =
            APR_ARRAY_IDX(found->sources->list, i, const msc_source_t *);

        if (may_write(source) && !is_remember(source)) return source;
    }
    return NULL;
}

void msc_write_later(msc_found_t *found, request_rec *r, const msc_source_t *source,
                     const sc_doc_t *doc, apr_time_t expiry, apr_int64_t lifetime)
{
    struct msc_write_t *write = apr_pcalloc(found->pool, sizeof(*write));

    write->source = source;
    write->doc = doc;
    write->attributes = msc_dir(r)->attributes;
    write->expiry = expiry;
    write->lifetime = lifetime;
    found->write = write;
}

const sc_doc_t *msc_write_doc(const msc_found_t *found)
{
    if (found->write && found->write->source == found->source) return found->write->doc;
    return found->session ? found->session->doc : NULL;
}

sc_doc_t *msc_write_change(msc_found_t *found, request_rec *r)
{
    const sc_doc_t *now = msc_write_doc(found);
    sc_doc_t *doc;

    if (!now || is_remember(found->source) || !may_write(found->source)) return NULL;
    doc = sc_doc_dup(now, found->pool);
    if (found->write)
        found->write->doc = doc;
    else
        msc_write_later(found, r, found->source, doc, 0, 0);
    return doc;
}

/* --- sealing --- */

typedef struct {
    const sc_doc_t *doc;
    sc_doc_t *own; /* a copy of it, once something must be changed */
    const msc_source_t *source;
    apr_pool_t *pool;
} renew_t;

static sc_doc_t *own(renew_t *renew)
{
    if (!renew->own) renew->own = sc_doc_dup(renew->doc, renew->pool);
    return renew->own;
}

static int doc_has(void *baton, const char *name)
{
    const renew_t *renew = baton;
    const sc_value_t *value;

    return *name != '/' && sc_doc_find(&value, renew->doc, name);
}

/* Passwords under an old key, so that they outlive it as the session does. */
static int renew_member(void *baton, sc_bytes_t bytes, const sc_value_t *value)
{
    renew_t *renew = baton;
    const char *name, *text;
    int old = 0;

    if (sc_value_type(value) != SC_STRING) return 0;
    name = apr_pstrmemdup(renew->pool, (const char *)bytes.p, bytes.n);
    if (!msc_form_is_secret(name, doc_has, renew)) return 0;
    if (msc_form_open(&text, &old, renew->source, name, sc_value_string(value),
                      renew->pool) &&
        old && msc_form_seal(&text, renew->source, name, text, renew->pool))
        sc_doc_put(own(renew), bytes, sc_value_make_string(sc_bytes_str(text)));
    return 0;
}

/* The document as it is sealed. */
static const sc_doc_t *final_doc(const struct msc_write_t *write,
                                 const sc_session_t *from, apr_time_t now, apr_pool_t *p)
{
    renew_t renew = {write->doc, NULL, write->source, p};
    const sc_codec_t *codec = write->source->codec;

    sc_doc_each(write->doc, SC_PLAIN, renew_member, &renew);
    if (msc_expiry_is_member(codec))
        msc_expiry_put(own(&renew), codec, from, write->expiry, write->rekey ? 0 : now,
                       p);
    return renew.own ? renew.own : renew.doc;
}

/* Seals, and opens a changed session again: one that would be refused is not worth the
 * old one. */
static sc_status_t seal(sc_bytes_t *token, const struct msc_write_t *write,
                        const sc_session_t *from, apr_pool_t *p)
{
    const sc_codec_t *codec = write->source->codec;
    sc_env_t env = {.now = apr_time_now(), .random = sc_crypto_random};
    sc_env_t sealing = env;
    const sc_session_t *again;
    sc_bytes_t made;
    sc_status_t st;

    /* Another key makes a session no younger. */
    if (write->rekey && from->issued != SC_NEVER) sealing.now = from->issued;
    st = sc_codec_seal(&made, codec, final_doc(write, from, env.now, p), from, &sealing,
                       p);
    if (!st && (!from || write->doc != from->doc))
        st = sc_codec_open(&again, codec, made, &env, p);
    if (!st) *token = made;
    return st;
}

/* --- the cookie --- */

static int is_true(const sc_doc_t *doc, const char *name, apr_pool_t *p)
{
    const sc_value_t *value;

    return sc_doc_find(&value, doc, name) && sc_value_type(value) == SC_BOOL &&
           sc_value_write(value, SC_COMPACT, p).p[0] == 't';
}

/* How long the browser keeps it, in seconds; -1: until it is closed. */
static apr_int64_t lifetime_of(const struct msc_write_t *write, const sc_session_t *from,
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
        apr_time_t age = write->rekey ? apr_time_now() - from->issued : 0;

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
                      ? "; this format, or the kind of its first key, only opens"
                      : "");
}

static const char *make_line(request_rec *r, const struct msc_write_t *write,
                             const sc_session_t *from)
{
    const msc_source_t *source = write->source;
    const char *line, *why;
    sc_bytes_t token = sc_bytes("", 0);
    sc_status_t st = write->doc ? seal(&token, write, from, r->pool) : SC_OK;

    if (st) {
        refuse(r, source, st);
        return NULL;
    }
    why = msc_attributes_refused(write->attributes, source->name,
                                 write->attributes->is_default ||
                                     write->attributes->secure || msc_attributes_tls(r));
    if (why) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "%s is not written: %s in "
                      "CookieSessionAttributes",
                      source->text, why);
        return NULL;
    }
    line = msc_attributes_line(write->attributes, source->name,
                               sc_cookie_quote(token, r->pool),
                               lifetime_of(write, from, r->pool), r);
    if (strlen(line) <= COOKIE_MAX) return line;
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                  "the session is not written, the old one stays: its cookie would have "
                  "%" APR_SIZE_T_FMT " bytes, and browsers keep no more than %d (%s %s)",
                  strlen(line), COOKIE_MAX, source->text, source->format);
    return NULL;
}

/* --- the response --- */

typedef struct {
    const char *name;
    int found;
} same_name_t;

static int compare_name(void *baton, const char *header, const char *value)
{
    same_name_t *same = baton;
    apr_size_t n;

    (void)header;
    value += strspn(value, " \t");
    n = strcspn(value, "=;");
    while (n && (value[n - 1] == ' ' || value[n - 1] == '\t'))
        n--;
    same->found |= n == strlen(same->name) && !strncmp(value, same->name, n);
    return 1;
}

static int handler_sets(request_rec *r, const char *name)
{
    same_name_t same = {name, 0};

    apr_table_do(compare_name, &same, r->headers_out, "Set-Cookie", NULL);
    apr_table_do(compare_name, &same, r->err_headers_out, "Set-Cookie", NULL);
    return same.found;
}

/* rekey=on: what an old key opened, and nobody changed. */
static struct msc_write_t *rekeying(request_rec *r, const msc_found_t *found)
{
    const sc_session_t *session = found->session;
    const sc_codec_t *codec = session ? session->codec : NULL;
    struct msc_write_t *write;

    if (!session || !may_write(found->source) || !codec->options.rekey) return NULL;
    if (session->key == codec->sealer.keys[0]) return NULL;
    write = apr_pcalloc(r->pool, sizeof(*write));
    write->source = found->source;
    write->doc = session->doc;
    write->attributes = msc_dir(r)->attributes;
    write->rekey = 1;
    return write;
}

static void write_one(request_rec *r, msc_found_t *found)
{
    const struct msc_write_t *write = found->write ? found->write : rekeying(r, found);
    const sc_session_t *from;
    const char *line;

    if (!write || found->written) return;
    if (r->status == HTTP_NOT_MODIFIED) return;
    found->written = 1;
    if (handler_sets(r, write->source->name)) return;
    from = found->source == write->source ? found->session : NULL;
    line = make_line(r, write, from);
    if (!line) return;
    apr_table_addn(r->err_headers_out, "Set-Cookie", line);
    ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, "session %s: %s %s",
                  !write->doc    ? "removed"
                  : write->rekey ? "sealed with the new key"
                                 : "written",
                  write->source->text, write->source->format);
}

static apr_status_t filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    request_rec *r = f->r;
    ap_filter_t *next = f->next;

    ap_remove_output_filter(f);
    /* The lookup stands on the first request of a chain of redirects; one that a
     * .htaccess file made, on the request that read it. */
    for (request_rec *q = r; q; q = q->prev) {
        for (msc_found_t *found = msc_request(q)->found; found; found = found->next)
            write_one(r, found);
    }
    return ap_pass_brigade(next, bb);
}

void msc_write_register_filter(void)
{
    ap_register_output_filter(FILTER, filter, NULL, AP_FTYPE_PROTOCOL - 1);
}

void msc_write_insert_filter(request_rec *r)
{
    const msc_sources_t *sources = msc_dir(r)->sources;
    request_rec *q = r;

    if (r->main) return;
    while (q->prev)
        q = q->prev;
    if (sources || msc_request(q)->found)
        ap_add_output_filter(FILTER, NULL, r, r->connection);
}

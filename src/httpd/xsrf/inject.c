/* SPDX-License-Identifier: Apache-2.0 */
/* XSRFSend inject and script: a hidden field with a token, put into those forms of an
 * HTML page that post to the page's own origin, and the element of the module's own
 * script, put into its head. The page streams through: its buckets are split where
 * one of them belongs, not copied. Left alone: responses that are not text/html with
 * status 200, that are encoded, public or say no-transform, and charsets whose markup is
 * not ASCII bytes. The filter runs before mod_deflate. */

#include "httpd/xsrf/inject.h"
#include "httpd/xsrf/page.h"
#include "httpd/xsrf/said.h"
#include "httpd/xsrf/script.h"
#include "httpd/xsrf/state.h"
#include "httpd/xsrf/token.h"
#include "core/html/forms.h"
#include "util_filter.h"

#define FILTER "SESSIONCOOKIE_XSRF_INJECT"
#define HELD   (64 * 1024)  /* bytes: pass on what has come so far before more is read */
#define SLICE  (256 * 1024) /* bytes: a larger bucket is looked at in parts */
#define PIECES 512 /* of ours in one brigade, each of which makes two buckets more */

typedef struct {
    sc_inject_t *inject;
    sc_origin_t page;
    apr_bucket_brigade *field; /* one bucket, of which each form gets a copy */
    apr_bucket_brigade *script;
    apr_bucket_brigade *out;
    int pieces; /* of ours in `out` */
} injection_t;

/* RFC 9110 8.3.1: the charset that the response names. */
static sc_bytes_t charset_of(const char *type)
{
    const char *at = ap_strcasestr(type, "charset=");
    apr_size_t n;

    if (!at) return sc_bytes(NULL, 0);
    at += 8;
    if (*at == '"') at++;
    n = strcspn(at, "\"; \t");
    return sc_bytes(at, n);
}

/* Why nothing is put into an HTML page; NULL: it is. */
static const char *hindrance(request_rec *r)
{
    const char *control = msc_response_header(r, "Cache-Control");

    if (msc_response_header(r, "Content-Encoding"))
        return "the handler has compressed the page; let httpd compress it";
    if (!msc_xsrf_made(r) && msc_page_is_public(r))
        return "its Cache-Control lets shared caches keep it; send it as private";
    if (control && ap_find_token(r->pool, control, "no-transform"))
        return "its Cache-Control says no-transform";
    if (!sc_inject_charset(charset_of(r->content_type)))
        return "its charset cannot be read; send it as UTF-8";
    return NULL;
}

/* The page will not be the handler's byte for byte: headers that describe its bytes go,
 * and so do requests for ranges of it. */
static void drop_descriptions(request_rec *r)
{
    static const char *const out[] = {"Content-Length", "ETag",       "Last-Modified",
                                      "Accept-Ranges",  "Digest",     "Content-MD5",
                                      "Content-Digest", "Repr-Digest"};
    static const char *const in[] = {"Range", "If-Range", "Request-Range"};

    for (unsigned i = 0; i < sizeof(out) / sizeof(out[0]); i++) {
        apr_table_unset(r->headers_out, out[i]);
        apr_table_unset(r->err_headers_out, out[i]);
    }
    for (unsigned i = 0; i < sizeof(in) / sizeof(in[0]); i++)
        apr_table_unset(r->headers_in, in[i]);
}

/* Copies of a heap bucket share its bytes and count who has them. A pool bucket a field
 * would be slow: each registers a cleanup, which the pool looks for among all others. */
static apr_bucket_brigade *brigade_of(sc_bytes_t text, const ap_filter_t *f)
{
    apr_bucket_alloc_t *alloc = f->c->bucket_alloc;
    apr_bucket_brigade *brigade = apr_brigade_create(f->r->pool, alloc);
    apr_bucket *b = apr_bucket_heap_create((const char *)text.p, text.n, NULL, alloc);

    APR_BRIGADE_INSERT_TAIL(brigade, b);
    return brigade;
}

/* What is to be put into this page, a brigade each: bits of sc_inject_make(). */
static int prepare(injection_t *injection, const ap_filter_t *f,
                   const msc_xsrf_conf_t *conf)
{
    request_rec *r = f->r;
    const char *script =
        conf->send & MSC_SEND_SCRIPT ? msc_script_element(r, conf) : NULL;
    const char *token = conf->send & MSC_SEND_INJECT ? msc_xsrf_token(r, conf) : NULL;

    if (script) injection->script = brigade_of(sc_bytes_str(script), f);
    if (token) {
        injection->field = brigade_of(sc_inject_field(sc_bytes_str(msc_xsrf_field(conf)),
                                                      sc_bytes_str(token), r->pool),
                                      f);
        msc_xsrf_state(r)->is_in_body = true;
    }
    return (script ? SC_INJECT_SCRIPT : 0) | (token ? SC_INJECT_FIELDS : 0);
}

static void warn_once(request_rec *r, const msc_xsrf_conf_t *conf, const char *why)
{
    const char *path = msc_request_path_text(r);

    if (!msc_xsrf_first_time(path)) return;
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r, "XSRF: %s %s: %s (said once)",
                  conf->send & MSC_SEND_SCRIPT ? "the script is not put into"
                                               : "no field is put into the forms of",
                  path, why);
}

static injection_t *begin_injection(ap_filter_t *f)
{
    request_rec *r = f->r;
    const msc_xsrf_conf_t *conf = msc_xsrf_conf(r);
    injection_t *injection;
    const char *why;
    int wanted;

    if (!conf || r->status != HTTP_OK || !msc_page_is_type(r->content_type, "text/html"))
        return NULL;
    why = hindrance(r);
    if (why) {
        warn_once(r, conf, why);
        return NULL;
    }
    injection = apr_pcalloc(r->pool, sizeof(*injection));
    if (!msc_request_origin(&injection->page, r)) return NULL;
    wanted = prepare(injection, f, conf);
    if (!wanted) return NULL;
    injection->inject = sc_inject_make(&injection->page, wanted, r->pool);
    injection->out = apr_brigade_create(r->pool, f->c->bucket_alloc);
    drop_descriptions(r);
    return injection;
}

static apr_status_t pass(ap_filter_t *f, injection_t *injection)
{
    apr_status_t rv = ap_pass_brigade(f->next, injection->out);

    apr_brigade_cleanup(injection->out);
    injection->pieces = 0;
    return rv;
}

/* A bucket's bytes; what is slow to come must not hold back what is there. */
static apr_status_t read_bucket(const char **data, apr_size_t *n, apr_bucket *b,
                                ap_filter_t *f, injection_t *injection)
{
    apr_status_t rv = apr_bucket_read(b, data, n, APR_NONBLOCK_READ);

    if (!APR_STATUS_IS_EAGAIN(rv)) return rv;
    APR_BRIGADE_INSERT_TAIL(injection->out, apr_bucket_flush_create(f->c->bucket_alloc));
    rv = pass(f, injection);
    return rv == APR_SUCCESS ? apr_bucket_read(b, data, n, APR_BLOCK_READ) : rv;
}

static void move(apr_bucket *b, injection_t *injection)
{
    APR_BUCKET_REMOVE(b);
    APR_BRIGADE_INSERT_TAIL(injection->out, b);
}

static apr_status_t put(int what, ap_filter_t *f, injection_t *injection)
{
    apr_bucket_brigade *from =
        what == SC_INJECT_SCRIPT ? injection->script : injection->field;
    apr_bucket *b;
    apr_status_t rv = apr_bucket_copy(APR_BRIGADE_FIRST(from), &b);

    if (rv != APR_SUCCESS) return rv;
    APR_BRIGADE_INSERT_TAIL(injection->out, b);
    return ++injection->pieces < PIECES ? APR_SUCCESS : pass(f, injection);
}

/* Moves a bucket on, in as many parts as there are places where something belongs. */
static apr_status_t fill(apr_bucket *b, const char *data, apr_size_t n, ap_filter_t *f,
                         injection_t *injection)
{
    sc_bytes_t left = sc_bytes(data, n);
    apr_status_t rv = APR_SUCCESS;
    apr_size_t at;
    int what;

    while (rv == APR_SUCCESS && left.n &&
           (what = sc_inject_next(&at, injection->inject, left)) != 0) {
        apr_bucket *rest = NULL;

        left = sc_bytes_from(left, at);
        if (left.n) {
            rv = apr_bucket_split(b, at);
            if (rv != APR_SUCCESS) return rv;
            rest = APR_BUCKET_NEXT(b);
        }
        move(b, injection);
        rv = put(what, f, injection);
        b = rest;
    }
    if (b && rv == APR_SUCCESS) move(b, injection);
    return rv;
}

/* Looks at a bucket, or at the first part of a large one: the rest is a bucket of its own
 * then. *n: how many bytes that were. */
static apr_status_t fill_slice(apr_size_t *n, apr_bucket *b, ap_filter_t *f,
                               injection_t *injection)
{
    const char *data;
    apr_status_t rv = read_bucket(&data, n, b, f, injection);

    if (rv == APR_SUCCESS && *n > SLICE) {
        *n = SLICE;
        rv = apr_bucket_split(b, SLICE);
    }
    return rv == APR_SUCCESS ? fill(b, data, *n, f, injection) : rv;
}

static apr_status_t inject_filter(ap_filter_t *f, apr_bucket_brigade *bb)
{
    injection_t *injection = f->ctx;
    apr_status_t rv = APR_SUCCESS;
    apr_size_t held = 0;

    if (APR_BRIGADE_EMPTY(bb)) return APR_SUCCESS;
    if (!injection) injection = f->ctx = begin_injection(f);
    if (!injection) {
        ap_remove_output_filter(f);
        return ap_pass_brigade(f->next, bb);
    }
    while (!APR_BRIGADE_EMPTY(bb) && rv == APR_SUCCESS) {
        apr_bucket *b = APR_BRIGADE_FIRST(bb);
        apr_size_t n = 0;

        if (APR_BUCKET_IS_METADATA(b)) {
            move(b, injection);
            continue;
        }
        /* Only when there is more: a page that is whole goes on with its end, so that
         * httpd can say its length. */
        if (held >= HELD) {
            rv = pass(f, injection);
            held = 0;
        }
        if (rv == APR_SUCCESS) rv = fill_slice(&n, b, f, injection);
        held += n;
    }
    if (rv == APR_SUCCESS && !APR_BRIGADE_EMPTY(injection->out)) rv = pass(f, injection);
    return rv;
}

void msc_xsrf_inject_insert(request_rec *r)
{
    ap_add_output_filter(FILTER, NULL, r, r->connection);
}

void msc_xsrf_inject_register(void)
{
    ap_register_output_filter(FILTER, inject_filter, NULL, AP_FTYPE_CONTENT_SET - 1);
}

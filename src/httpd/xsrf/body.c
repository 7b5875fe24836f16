/* SPDX-License-Identifier: Apache-2.0 */
/* The search for a token in a request's body. What is read, from just above httpd's own
 * HTTP input filter, is shown to a scanner and kept, until the token is found, the body
 * ends or the limit is reached. Then this file's input filter hands on what was kept,
 * byte for byte, and the rest of the body streams past it. */

#include "httpd/xsrf/body.h"
#include "core/body/scanner.h"
#include "util_filter.h"
#include "http_protocol.h"

#define FILTER "SESSIONCOOKIE_XSRF_BODY"
#define PIECE  8192

struct msc_xsrf_body_t {
    apr_bucket_brigade *kept;
    sc_scanner_t *scanner;
    ap_filter_t *filter; /* NULL: gone, for all has been handed on */
    apr_off_t seen;
    bool is_searching;
};

/* Moves n bytes of what was kept, or all of it if that is less. */
static apr_status_t take_kept(apr_bucket_brigade *bb, apr_bucket_brigade *kept,
                              apr_off_t n)
{
    apr_bucket *end, *b;
    apr_status_t rv = apr_brigade_partition(kept, n, &end);

    if (rv != APR_SUCCESS && rv != APR_INCOMPLETE) return rv;
    while ((b = APR_BRIGADE_FIRST(kept)) != end && b != APR_BRIGADE_SENTINEL(kept)) {
        APR_BUCKET_REMOVE(b);
        APR_BRIGADE_INSERT_TAIL(bb, b);
    }
    /* The end of the body belongs to its last byte. */
    if (end != APR_BRIGADE_SENTINEL(kept) && APR_BUCKET_IS_EOS(end)) {
        APR_BUCKET_REMOVE(end);
        APR_BRIGADE_INSERT_TAIL(bb, end);
    }
    return APR_SUCCESS;
}

/* Copies them: for a look ahead, they stay. */
static apr_status_t peek_kept(apr_bucket_brigade *bb, apr_bucket_brigade *kept,
                              apr_off_t n)
{
    apr_bucket *end, *b, *copy;
    apr_status_t rv = apr_brigade_partition(kept, n, &end);

    if (rv != APR_SUCCESS && rv != APR_INCOMPLETE) return rv;
    for (b = APR_BRIGADE_FIRST(kept); b != end && b != APR_BRIGADE_SENTINEL(kept);
         b = APR_BUCKET_NEXT(b)) {
        rv = apr_bucket_copy(b, &copy);
        if (rv != APR_SUCCESS) return rv;
        APR_BRIGADE_INSERT_TAIL(bb, copy);
    }
    return APR_SUCCESS;
}

static apr_status_t hand_on(ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode,
                            apr_read_type_e block, apr_off_t n)
{
    msc_xsrf_body_t *body = f->ctx;
    ap_filter_t *next = f->next;

    /* During the search httpd reads a chunked body's trailer through this filter as well:
     * that is not among what was kept. */
    if (body->is_searching || mode == AP_MODE_INIT)
        return ap_get_brigade(next, bb, mode, block, n);
    if (APR_BRIGADE_EMPTY(body->kept)) {
        body->filter = NULL;
        ap_remove_input_filter(f);
        return ap_get_brigade(next, bb, mode, block, n);
    }
    switch (mode) {
    case AP_MODE_READBYTES:
        return take_kept(bb, body->kept, n);
    case AP_MODE_SPECULATIVE:
        return peek_kept(bb, body->kept, n);
    case AP_MODE_GETLINE:
        return apr_brigade_split_line(bb, body->kept, block, HUGE_STRING_LEN);
    case AP_MODE_EXHAUSTIVE:
        APR_BRIGADE_CONCAT(bb, body->kept);
        return APR_SUCCESS;
    default:
        return APR_ENOTIMPL;
    }
}

/* Shows a bucket to the scanner, and answers its bytes; an EOS has none. */
static apr_status_t show_bucket(sc_scan_answer_t *answer, const char **data,
                                apr_size_t *n, msc_xsrf_body_t *body, apr_bucket *b)
{
    apr_status_t rv = APR_SUCCESS;

    *n = 0;
    if (!APR_BUCKET_IS_METADATA(b)) rv = apr_bucket_read(b, data, n, APR_BLOCK_READ);
    if (rv != APR_SUCCESS || *answer != SC_SCAN_MORE) return rv;
    if (APR_BUCKET_IS_EOS(b))
        *answer = sc_scanner_end(body->scanner);
    else if (*n)
        *answer = sc_scanner_push(body->scanner, sc_bytes(*data, *n));
    return rv;
}

/* Shows what has come to the scanner and keeps a copy: a single byte from the network may
 * be in a bucket of 8000. */
static apr_status_t show_new(sc_scan_answer_t *answer, msc_xsrf_body_t *body,
                             apr_bucket_brigade *bb)
{
    while (!APR_BRIGADE_EMPTY(bb)) {
        apr_bucket *b = APR_BRIGADE_FIRST(bb);
        const char *data = NULL;
        apr_size_t n;
        apr_status_t rv = show_bucket(answer, &data, &n, body, b);

        if (rv == APR_SUCCESS && n)
            rv = apr_brigade_write(body->kept, NULL, NULL, data, n);
        if (rv != APR_SUCCESS) return rv;
        body->seen += (apr_off_t)n;
        APR_BUCKET_REMOVE(b);
        if (APR_BUCKET_IS_EOS(b))
            APR_BRIGADE_INSERT_TAIL(body->kept, b);
        else
            apr_bucket_destroy(b);
    }
    return APR_SUCCESS;
}

/* Shows what an earlier search has kept. */
static apr_status_t show_kept(sc_scan_answer_t *answer, msc_xsrf_body_t *body)
{
    apr_status_t rv = APR_SUCCESS;
    const char *data;
    apr_size_t n;
    apr_bucket *b;

    for (b = APR_BRIGADE_FIRST(body->kept);
         b != APR_BRIGADE_SENTINEL(body->kept) && rv == APR_SUCCESS;
         b = APR_BUCKET_NEXT(b))
        rv = show_bucket(answer, &data, &n, body, b);
    return rv;
}

static int search_body(sc_bytes_t *value, msc_xsrf_body_t *body, request_rec *r,
                       apr_off_t limit)
{
    apr_bucket_brigade *bb = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    sc_scan_answer_t answer = SC_SCAN_MORE;
    apr_status_t rv = show_kept(&answer, body);

    body->is_searching = true;
    while (rv == APR_SUCCESS && answer == SC_SCAN_MORE && body->seen < limit) {
        apr_off_t left = limit - body->seen;

        rv = ap_get_brigade(body->filter->next, bb, AP_MODE_READBYTES, APR_BLOCK_READ,
                            left < PIECE ? left : PIECE);
        if (rv == APR_SUCCESS) rv = show_new(&answer, body, bb);
    }
    body->is_searching = false;
    if (rv != APR_SUCCESS) return ap_map_http_request_error(rv, HTTP_BAD_REQUEST);
    if (answer == SC_SCAN_MORE) return HTTP_REQUEST_ENTITY_TOO_LARGE;
    if (answer == SC_SCAN_BAD) return HTTP_BAD_REQUEST;
    if (answer == SC_SCAN_FOUND) *value = sc_scanner_value(body->scanner);
    return OK;
}

/* Above HTTP's own filter, and as one of the protocol's filters: internal redirects
 * keep these, and mod_proxy streams a body only where there is no filter above them. */
static ap_filter_t *insert_body_filter(msc_xsrf_body_t *body, request_rec *r)
{
    ap_filter_t *f = ap_add_input_filter(FILTER, body, r, r->connection);

    if (f->next == r->proto_input_filters) r->proto_input_filters = f;
    return f;
}

int msc_xsrf_body_find(sc_bytes_t *value, msc_xsrf_body_t **body, request_rec *r,
                       const char *const *fields, int n, apr_off_t limit)
{
    const char *type = apr_table_get(r->headers_in, "Content-Type");
    sc_scanner_t *scanner;
    sc_status_t st;

    *value = sc_bytes(NULL, 0);
    /* A compressed body cannot be searched here. */
    if (!type || apr_table_get(r->headers_in, "Content-Encoding")) return OK;
    st = sc_scanner_make(&scanner, sc_bytes_str(type), fields, n, r->pool);
    if (st == SC_UNSUPPORTED) return OK;
    if (st) return HTTP_BAD_REQUEST;
    if (!*body) {
        *body = apr_pcalloc(r->pool, sizeof(**body));
        (*body)->kept = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    }
    if (!(*body)->filter) (*body)->filter = insert_body_filter(*body, r);
    (*body)->scanner = scanner;
    return search_body(value, *body, r, limit);
}

void msc_xsrf_body_register(void)
{
    /* Above the filter of export/trailers.c, which is to see what the search reads. */
    ap_register_input_filter(FILTER, hand_on, NULL, AP_FTYPE_PROTOCOL - 2);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What all endpoints share. A request is refused, in this order, for its method, for
 * where it comes from, for a body that is too long or not a form or JSON. A refusal is a
 * fixed word: nothing that a client sent comes back. */

#include "httpd/endpoint/endpoint.h"
#include "httpd/request.h"
#include "httpd/xsrf/guard.h"
#include "core/document/write.h"
#include "core/http/path.h"
#include "http_core.h"
#include "http_protocol.h"

#define BODY_MAX (16 * 1024)

/* --- answers --- */

static const struct {
    const char *word;
    int status;
} refusals[] = {
    [MSC_INVALID_REQUEST] = {"invalid_request", HTTP_BAD_REQUEST},
    [MSC_LOGIN_REQUIRED] = {"login_required", HTTP_UNAUTHORIZED},
    [MSC_FORBIDDEN] = {"forbidden", HTTP_FORBIDDEN},
    [MSC_INVALID_GRANT] = {"invalid_grant", HTTP_FORBIDDEN},
    [MSC_METHOD_NOT_ALLOWED] = {"method_not_allowed", HTTP_METHOD_NOT_ALLOWED},
    [MSC_TOO_LARGE] = {"too_large", HTTP_REQUEST_ENTITY_TOO_LARGE},
    [MSC_UNAVAILABLE] = {"unavailable", HTTP_SERVICE_UNAVAILABLE},
};

void msc_endpoint_headers(request_rec *r)
{
    msc_response_set_cache_control(r, MSC_ANY_RESPONSE, "no-store");
    apr_table_setn(r->err_headers_out, "X-Content-Type-Options", "nosniff");
}

/* The handler's own body, which no ErrorDocument replaces. */
int msc_endpoint_send(request_rec *r, int status, sc_bytes_t json)
{
    r->status = status;
    ap_set_content_type(r, "application/json");
    ap_set_content_length(r, (apr_off_t)json.n + 1);
    ap_rwrite(json.p, (int)json.n, r);
    ap_rputs("\n", r);
    return OK;
}

int msc_endpoint_answer(request_rec *r, int status, sc_value_t *object)
{
    sc_bytes_t json = sc_value_write(object, SC_COMPACT, r->pool);

    sc_value_release(object);
    return msc_endpoint_send(r, status, json);
}

static int answer_word(request_rec *r, int status, const char *name, const char *word)
{
    sc_value_t *object = sc_value_make_object();

    sc_value_put(object, sc_bytes_str(name), sc_value_make_string(sc_bytes_str(word)));
    return msc_endpoint_answer(r, status, object);
}

int msc_endpoint_refuse(request_rec *r, msc_refusal_t why)
{
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r, "%s: %s", r->handler, refusals[why].word);
    /* RFC 9110 15.5.2: a 401 says how to log in. */
    if (why == MSC_LOGIN_REQUIRED && ap_auth_type(r)) ap_note_auth_failure(r);
    return answer_word(r, refusals[why].status, "error", refusals[why].word);
}

int msc_endpoint_refuse_method(request_rec *r, int methods)
{
    const char *get = methods & MSC_TAKES_GET ? "GET, HEAD" : "";
    const char *post = methods & MSC_TAKES_POST ? "POST" : "";

    apr_table_setn(r->headers_out, "Allow",
                   apr_pstrcat(r->pool, get, *get && *post ? ", " : "", post, NULL));
    return msc_endpoint_refuse(r, MSC_METHOD_NOT_ALLOWED);
}

bool msc_endpoint_next_is_good(const sc_fields_t *fields)
{
    const char *next = sc_fields_get(fields, "next");

    return !next || sc_path_is_local(next);
}

int msc_endpoint_done(request_rec *r, const sc_fields_t *fields)
{
    const char *next = sc_fields_get(fields, "next");

    if (!msc_endpoint_next_is_good(fields))
        return msc_endpoint_refuse(r, MSC_INVALID_REQUEST);
    if (next) apr_table_setn(r->headers_out, "Location", next);
    return answer_word(r, next ? HTTP_SEE_OTHER : HTTP_OK, "status", "ok");
}

/* --- the body --- */

/* Appends what a brigade has. SC_TOO_LARGE: it is more than the rest. */
static sc_status_t take_bytes(bool *ended, char *body, apr_size_t *n,
                              apr_bucket_brigade *bb)
{
    for (apr_bucket *b = APR_BRIGADE_FIRST(bb); b != APR_BRIGADE_SENTINEL(bb);
         b = APR_BUCKET_NEXT(b)) {
        const char *data;
        apr_size_t more;

        if (APR_BUCKET_IS_EOS(b)) *ended = true;
        if (APR_BUCKET_IS_METADATA(b)) continue;
        if (apr_bucket_read(b, &data, &more, APR_BLOCK_READ) != APR_SUCCESS)
            return SC_MALFORMED;
        if (more > BODY_MAX - *n) return SC_TOO_LARGE;
        memcpy(body + *n, data, more);
        *n += more;
    }
    return SC_OK;
}

/* Reads the body through all input filters, whatever its length was said to be. OK, or an
 * HTTP status, or AP_FILTER_ERROR: httpd has answered. */
static int read_body(sc_bytes_t *body, request_rec *r)
{
    apr_bucket_brigade *bb = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    char *room = apr_palloc(r->pool, BODY_MAX);
    sc_status_t st = SC_OK;
    apr_size_t n = 0;
    bool ended = false;

    while (!ended && !st) {
        apr_status_t rv = ap_get_brigade(r->input_filters, bb, AP_MODE_READBYTES,
                                         APR_BLOCK_READ, HUGE_STRING_LEN);

        if (rv != APR_SUCCESS) return ap_map_http_request_error(rv, HTTP_BAD_REQUEST);
        st = take_bytes(&ended, room, &n, bb);
        apr_brigade_cleanup(bb);
    }
    if (st) return st == SC_TOO_LARGE ? HTTP_REQUEST_ENTITY_TOO_LARGE : HTTP_BAD_REQUEST;
    *body = sc_bytes(room, n);
    return OK;
}

/* Whether the client announces more than is read. */
static bool is_long(const request_rec *r)
{
    const char *text = apr_table_get(r->headers_in, "Content-Length");
    apr_off_t length;

    return text && (!ap_parse_strict_length(&length, text) || length > BODY_MAX);
}

/* As read_body. */
static int read_fields(const sc_fields_t **fields, request_rec *r)
{
    const char *type = apr_table_get(r->headers_in, "Content-Type");
    const char *query = r->args ? r->args : "";
    sc_bytes_t body = {NULL, 0};
    sc_status_t st;
    int rv;

    if (r->method_number == M_GET) {
        st = sc_fields_read_form(fields, sc_bytes_str(query), r->pool);
    }
    else {
        rv = is_long(r) ? HTTP_REQUEST_ENTITY_TOO_LARGE : read_body(&body, r);
        if (rv != OK) return rv;
        st = sc_fields_read(fields, sc_bytes_str(type ? type : ""), body, r->pool);
    }
    return st ? HTTP_BAD_REQUEST : OK;
}

/* --- the handler --- */

static bool takes_method(const msc_endpoint_t *endpoint, const request_rec *r)
{
    if (r->method_number == M_GET) return endpoint->methods & MSC_TAKES_GET;
    return r->method_number == M_POST && endpoint->methods & MSC_TAKES_POST;
}

int msc_endpoint_serve(request_rec *r, const msc_endpoint_t *endpoint)
{
    const sc_fields_t *fields;
    int rv;

    /* A page that includes it is not a client: its method and its headers are the page's.
     */
    if (r->main) return HTTP_FORBIDDEN;
    msc_endpoint_headers(r);
    if (endpoint->is_privileged && msc_dir(r)->endpoint != endpoint->handler) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "%s is refused: it was not chosen by SetHandler, with a Require in "
                      "the same section",
                      r->handler);
        return msc_endpoint_refuse(r, MSC_LOGIN_REQUIRED);
    }
    if (!takes_method(endpoint, r))
        return msc_endpoint_refuse_method(r, endpoint->methods);
    /* First of all: over HTTP/2 a client may lose an answer that comes before its body is
     * read. */
    rv = read_fields(&fields, r);
    if (rv != OK && rv != HTTP_BAD_REQUEST && rv != HTTP_REQUEST_ENTITY_TOO_LARGE)
        return rv;
    if (r->method_number == M_POST && msc_xsrf_is_forged(r))
        return msc_endpoint_refuse(r, MSC_FORBIDDEN);
    if (rv == HTTP_REQUEST_ENTITY_TOO_LARGE) return msc_endpoint_refuse(r, MSC_TOO_LARGE);
    if (rv != OK) return msc_endpoint_refuse(r, MSC_INVALID_REQUEST);
    return endpoint->answer(r, fields);
}

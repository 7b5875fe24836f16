/* SPDX-License-Identifier: Apache-2.0 */
/* Trailers come after the last byte of a body. With MergeTrailers On httpd adds them to
 * the request's headers then, and some handlers read the body before they look at the
 * headers (mod_proxy_fcgi): a client's X-User or Cookie would be there again after it was
 * removed. An input filter right above those that read trailers removes such names as
 * they come; the headers from before stay what they were. */

#include "httpd/export/trailers.h"
#include "httpd/export/header.h"
#include "httpd/session/source.h"
#include "util_filter.h"

#define FILTER "SESSIONCOOKIE_TRAILERS"

static bool is_source(const msc_sources_t *sources, const char *name)
{
    for (int i = 0; sources && i < sources->list->nelts; i++) {
        const msc_source_t *source =
            APR_ARRAY_IDX(sources->list, i, const msc_source_t *);

        if (source->place == MSC_HEADER && msc_header_same(name, source->name))
            return true;
    }
    return false;
}

/* What a trailer may not bring: headers of ours, tokens that were not looked at, and what
 * no trailer may (RFC 9110 6.5.1): Cookie, Host, Connection, Content-Type, … */
static bool is_refused(request_rec *r, const char *name)
{
    return msc_header_is_reserved(name) || msc_header_is_ours(r, name) ||
           is_source(msc_dir(r)->sources, name);
}

/* The trailers that may stay, or the same table where all may. */
static apr_table_t *allowed_trailers(request_rec *r)
{
    const apr_array_header_t *in = apr_table_elts(r->trailers_in);
    apr_table_t *allowed = apr_table_make(r->pool, in->nelts);

    for (int i = 0; i < in->nelts; i++) {
        const apr_table_entry_t *line = &APR_ARRAY_IDX(in, i, apr_table_entry_t);

        if (!is_refused(r, line->key)) apr_table_addn(allowed, line->key, line->val);
    }
    return apr_table_elts(allowed)->nelts < in->nelts ? allowed : r->trailers_in;
}

static apr_status_t trailers_filter(ap_filter_t *f, apr_bucket_brigade *bb,
                                    ap_input_mode_t mode, apr_read_type_e block,
                                    apr_off_t n)
{
    bool *is_reading = f->ctx;
    apr_table_t *headers = f->r->headers_in, *allowed;
    apr_status_t rv;

    /* httpd reads the lines of the trailers through this filter. */
    if (*is_reading) return ap_get_brigade(f->next, bb, mode, block, n);
    *is_reading = true;
    rv = ap_get_brigade(f->next, bb, mode, block, n);
    *is_reading = false;
    if (!f->r->trailers_in || apr_is_empty_table(f->r->trailers_in)) return rv;
    allowed = allowed_trailers(f->r);
    if (allowed == f->r->trailers_in) return rv;
    /* Merged: headers_in is another table now, the old one and the trailers. */
    if (f->r->headers_in != headers)
        f->r->headers_in = apr_table_overlay(f->r->pool, headers, allowed);
    f->r->trailers_in = allowed;
    return rv;
}

static bool is_in_scope(const msc_dir_t *conf)
{
    return conf->sources || conf->headers || conf->token ||
           conf->xsrf->mode != MSC_XSRF_OFF;
}

/* A stream of HTTP/2 may have trailers whatever its headers say. */
static bool may_have_trailers(const request_rec *r)
{
    return apr_table_get(r->headers_in, "Transfer-Encoding") || r->connection->master;
}

static bool is_inserted(const request_rec *r)
{
    for (const ap_filter_t *f = r->input_filters; f; f = f->next) {
        if (f->frec->filter_func.in_func == trailers_filter) return true;
    }
    return false;
}

int msc_trailers_insert(request_rec *r)
{
    ap_filter_t *f;

    if (r->main || !is_in_scope(msc_dir(r)) || !may_have_trailers(r) || is_inserted(r))
        return DECLINED;
    f = ap_add_input_filter(FILTER, apr_pcalloc(r->pool, sizeof(bool)), r, r->connection);
    /* As one of the protocol's: internal redirects keep these, and mod_proxy streams a
     * body only where there is no filter above them. */
    if (f && f->next == r->proto_input_filters) r->proto_input_filters = f;
    return DECLINED;
}

void msc_trailers_register(void)
{
    ap_register_input_filter(FILTER, trailers_filter, NULL, AP_FTYPE_PROTOCOL - 1);
}

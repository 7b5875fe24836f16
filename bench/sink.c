/* SPDX-License-Identifier: Apache-2.0 */
/* A handler for bench/upload.sh: reads a request's body as fast as httpd hands it on, and
 * answers with its length. */
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>

static int sink(request_rec *r)
{
    apr_bucket_brigade *bb;
    apr_off_t n = 0;
    int eos = 0;

    if (!r->handler || strcmp(r->handler, "sink")) return DECLINED;
    bb = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    while (!eos) {
        apr_status_t rv = ap_get_brigade(r->input_filters, bb, AP_MODE_READBYTES,
                                         APR_BLOCK_READ, 65536);

        if (rv != APR_SUCCESS) return ap_map_http_request_error(rv, HTTP_BAD_REQUEST);
        for (apr_bucket *b = APR_BRIGADE_FIRST(bb); b != APR_BRIGADE_SENTINEL(bb);
             b = APR_BUCKET_NEXT(b)) {
            const char *data;
            apr_size_t length = 0;

            if (APR_BUCKET_IS_EOS(b))
                eos = 1;
            else if (!APR_BUCKET_IS_METADATA(b))
                rv = apr_bucket_read(b, &data, &length, APR_BLOCK_READ);
            if (rv != APR_SUCCESS) return HTTP_BAD_REQUEST;
            n += (apr_off_t)length;
        }
        apr_brigade_cleanup(bb);
    }
    ap_set_content_type(r, "text/plain");
    ap_rprintf(r, "%" APR_OFF_T_FMT "\n", n);
    return OK;
}

static void hooks(apr_pool_t *p)
{
    (void)p;
    ap_hook_handler(sink, NULL, NULL, APR_HOOK_MIDDLE);
}

AP_DECLARE_MODULE(sink) = {STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, hooks};

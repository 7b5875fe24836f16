/* SPDX-License-Identifier: Apache-2.0 */
/* The sentence that goes with a refusal: in httpd's own page, or, for a script that asked
 * for data, in JSON as WordPress' REST API says it and its editors show it. No byte of it
 * is the client's. */

#include "httpd/xsrf/refusal.h"
#include "httpd/xsrf/page.h"
#include "core/http/accept.h"
#include "http_core.h"
#include "http_protocol.h"
#include "mod_core.h"

#define SENTENCE                                                                         \
    "The request did not come from a page of this site, or the page is too old. Go "     \
    "back, reload the page and try again."

static bool wants_json(const request_rec *r)
{
    const char *accept = apr_table_get(r->headers_in, "Accept");
    const char *type = apr_table_get(r->headers_in, "Content-Type");

    return (accept && sc_accept_prefers_json(sc_bytes_str(accept))) ||
           apr_table_get(r->headers_in, "X-Requested-With") ||
           msc_page_is_type(type, "application/json");
}

bool msc_refusal_explain(request_rec *r)
{
    if (wants_json(r) &&
        !ap_response_code_string(r, ap_index_of_response(HTTP_FORBIDDEN))) {
        /* An endpoint has a word of its own for it. */
        ap_custom_response(r, HTTP_FORBIDDEN,
                           msc_dir(r)->endpoint
                               ? "{\"error\":\"forbidden\"}"
                               : "{\"code\":\"xsrf\",\"message\":\"" SENTENCE
                                 "\",\"data\":{\"status\":403}}");
        return true;
    }
    apr_table_setn(r->notes, "error-notes", " " SENTENCE);
    apr_table_setn(r->notes, "verbose-error-to", "*");
    return false;
}

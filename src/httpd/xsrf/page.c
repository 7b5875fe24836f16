/* SPDX-License-Identifier: Apache-2.0 */
/* What a response says of itself: its type, and whether shared caches may keep it. */

#include "httpd/xsrf/page.h"
#include "httpd/request.h"
#include "core/http/caching.h"

bool msc_page_is_type(const char *type, const char *name)
{
    apr_size_t n = strlen(name);

    return type && !ap_cstr_casecmpn(type, name, n) &&
           (!type[n] || type[n] == ';' || type[n] == ' ' || type[n] == '\t');
}

bool msc_page_is_html(const request_rec *r)
{
    return msc_page_is_type(r->content_type, "text/html") ||
           msc_page_is_type(r->content_type, "application/xhtml+xml");
}

bool msc_page_is_public(request_rec *r)
{
    return sc_caching_is_public(msc_response_cache_control(r));
}

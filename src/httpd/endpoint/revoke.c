/* SPDX-License-Identifier: Apache-2.0 */
/* sessioncookie-revoke. What the fields say becomes a line of the list, which others read
 * as well: its writer refuses what a line cannot say, and encodes names. */

#include "httpd/endpoint/revoke.h"
#include "httpd/session/revoked.h"
#include "httpd/setter.h"

/* SOURCE of the list: any, or as COOKIESESSION_SOURCE has it. */
static bool is_source(const char *text)
{
    if (!strcmp(text, SC_ANY_SOURCE)) return true;
    return (!strncmp(text, "cookie:", 7) || !strncmp(text, "header:", 7)) &&
           msc_is_token(text + 7);
}

/* Seconds since 1970, in digits alone. */
static bool read_epoch(int64_t *epoch, const char *text)
{
    apr_size_t n = strlen(text);

    if (n == 0 || n > 12 || strspn(text, "0123456789") != n) return false;
    *epoch = apr_atoi64(text);
    return *epoch <= SC_EPOCH_MAX;
}

int msc_revoke_answer(request_rec *r, const sc_fields_t *fields)
{
    const char *user = sc_fields_get(fields, "user");
    const char *source = sc_fields_get(fields, "source");
    const char *before = sc_fields_get(fields, "before");
    int64_t until = msc_revocation_now();
    sc_status_t st;

    if (!source) source = SC_ANY_SOURCE;
    if (!user || !*user || !is_source(source) || (before && !read_epoch(&until, before)))
        return msc_endpoint_refuse(r, MSC_INVALID_REQUEST);
    st = msc_revoked_add_user(sc_bytes_str(user), source, until, r->server, r->pool);
    if (st == SC_MALFORMED || st == SC_TOO_LARGE)
        return msc_endpoint_refuse(r, MSC_INVALID_REQUEST);
    if (st == SC_ABSENT)
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "%s: CookieSessionRevocation is Off, so that no session can be "
                      "ended; add a line CookieSessionRevocation file:PATH",
                      r->handler);
    return st ? msc_endpoint_refuse(r, MSC_UNAVAILABLE) : msc_endpoint_done(r, fields);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* SessionMaxAge, in the format's own way: the time stamp of the token (itsdangerous,
 * Django), the claim exp (PASETO), the member _expires (SecureCookie). A format without
 * any of these gets mod_session's own member, `expiry`; a remember-me cookie has no room
 * for one. */

#include "httpd/mod_session/expiry.h"
#include "core/codec/date.h"
#include "core/document/number.h"

#define EXPIRY "expiry"

bool msc_expiry_is_member(const sc_codec_t *codec)
{
    sc_end_t place = sc_codec_end(codec);

    return place != SC_END_IN_TOKEN && place != SC_END_NOWHERE;
}

/* SC_NEVER where the session does not say. */
static apr_time_t session_end(const sc_session_t *session, apr_interval_time_t max_age)
{
    const sc_value_t *value;
    apr_int64_t at;

    switch (sc_codec_end(session->codec)) {
    case SC_END_IN_TOKEN:
        return session->issued + max_age;
    case SC_END_IN_EXP:
    case SC_END_IN_EXPIRES:
        return session->expires;
    case SC_END_IN_MEMBER:
        if (sc_doc_find(&value, session->doc, EXPIRY) && sc_value_int(&at, value))
            return at;
        return SC_NEVER;
    default:
        return SC_NEVER;
    }
}

apr_time_t msc_expiry_get(const msc_found_t *found, apr_interval_time_t max_age,
                          apr_interval_time_t interval, apr_time_t now)
{
    apr_time_t end =
        found->session ? session_end(found->session, max_age) : now + max_age;

    if (end != SC_NEVER && end <= now + max_age) return end;
    return now + max_age - (interval < max_age / 2 ? interval : max_age / 2);
}

/* Seconds as JSON, with a fraction where there is one. */
static sc_value_t *seconds_value(apr_time_t t, apr_pool_t *p)
{
    apr_time_t usec = apr_time_usec(t);
    const char *text = usec ? apr_psprintf(p, "%" APR_TIME_T_FMT ".%06" APR_TIME_T_FMT,
                                           apr_time_sec(t), usec)
                            : apr_psprintf(p, "%" APR_TIME_T_FMT, apr_time_sec(t));

    return sc_value_make_number(sc_bytes_str(text));
}

static sc_value_t *date_value(apr_time_t t, apr_pool_t *p)
{
    return sc_value_make_string(sc_bytes_str(sc_date_write(t, p)));
}

void msc_expiry_put(sc_doc_t *doc, const sc_codec_t *codec, const sc_session_t *from,
                    apr_time_t expiry, apr_time_t now, apr_pool_t *p)
{
    sc_end_t place = sc_codec_end(codec);

    if (place == SC_END_IN_EXP && expiry)
        sc_doc_put(doc, sc_bytes_str("exp"), date_value(expiry, p));
    /* With max-age=, opening refuses a token without iat. */
    if (place == SC_END_IN_EXP && now && codec->options.max_age >= 0)
        sc_doc_put(doc, sc_bytes_str("iat"), date_value(now, p));
    /* Opening removed it from the document. */
    if (place == SC_END_IN_EXPIRES && !expiry && from && from->expires != SC_NEVER)
        expiry = from->expires;
    if (place == SC_END_IN_EXPIRES && expiry)
        sc_doc_put(doc, sc_bytes_str("_expires"), seconds_value(expiry, p));
    if (place == SC_END_IN_MEMBER && expiry)
        sc_doc_put(doc, sc_bytes_str(EXPIRY), sc_value_make_int(expiry));
}

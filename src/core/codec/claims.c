/* SPDX-License-Identifier: Apache-2.0 */
/* The time and claim rules of all formats, in one place: max-age against a token's own
 * timestamp, PASETO's registered claims, SecureCookie's _expires. Boundaries are the
 * peers': a token is good in the very second in which it expires. What is not a date or
 * a number where one belongs is refused, not ignored. */
#include "core/codec/claims.h"
#include "core/codec/date.h"
#include "core/document/number.h"

#define LAST_SECOND 9e12 /* as microseconds it still fits into apr_time_t */

/* a - b and a + b that stop at the ends: a token may carry any 64-bit time. */
static apr_time_t minus(apr_time_t a, apr_time_t b)
{
    apr_time_t t;

    if (!__builtin_sub_overflow(a, b, &t)) return t;
    return b < 0 ? APR_INT64_MAX : APR_INT64_MIN;
}

static apr_time_t plus(apr_time_t a, apr_time_t b)
{
    apr_time_t t;

    if (!__builtin_add_overflow(a, b, &t)) return t;
    return b > 0 ? APR_INT64_MAX : APR_INT64_MIN;
}

sc_status_t sc_age_check(apr_time_t *expires, const sc_format_t *format,
                         const sc_options_t *o, apr_time_t issued, apr_time_t now)
{
    apr_time_t age;

    if (issued == SC_NEVER || o->max_age < 0) return SC_OK;
    /* itsdangerous takes int(time()), Django time(): 50.9 s are 50 to the one, too old to
     * the other (timed.py, core/signing.py). */
    if (format->age == SC_AGE_ITSDANGEROUS) now -= apr_time_usec(now);
    age = minus(now, issued);
    if (age > plus(o->max_age, o->leeway)) return SC_EXPIRED;
    if (age < -o->leeway && format->age == SC_AGE_ITSDANGEROUS) return SC_NOT_YET_VALID;
    *expires = plus(issued, o->max_age);
    return SC_OK;
}

/* A member that must be a date when it is there. *t stays as it was when it is not. */
static sc_status_t date_member(apr_time_t *t, const sc_doc_t *doc, const char *name)
{
    const sc_value_t *value;

    if (!sc_doc_find(&value, doc, name)) return SC_OK;
    if (sc_value_type(value) != SC_STRING) return SC_MALFORMED;
    if (!sc_date_parse(t, sc_value_string(value))) return SC_MALFORMED;
    /* The last microsecond of 1969 would read as "there is none". */
    if (*t == SC_NEVER) --*t;
    return SC_OK;
}

/* iss, aud, sub: the same bytes, or refused. An array never matches (PySETO compares with
 * ==). */
static sc_status_t text_member(const sc_doc_t *doc, const char *name, const char *want)
{
    const sc_value_t *value;

    if (!want) return SC_OK;
    if (!sc_doc_find(&value, doc, name) || sc_value_type(value) != SC_STRING ||
        !sc_bytes_eq(sc_value_string(value), sc_bytes_str(want)))
        return SC_WRONG_CLAIM;
    return SC_OK;
}

/* exp nbf iat, as PASETO's registered claims say. */
static sc_status_t paseto_times(apr_time_t *issued, apr_time_t *expires,
                                const sc_options_t *o, const sc_doc_t *doc,
                                apr_time_t now)
{
    apr_time_t exp = SC_NEVER, nbf = SC_NEVER, iat = SC_NEVER;
    sc_status_t st = date_member(&exp, doc, "exp");

    if (!st) st = date_member(&nbf, doc, "nbf");
    if (!st) st = date_member(&iat, doc, "iat");
    if (st) return st;
    if (exp != SC_NEVER && now > exp + o->leeway) return SC_EXPIRED;
    if (nbf != SC_NEVER && now < nbf - o->leeway) return SC_NOT_YET_VALID;
    if (iat != SC_NEVER && now < iat - o->leeway) return SC_NOT_YET_VALID;
    if (o->max_age >= 0) {
        /* A token that does not say when it was made cannot be shown to be young enough.
         */
        if (iat == SC_NEVER || now - iat > o->max_age + o->leeway) return SC_EXPIRED;
        if (exp == SC_NEVER || exp > iat + o->max_age) exp = iat + o->max_age;
    }
    *issued = iat;
    *expires = exp;
    return SC_OK;
}

static sc_status_t paseto_claims(const sc_options_t *o, const sc_key_t *key,
                                 const sc_doc_t *doc)
{
    sc_status_t st = text_member(doc, "iss", key->issuer);

    if (!st) st = text_member(doc, "iss", o->issuer);
    if (!st) st = text_member(doc, "aud", o->audience);
    if (!st) st = text_member(doc, "sub", o->subject);
    return st;
}

/* SecureCookie's own expiry (werkzeug contrib/securecookie.py: now > _expires is too
 * old). */
static sc_status_t expires_member(apr_time_t *expires, const sc_options_t *o,
                                  sc_doc_t *doc, apr_time_t now)
{
    const sc_value_t *value;
    double at, clock = (double)minus(now, o->leeway) / APR_USEC_PER_SEC;

    if (!sc_doc_find(&value, doc, "_expires")) return SC_OK;
    /* NaN, which nothing is later than, would never expire: it is not a number. */
    if (!sc_value_double(&at, value)) return SC_MALFORMED;
    if (clock > at) return SC_EXPIRED;
    /* The nearest microsecond: a processor with more digits than a double's would cut it
     * down to the one before. */
    if (at < LAST_SECOND) *expires = (apr_time_t)(at * APR_USEC_PER_SEC + 0.5);
    sc_doc_remove(doc, sc_bytes_str("_expires"));
    return SC_OK;
}

sc_status_t sc_claims_check(apr_time_t *issued, apr_time_t *expires,
                            const sc_format_t *format, const sc_options_t *o,
                            const sc_key_t *key, sc_doc_t *doc, apr_time_t now)
{
    sc_status_t st = SC_OK;

    if (format->end == SC_END_IN_EXP) {
        st = paseto_times(issued, expires, o, doc, now);
        if (!st) st = paseto_claims(o, key, doc);
    }
    if (format->end == SC_END_IN_EXPIRES) st = expires_member(expires, o, doc, now);
    return st;
}

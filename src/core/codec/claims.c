/* SPDX-License-Identifier: Apache-2.0 */
/* The time and claim rules of all formats, in one place: max-age against a token's own
 * timestamp, PASETO's registered claims, SecureCookie's _expires. Boundaries are the
 * peers': a token is good in the very second in which it expires. What is no date, or no
 * number where one belongs, is refused rather than ignored. */
#include "core/codec/claims.h"
#include "core/document/number.h"
#include <apr_lib.h>

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

sc_status_t sc_time_check(apr_time_t *expires, const sc_codec_t *codec, apr_time_t issued,
                          apr_time_t now)
{
    const sc_options_t *o = &codec->options;
    apr_time_t age;

    if (issued == SC_NEVER || o->max_age < 0) return SC_OK;
    /* itsdangerous takes int(time()), Django time(): 50.9 s are 50 to the one, too old to
     * the other (timed.py, core/signing.py). */
    if (!(codec->format->flags & SC_F_FUTURE_OK)) now -= apr_time_usec(now);
    age = minus(now, issued);
    if (age > plus(o->max_age, o->leeway)) return SC_EXPIRED;
    if (age < -o->leeway && !(codec->format->flags & SC_F_FUTURE_OK))
        return SC_NOT_YET_VALID;
    *expires = plus(issued, o->max_age);
    return SC_OK;
}

/* n digits, as a number; at most `high`. */
static int digits(int *number, sc_bytes_t text, apr_size_t at, apr_size_t n, int low,
                  int high)
{
    apr_size_t i;
    int v = 0;

    if (text.n < at || text.n - at < n) return 0;
    for (i = at; i < at + n; i++) {
        if (!apr_isdigit(text.p[i])) return 0;
        v = v * 10 + (text.p[i] - '0');
    }
    *number = v;
    return v >= low && v <= high;
}

/* "Z", "+hh:mm", "+hhmm", "+hh" or nothing, in seconds east of UTC. */
static int offset_of(int *seconds, sc_bytes_t text)
{
    int h, m = 0;

    *seconds = 0;
    if (text.n == 0) return 1;
    if (text.n == 1) return text.p[0] == 'Z' || text.p[0] == 'z';
    if (text.p[0] != '+' && text.p[0] != '-') return 0;
    if (!digits(&h, text, 1, 2, 0, 23)) return 0;
    if (text.n == 6 && text.p[3] == ':') {
        if (!digits(&m, text, 4, 2, 0, 59)) return 0;
    }
    else if (text.n == 5) {
        if (!digits(&m, text, 3, 2, 0, 59)) return 0;
    }
    else if (text.n != 3)
        return 0;
    *seconds = (h * 3600 + m * 60) * (text.p[0] == '-' ? -1 : 1);
    return 1;
}

/* Microseconds of ".123456789"; how many bytes it took into *n. */
static int fraction_of(apr_time_t *usec, apr_size_t *n, sc_bytes_t text)
{
    apr_time_t unit = APR_USEC_PER_SEC / 10;
    apr_size_t i;

    *usec = 0;
    *n = 0;
    if (text.n == 0 || (text.p[0] != '.' && text.p[0] != ',')) return 1;
    for (i = 1; i < text.n && apr_isdigit(text.p[i]); i++, unit /= 10)
        *usec += unit * (text.p[i] - '0');
    *n = i;
    return i > 1;
}

/* Days since 1970 of a Gregorian date, which must exist. */
static int days_of(apr_int64_t *days, int y, int m, int d)
{
    static const int before[] = {0,   31,  59,  90,  120, 151, 181,
                                 212, 243, 273, 304, 334, 365};
    int leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    int last = before[m] - before[m - 1] + (m == 2 && leap);
    int past = y - 1; /* whole years before this one */

    if (d > last) return 0;
    *days = (apr_int64_t)past * 365 + past / 4 - past / 100 + past / 400 - 719162 +
            before[m - 1] + (m > 2 && leap) + d - 1;
    return 1;
}

/* "hh:mm", ":ss" and a fraction; seconds and fraction may be missing. What is left of the
 * text into *rest. */
static int clock_of(apr_time_t *t, sc_bytes_t *rest, sc_bytes_t text)
{
    int h, m, s;
    apr_time_t usec;
    apr_size_t n;

    if (!digits(&h, text, 0, 2, 0, 23) || !digits(&m, text, 3, 2, 0, 59) ||
        text.p[2] != ':')
        return 0;
    *t = apr_time_from_sec(h * 3600 + m * 60);
    *rest = sc_bytes_from(text, 5);
    if (rest->n == 0 || rest->p[0] != ':') return 1;
    if (!digits(&s, *rest, 1, 2, 0, 59)) return 0;
    *rest = sc_bytes_from(*rest, 3);
    if (!fraction_of(&usec, &n, *rest)) return 0;
    *rest = sc_bytes_from(*rest, n);
    *t += apr_time_from_sec(s) + usec;
    return 1;
}

int sc_time_parse(apr_time_t *t, sc_bytes_t text)
{
    int year, month, day, east = 0;
    apr_time_t clock = 0;
    apr_int64_t days;
    sc_bytes_t rest;

    if (!digits(&year, text, 0, 4, 1, 9999) || !digits(&month, text, 5, 2, 1, 12) ||
        !digits(&day, text, 8, 2, 1, 31) || text.p[4] != '-' || text.p[7] != '-')
        return 0;
    if (text.n > 10) {
        if (text.p[10] != 'T' && text.p[10] != 't' && text.p[10] != ' ') return 0;
        if (!clock_of(&clock, &rest, sc_bytes_from(text, 11)) || !offset_of(&east, rest))
            return 0;
    }
    if (!days_of(&days, year, month, day)) return 0;
    *t = apr_time_from_sec(days * 86400 - east) + clock;
    return 1;
}

/* A member that must be a date when it is there. *t stays as it was when it is not. */
static sc_status_t date_member(apr_time_t *t, const sc_doc_t *doc, const char *name)
{
    const sc_value_t *value;

    if (!sc_doc_find(&value, doc, name)) return SC_OK;
    if (sc_value_type(value) != SC_STRING) return SC_MALFORMED;
    if (!sc_time_parse(t, sc_value_string(value))) return SC_MALFORMED;
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
static sc_status_t expires_member(apr_time_t *expires, const sc_codec_t *codec,
                                  sc_doc_t *doc, apr_time_t now)
{
    const sc_value_t *value;
    double at, clock = (double)minus(now, codec->options.leeway) / APR_USEC_PER_SEC;

    if (!sc_doc_find(&value, doc, "_expires")) return SC_OK;
    /* NaN, which nothing is later than, would never expire: it is no number. */
    if (!sc_value_double(&at, value)) return SC_MALFORMED;
    if (clock > at) return SC_EXPIRED;
    if (at < LAST_SECOND) *expires = (apr_time_t)(at * APR_USEC_PER_SEC);
    sc_doc_remove(doc, sc_bytes_str("_expires"));
    return SC_OK;
}

sc_status_t sc_claims_check(apr_time_t *issued, apr_time_t *expires,
                            const sc_codec_t *codec, const sc_key_t *key, sc_doc_t *doc,
                            apr_time_t now)
{
    sc_status_t st = SC_OK;

    if (codec->format->flags & SC_F_CLAIMS) {
        st = paseto_times(issued, expires, &codec->options, doc, now);
        if (!st) st = paseto_claims(&codec->options, key, doc);
    }
    if (codec->format->flags & SC_F_EXPIRES)
        st = expires_member(expires, codec, doc, now);
    return st;
}

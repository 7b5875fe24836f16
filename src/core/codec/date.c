/* SPDX-License-Identifier: Apache-2.0 */
/* Dates in PASETO claims: a subset of ISO 8601 that covers what writers of PASETO emit.
 * Refuses a date that does not exist, leap seconds, and the hour 24. */
#include "core/codec/date.h"
#include <apr_lib.h>
#include <apr_strings.h>

/* n digits, as a number; at most `high`. */
static bool digits(int *number, sc_bytes_t text, apr_size_t at, apr_size_t n, int low,
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
static bool offset_of(int *seconds, sc_bytes_t text)
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
static bool fraction_of(apr_time_t *usec, apr_size_t *n, sc_bytes_t text)
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
static bool days_of(apr_int64_t *days, int y, int m, int d)
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
static bool clock_of(apr_time_t *t, sc_bytes_t *rest, sc_bytes_t text)
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

bool sc_date_parse(apr_time_t *t, sc_bytes_t text)
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

const char *sc_date_write(apr_time_t t, apr_pool_t *p)
{
    apr_time_exp_t x;

    apr_time_exp_gmt(&x, t);
    return apr_psprintf(p, "%04d-%02d-%02dT%02d:%02d:%02d+00:00", x.tm_year + 1900,
                        x.tm_mon + 1, x.tm_mday, x.tm_hour, x.tm_min, x.tm_sec);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Durations in directives and options: "90s", "31d". Refuses signs, blanks, other units
 * and what is longer than 100 years. */
#include "core/base/duration.h"
#include <apr_cstr.h>
#include <apr_lib.h>

#define DURATION_MAX apr_time_from_sec(APR_INT64_C(100) * 366 * 86400)

static const char *unit_of(const char *text, apr_interval_time_t *unit)
{
    static const struct {
        const char *name;
        apr_interval_time_t unit;
    } units[] = {{"", APR_USEC_PER_SEC},         {"ms", 1000},
                 {"s", APR_USEC_PER_SEC},        {"min", 60 * APR_USEC_PER_SEC},
                 {"h", 3600 * APR_USEC_PER_SEC}, {"d", 86400 * APR_USEC_PER_SEC}};
    unsigned i;

    for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (apr_cstr_casecmp(text, units[i].name)) continue; /* as in httpd */
        *unit = units[i].unit;
        return NULL;
    }
    return "is not a duration: write a number and ms, s, min, h or d, as 31d";
}

const char *sc_duration_parse(apr_interval_time_t *t, const char *text, bool off_allowed)
{
    apr_interval_time_t unit = 0, n = 0, whole;
    const char *at = text, *err;

    if (off_allowed && !apr_cstr_casecmp(text, "off")) {
        *t = -1;
        return NULL;
    }
    for (; apr_isdigit(*at); at++)
        n = n > DURATION_MAX / 1000 ? DURATION_MAX : n * 10 + (*at - '0');
    err = unit_of(at == text ? "?" : at, &unit);
    if (err) return err;
    if (__builtin_mul_overflow(n, unit, &whole) || whole > DURATION_MAX)
        return "is longer than 100 years: write a shorter duration, as 31d";
    *t = whole;
    return NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, dates and durations, each beside somebody else's reader: libc's strtod(),
 * strtoll(), strptime() and timegm(), OpenSSL's big numbers. The first byte picks. */
#include "fuzz.h"
#include "core/base/duration.h"
#include "core/codec/date.h"
#include "core/codec/format.h"
#include "core/document/number.h"
#include "core/document/read.h"
#include "core/serializer/pickle_number.h"
#include <apr_strings.h>
#include <errno.h>
#include <math.h>
#include <openssl/bn.h>
#include <time.h>

#define FIRST_DATE   apr_time_from_sec(-62135596800) /* of the year 1 */
#define END_OF_DATES apr_time_from_sec(253402300800) /* the year 10000 */

static const sc_limits_t limits = {8192, 65536, 32, 1024};

void fuzz_start(apr_pool_t *p)
{
    (void)p;
}

/* What is written of a date is that date, in whole seconds. Without an offset it is what
 * libc finds; with one, less than a day away. */
static void try_date(sc_bytes_t text, apr_pool_t *p)
{
    apr_time_t t, again, theirs;
    struct tm tm = {0};
    char clock[20];

    if (!sc_date_parse(&t, text)) return;
    if (t >= FIRST_DATE && t < END_OF_DATES) {
        must(sc_date_parse(&again, sc_bytes_str(sc_date_write(t, p))));
        must(llabs(again - t) < APR_USEC_PER_SEC);
    }
    if (text.n < 19 || text.p[16] != ':') return;
    memcpy(clock, text.p, 19);
    clock[10] = 'T';
    clock[19] = '\0';
    must(strptime(clock, "%Y-%m-%dT%H:%M:%S", &tm) == clock + 19);
    theirs = apr_time_from_sec(timegm(&tm));
    must(text.n > 19 ? llabs(theirs - t) <= apr_time_from_sec(86400) : theirs == t);
}

static void try_duration(sc_bytes_t text, apr_pool_t *p)
{
    const char *z = apr_pstrmemdup(p, (const char *)text.p, text.n);
    apr_interval_time_t t;
    char *end;
    long long n = strtoll(z, &end, 10);

    if (sc_duration_parse(&t, z, false)) return;
    must(t >= 0 && t <= apr_time_from_sec(APR_INT64_C(36600) * 86400));
    if (!*end || !strcasecmp(end, "s")) must(t == apr_time_from_sec(n));
    if (!strcasecmp(end, "ms")) must(t == n * 1000);
    if (!strcasecmp(end, "d")) must(t == n * 86400 * APR_USEC_PER_SEC);
}

/* Two's complement, the lowest byte first. */
static BIGNUM *number_of(sc_bytes_t in)
{
    BIGNUM *n = BN_lebin2bn(in.p, (int)in.n, NULL), *top = BN_new();

    must(n && top);
    if (in.n && in.p[in.n - 1] & 0x80) {
        must(BN_set_bit(top, (int)in.n * 8) && BN_sub(n, n, top));
    }
    BN_free(top);
    return n;
}

static void try_long(sc_bytes_t in, apr_pool_t *p)
{
    sc_bytes_t text;
    BIGNUM *n;
    char *theirs;

    if (sc_pickle_long(&text, in, p)) return;
    n = number_of(in);
    theirs = BN_bn2dec(n);
    must(theirs && sc_bytes_eq(text, sc_bytes_str(theirs)));
    OPENSSL_free(theirs);
    BN_free(n);
}

static void try_int(sc_bytes_t in, apr_pool_t *p)
{
    const char *z = apr_pstrmemdup(p, (const char *)in.p, in.n);
    BIGNUM *n = NULL;
    sc_bytes_t text;
    char *theirs;

    if (sc_pickle_int(&text, in, p)) return;
    must(BN_dec2bn(&n, z) == (int)in.n);
    theirs = BN_bn2dec(n);
    must(theirs && sc_bytes_eq(text, sc_bytes_str(theirs)));
    OPENSSL_free(theirs);
    BN_free(n);
}

static void try_double(sc_bytes_t in, apr_pool_t *p)
{
    sc_bytes_t text;
    double d = 0;

    memcpy(&d, in.p, in.n < sizeof(d) ? in.n : sizeof(d));
    text = sc_pickle_double(d, p);
    must(isnan(d) ? !strcmp((const char *)text.p, "NaN")
                  : strtod((const char *)text.p, NULL) == d);
}

static void try_float(sc_bytes_t in, apr_pool_t *p)
{
    const char *z = apr_pstrmemdup(p, (const char *)in.p, in.n);
    sc_bytes_t text;

    if (sc_pickle_float(&text, in, p)) return;
    must(*z == 'n' || strtod((const char *)text.p, NULL) == strtod(z, NULL));
}

/* Nearly: the reader of doubles here rounds more than once. What has no place in a double
 * is infinite, zero or refused. */
static void try_json(sc_bytes_t in, apr_pool_t *p)
{
    const char *z = apr_pstrmemdup(p, (const char *)in.p, in.n);
    double ours, theirs = strtod(z, NULL);
    apr_int64_t number;
    sc_value_t *value;
    char *end;

    if (sc_value_parse(&value, in, &limits, p) || sc_value_type(value) != SC_NUMBER)
        return;
    errno = 0;
    if (sc_value_int(&number, value) && in.p[0] != ' ')
        must(number == strtoll(z, &end, 10) && !errno);
    if (!sc_value_double(&ours, value) || in.n > 300) return;
    if (fabs(theirs) > 1e290 || fabs(theirs) < 1e-290) return;
    must(fabs(ours - theirs) <= fabs(theirs) * 1e-9);
}

static void try_stamp(sc_bytes_t in, const char *format, apr_pool_t *p)
{
    apr_time_t t;

    if (sc_format_find(format)->envelope->read_stamp(&t, in, p)) return;
    must(t >= 0 || (in.n && in.p[0] == '-'));
}

void fuzz_try(sc_bytes_t data, apr_pool_t *p)
{
    switch (fuzz_byte(&data) % 9) {
    case 0:
        try_date(data, p);
        break;
    case 1:
        try_duration(data, p);
        break;
    case 2:
        try_long(data, p);
        break;
    case 3:
        try_int(data, p);
        break;
    case 4:
        try_double(data, p);
        break;
    case 5:
        try_float(data, p);
        break;
    case 6:
        try_json(data, p);
        break;
    case 7:
        try_stamp(data, "django", p);
        break;
    default:
        try_stamp(data, "flask", p);
    }
}

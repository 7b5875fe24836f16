/* SPDX-License-Identifier: Apache-2.0 */
/* The options of a source. A value that is not understood, or an option that would do
 * nothing with the format at hand, is refused with a sentence: what an administrator
 * wrote down and httpd ignored is a hole. */
#include "core/codec/options.h"
#include <stddef.h>
#include <apr_cstr.h>
#include <apr_lib.h>
#include <apr_strings.h>

#define MAX_DEPTH    512 /* what recursion over a document can bear */
#define DURATION_MAX apr_time_from_sec(APR_INT64_C(100) * 366 * 86400)

typedef struct option_t option_t;

struct option_t {
    const char *name;
    int (*applies)(const sc_format_t *format);
    const char *(*set)(sc_codec_t *codec, const option_t *row, const char *value,
                       apr_pool_t *p);
    const char *good; /* an example of a value */
    apr_size_t at;    /* where in sc_options_t the value belongs */
    apr_int64_t most; /* the largest, of a number */
};

/* --- which formats an option means something to --- */

static int any(const sc_format_t *format)
{
    return format != NULL;
}

static int salted(const sc_format_t *format)
{
    return format->salt != NULL;
}

static int enveloped(const sc_format_t *format, const char *envelope)
{
    return !strcmp(format->envelope->name, envelope);
}

static int digested(const sc_format_t *format)
{
    return format->salt != NULL || enveloped(format, "securecookie");
}

static int untimed_too(const sc_format_t *format)
{
    return enveloped(format, "itsdangerous") && format->max_age < 0;
}

static int aged(const sc_format_t *format)
{
    return format->salt != NULL || (format->flags & SC_F_CLAIMS);
}

static int lenient(const sc_format_t *format)
{
    return aged(format) || (format->flags & SC_F_EXPIRES);
}

static int paseto(const sc_format_t *format)
{
    return enveloped(format, "paseto");
}

static int with_claims(const sc_format_t *format)
{
    return (format->flags & SC_F_CLAIMS) != 0;
}

static int serialized(const sc_format_t *format)
{
    return format->other != NULL;
}

/* --- values --- */

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
    return "is no duration: write a number with ms, s, min, h or d behind it, as 31d";
}

const char *sc_duration_parse(apr_interval_time_t *t, const char *text, int off_allowed)
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
        return "is too long a duration: 100 years are enough, as 31d";
    *t = whole;
    return NULL;
}

/* A whole number within bounds; 1 when it is one. */
static int number(apr_int64_t *n, const char *text, apr_int64_t low, apr_int64_t high)
{
    char *end;

    if (!apr_isdigit(*text)) return 0;
    *n = apr_strtoi64(text, &end, 10);
    return *end == '\0' && *n >= low && *n <= high;
}

/* --- setters: the value goes where the row says --- */

static void *place(sc_codec_t *codec, const option_t *row)
{
    return (char *)&codec->options + row->at;
}

static const char *set_text(sc_codec_t *codec, const option_t *row, const char *value,
                            apr_pool_t *p)
{
    *(const char **)place(codec, row) = apr_pstrdup(p, value);
    return NULL;
}

static const char *set_truth(sc_codec_t *codec, const option_t *row, const char *value,
                             apr_pool_t *p)
{
    int yes = !apr_cstr_casecmp(value, "on");

    (void)p;
    if (!yes && apr_cstr_casecmp(value, "off")) return "is neither on nor off";
    *(int *)place(codec, row) = yes;
    return NULL;
}

static const char *set_bytes(sc_codec_t *codec, const option_t *row, const char *value,
                             apr_pool_t *p)
{
    apr_int64_t n;

    if (!number(&n, value, 1, row->most))
        return apr_psprintf(p, "is no number of bytes from 1 to %" APR_INT64_T_FMT,
                            row->most);
    *(apr_size_t *)place(codec, row) = (apr_size_t)n;
    return NULL;
}

static const char *set_count(sc_codec_t *codec, const option_t *row, const char *value,
                             apr_pool_t *p)
{
    apr_int64_t n;

    if (!number(&n, value, 1, row->most))
        return apr_psprintf(p, "is no number from 1 to %" APR_INT64_T_FMT, row->most);
    *(int *)place(codec, row) = (int)n;
    return NULL;
}

static const char *set_max_age(sc_codec_t *codec, const option_t *row, const char *value,
                               apr_pool_t *p)
{
    (void)p;
    return sc_duration_parse(place(codec, row), value, 1);
}

static const char *set_leeway(sc_codec_t *codec, const option_t *row, const char *value,
                              apr_pool_t *p)
{
    (void)p;
    return sc_duration_parse(place(codec, row), value, 0);
}

static const char *set_digest(sc_codec_t *codec, const option_t *row, const char *value,
                              apr_pool_t *p)
{
    (void)p;
    if (sc_digest_find(place(codec, row), value)) return NULL;
    return "is none of md5, sha1, sha256, sha384, sha512";
}

static const char *set_derivation(sc_codec_t *codec, const option_t *row,
                                  const char *value, apr_pool_t *p)
{
    static const char *const names[] = {"hmac", "django-concat", "concat", "none"};
    int i;

    (void)row;
    (void)p;
    for (i = 0; i < 4; i++) {
        if (strcmp(value, names[i])) continue;
        codec->options.derivation = (sc_derivation_t)i;
        return NULL;
    }
    return "is none of hmac, django-concat, concat, none";
}

static const char *set_version(sc_codec_t *codec, const option_t *row, const char *value,
                               apr_pool_t *p)
{
    if (*value == 'v') value++;
    return set_count(codec, row, value, p) ? "is no PASETO version: 1, 2, 3 or 4" : NULL;
}

static const char *set_purpose(sc_codec_t *codec, const option_t *row, const char *value,
                               apr_pool_t *p)
{
    if (strcmp(value, "local") && strcmp(value, "public"))
        return "is neither local nor public";
    if (codec->format->purpose && strcmp(codec->format->purpose, value))
        return "does not fit: this format's tokens are local ones";
    return set_text(codec, row, value, p);
}

static const char *set_serializer(sc_codec_t *codec, const option_t *row,
                                  const char *value, apr_pool_t *p)
{
    const sc_serializer_t *one = codec->format->serializer, *two = codec->format->other;
    const sc_serializer_t *chosen = strcmp(value, two->name) ? one : two;

    (void)row;
    if (strcmp(value, chosen->name))
        return apr_psprintf(p, "is neither %s nor %s", one->name, two->name);
    codec->serializer = chosen;
    return NULL;
}

#define AT(member) offsetof(sc_options_t, member)

static const option_t options[] = {
    {"max-age", aged, set_max_age, "max-age=31d", AT(max_age), 0},
    {"leeway", lenient, set_leeway, "leeway=10s", AT(leeway), 0},
    {"salt", salted, set_text, "salt=cookie-session", AT(salt), 0},
    {"digest", digested, set_digest, "digest=sha256", AT(digest), 0},
    {"derivation", salted, set_derivation, "derivation=hmac", AT(derivation), 0},
    {"timed", untimed_too, set_truth, "timed=off", AT(timed), 0},
    {"version", paseto, set_version, "version=4", AT(version), 4},
    {"purpose", paseto, set_purpose, "purpose=local", AT(purpose), 0},
    {"issuer", with_claims, set_text, "issuer=https://login.example", AT(issuer), 0},
    {"audience", with_claims, set_text, "audience=shop", AT(audience), 0},
    {"subject", with_claims, set_text, "subject=alice", AT(subject), 0},
    {"assertion", paseto, set_text, "assertion=tenant-1", AT(assertion), 0},
    {"footer", paseto, set_text, "footer=note", AT(footer), 0},
    {"serializer", serialized, set_serializer, "serializer=json", 0, 0},
    {"max-bytes", any, set_bytes, "max-bytes=8192", AT(limits.token), 1 << 20},
    {"max-document", any, set_bytes, "max-document=65536", AT(limits.document), 16 << 20},
    {"max-depth", any, set_count, "max-depth=32", AT(limits.depth), MAX_DEPTH},
    {"max-members", any, set_count, "max-members=1024", AT(limits.members), 1 << 20},
    {"write", any, set_truth, "write=on", AT(write), 0},
    {"rekey", any, set_truth, "rekey=on", AT(rekey), 0},
};

/* The row of "name=value", or NULL. */
static const option_t *row_of(const char *option)
{
    const char *eq = strchr(option, '=');
    unsigned i;

    for (i = 0; eq && i < sizeof(options) / sizeof(options[0]); i++)
        if (!strncmp(option, options[i].name, (size_t)(eq - option)) &&
            options[i].name[eq - option] == '\0')
            return &options[i];
    return NULL;
}

int sc_option_known(const char *option)
{
    return row_of(option) != NULL;
}

void sc_options_default(sc_options_t *o, const sc_format_t *format)
{
    memset(o, 0, sizeof(*o));
    o->salt = format->salt;
    o->digest = format->digest;
    o->derivation = format->derivation;
    o->max_age = format->max_age < 0 ? -1 : apr_time_from_sec(format->max_age);
    o->timed = 1;
    o->version = format->version;
    o->purpose = format->purpose;
    o->assertion = "";
    o->limits.token = 8192;
    o->limits.document = 65536;
    o->limits.depth = 32;
    o->limits.members = 1024;
    o->write = 1;
}

/* What only says how the format is anyway does no harm: max-age=off where tokens have no
 * time, timed=on, the one serializer. */
static int is_so_anyway(const sc_format_t *format, const option_t *row, const char *value)
{
    if (!strcmp(row->name, "max-age")) return !apr_cstr_casecmp(value, "off");
    if (!strcmp(row->name, "timed"))
        return salted(format) && !apr_cstr_casecmp(value, "on");
    return !strcmp(row->name, "serializer") && !strcmp(value, format->serializer->name);
}

const char *sc_option_set(sc_codec_t *codec, const char *option, apr_pool_t *p)
{
    const option_t *row = row_of(option);
    const char *err, *value = strchr(option, '=');

    if (!row)
        return apr_psprintf(
            p, "%s: there is no such option; options are name=value, as max-age=31d",
            option);
    if (!row->applies(codec->format) && is_so_anyway(codec->format, row, value + 1))
        return NULL;
    if (!row->applies(codec->format))
        return apr_psprintf(p, "%s: means nothing to format %s; leave it out", option,
                            codec->format->name);
    err = row->set(codec, row, value + 1, p);
    if (err) return apr_psprintf(p, "%s: %s (as %s)", option, err, row->good);
    return NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The options of a source. A value that is not understood, or an option that would do
 * nothing with the format at hand, is refused with a sentence: what an administrator
 * wrote down and httpd ignored is a hole. */
#include "core/codec/options.h"
#include "core/base/duration.h"
#include <stddef.h>
#include <apr_cstr.h>
#include <apr_lib.h>
#include <apr_strings.h>

#define RECHECK_MAX apr_time_from_sec(3600)
#define MAX_DEPTH   512 /* what recursion over a document can bear */

typedef struct option_t option_t;

/* Where a value goes. */
typedef struct {
    sc_options_t *options;
    const sc_format_t *format;
} target_t;

struct option_t {
    const char *name;
    bool (*applies)(const sc_format_t *format);
    const char *(*set)(const target_t *to, const option_t *row, const char *value,
                       apr_pool_t *p);
    const char *good; /* an example of a value */
    apr_size_t at;    /* where in sc_options_t the value belongs */
    apr_int64_t most; /* the largest, of a number */
};

/* --- which formats an option means something to --- */

static bool any(const sc_format_t *format)
{
    return format != NULL;
}

static bool has_salt(const sc_format_t *format)
{
    return format->salt != NULL;
}

static bool has_digest(const sc_format_t *format)
{
    return format->envelope->takes_digest;
}

static bool has_untimed_form(const sc_format_t *format)
{
    return format->envelope->takes_untimed && format->max_age < 0;
}

static bool has_issue_time(const sc_format_t *format)
{
    return format->end == SC_END_IN_TOKEN || format->end == SC_END_IN_EXP;
}

static bool has_end(const sc_format_t *format)
{
    return has_issue_time(format) || format->end == SC_END_IN_EXPIRES;
}

static bool is_paseto(const sc_format_t *format)
{
    return format->envelope->layout == SC_LAYOUT_PASETO;
}

static bool has_claims(const sc_format_t *format)
{
    return format->end == SC_END_IN_EXP;
}

static bool has_browser(const sc_format_t *format)
{
    return format->has_browser;
}

static bool has_other_serializer(const sc_format_t *format)
{
    return format->other != NULL;
}

/* --- values --- */

/* A whole number within bounds. */
static bool is_number(apr_int64_t *n, const char *text, apr_int64_t low, apr_int64_t high)
{
    char *end;

    if (!apr_isdigit(*text)) return false;
    *n = apr_strtoi64(text, &end, 10);
    return *end == '\0' && *n >= low && *n <= high;
}

/* --- setters: the value goes where the row says --- */

static void *place(const target_t *to, const option_t *row)
{
    return (char *)to->options + row->at;
}

static const char *set_text(const target_t *to, const option_t *row, const char *value,
                            apr_pool_t *p)
{
    *(const char **)place(to, row) = apr_pstrdup(p, value);
    return NULL;
}

static const char *set_truth(const target_t *to, const option_t *row, const char *value,
                             apr_pool_t *p)
{
    int yes = !apr_cstr_casecmp(value, "on");

    (void)p;
    if (!yes && apr_cstr_casecmp(value, "off")) return "is neither on nor off";
    *(int *)place(to, row) = yes;
    return NULL;
}

static const char *set_bytes(const target_t *to, const option_t *row, const char *value,
                             apr_pool_t *p)
{
    apr_int64_t n;

    if (!is_number(&n, value, 1, row->most))
        return apr_psprintf(p, "is not a number of bytes from 1 to %" APR_INT64_T_FMT,
                            row->most);
    *(apr_size_t *)place(to, row) = (apr_size_t)n;
    return NULL;
}

static const char *set_count(const target_t *to, const option_t *row, const char *value,
                             apr_pool_t *p)
{
    apr_int64_t n;

    if (!is_number(&n, value, 1, row->most))
        return apr_psprintf(p, "is not a number from 1 to %" APR_INT64_T_FMT, row->most);
    *(int *)place(to, row) = (int)n;
    return NULL;
}

static const char *set_max_age(const target_t *to, const option_t *row, const char *value,
                               apr_pool_t *p)
{
    (void)p;
    return sc_duration_parse(place(to, row), value, true);
}

static const char *set_leeway(const target_t *to, const option_t *row, const char *value,
                              apr_pool_t *p)
{
    (void)p;
    return sc_duration_parse(place(to, row), value, false);
}

static const char *set_recheck(const target_t *to, const option_t *row, const char *value,
                               apr_pool_t *p)
{
    apr_interval_time_t *recheck = place(to, row), time;

    (void)p;
    if (sc_duration_parse(&time, value, false) || time > RECHECK_MAX)
        return "is not a time of up to 1h";
    *recheck = time;
    return NULL;
}

static const char *set_lookup(const target_t *to, const option_t *row, const char *value,
                              apr_pool_t *p)
{
    if (strncmp(value, "redis:", 6) && (strncmp(value, "dbd:", 4) || !value[4]))
        return "is neither dbd:LABEL nor redis:PREFIX";
    return set_text(to, row, value, p);
}

static const char *set_digest(const target_t *to, const option_t *row, const char *value,
                              apr_pool_t *p)
{
    (void)p;
    if (sc_digest_find(place(to, row), value)) return NULL;
    return "is none of md5, sha1, sha256, sha384, sha512";
}

static const char *set_derivation(const target_t *to, const option_t *row,
                                  const char *value, apr_pool_t *p)
{
    static const char *const names[] = {"hmac", "django-concat", "concat", "none"};
    int i;

    (void)row;
    (void)p;
    for (i = 0; i < 4; i++) {
        if (strcmp(value, names[i])) continue;
        to->options->envelope.derivation = (sc_derivation_t)i;
        return NULL;
    }
    return "is none of hmac, django-concat, concat, none";
}

static const char *set_version(const target_t *to, const option_t *row, const char *value,
                               apr_pool_t *p)
{
    if (*value == 'v') value++;
    return set_count(to, row, value, p) ? "is not a PASETO version: 1, 2, 3 or 4" : NULL;
}

static const char *set_purpose(const target_t *to, const option_t *row, const char *value,
                               apr_pool_t *p)
{
    if (strcmp(value, "local") && strcmp(value, "public"))
        return "is neither local nor public";
    if (to->format->purpose && strcmp(to->format->purpose, value))
        return "does not fit: this format's tokens are local ones";
    return set_text(to, row, value, p);
}

static const char *set_serializer(const target_t *to, const option_t *row,
                                  const char *value, apr_pool_t *p)
{
    const sc_serializer_t *one = to->format->serializer, *two = to->format->other;
    const sc_serializer_t *chosen = strcmp(value, two->name) ? one : two;

    (void)row;
    if (strcmp(value, chosen->name))
        return apr_psprintf(p, "is neither %s nor %s", one->name, two->name);
    to->options->serializer = chosen;
    return NULL;
}

#define AT(member) offsetof(sc_options_t, member)

static const option_t options[] = {
    {"max-age", has_issue_time, set_max_age, "max-age=31d", AT(max_age), 0},
    {"leeway", has_end, set_leeway, "leeway=10s", AT(leeway), 0},
    {"salt", has_salt, set_text, "salt=cookie-session", AT(envelope.salt), 0},
    {"digest", has_digest, set_digest, "digest=sha256", AT(envelope.digest), 0},
    {"derivation", has_salt, set_derivation, "derivation=hmac", AT(envelope.derivation),
     0},
    {"timed", has_untimed_form, set_truth, "timed=off", AT(envelope.timed), 0},
    {"version", is_paseto, set_version, "version=4", AT(envelope.version), 4},
    {"purpose", is_paseto, set_purpose, "purpose=local", AT(envelope.purpose), 0},
    {"issuer", has_claims, set_text, "issuer=https://login.example", AT(issuer), 0},
    {"audience", has_claims, set_text, "audience=shop", AT(audience), 0},
    {"subject", has_claims, set_text, "subject=alice", AT(subject), 0},
    {"assertion", is_paseto, set_text, "assertion=tenant-1", AT(envelope.assertion), 0},
    {"footer", is_paseto, set_text, "footer=note", AT(footer), 0},
    {"serializer", has_other_serializer, set_serializer, "serializer=json", 0, 0},
    {"max-bytes", any, set_bytes, "max-bytes=8192", AT(limits.token), 1 << 20},
    {"max-document", any, set_bytes, "max-document=65536", AT(limits.document), 16 << 20},
    {"max-depth", any, set_count, "max-depth=32", AT(limits.depth), MAX_DEPTH},
    {"max-members", any, set_count, "max-members=1024", AT(limits.members), 1 << 20},
    {"write", any, set_truth, "write=on", AT(write), 0},
    {"rekey", any, set_truth, "rekey=on", AT(rekey), 0},
    {"lookup", any, set_lookup, "lookup=redis:session:", AT(lookup), 0},
    {"recheck", any, set_recheck, "recheck=2s", AT(recheck), 0},
    {"protect", has_browser, set_truth, "protect=on", AT(protect), 0},
};

/* The row of "name=value", or of "name" alone; NULL: there is no such option. */
static const option_t *row_of(const char *option)
{
    size_t n = strcspn(option, "=");
    unsigned i;

    for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
        if (!strncmp(option, options[i].name, n) && options[i].name[n] == '\0')
            return &options[i];
    return NULL;
}

bool sc_option_known(const char *option)
{
    return strchr(option, '=') && row_of(option);
}

bool sc_option_applies(const char *name, const sc_format_t *format)
{
    unsigned i;

    for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
        if (!strcmp(name, options[i].name)) return options[i].applies(format);
    return false;
}

void sc_options_default(sc_options_t *o, const sc_format_t *format)
{
    memset(o, 0, sizeof(*o));
    o->envelope.salt = format->salt;
    o->envelope.digest = format->digest;
    o->envelope.derivation = format->derivation;
    o->serializer = format->serializer;
    o->max_age = format->max_age < 0 ? -1 : apr_time_from_sec(format->max_age);
    o->envelope.timed = 1;
    o->envelope.version = format->version;
    o->envelope.purpose = format->purpose;
    o->envelope.assertion = "";
    o->limits.token = 8192;
    o->limits.document = 65536;
    o->limits.depth = 32;
    o->limits.members = 1024;
    o->write = 1;
    o->recheck = apr_time_from_sec(2);
}

/* What only says how the format is anyway does no harm: max-age=off where tokens have no
 * time, timed=on, the one serializer. */
static bool is_so_anyway(const sc_format_t *format, const option_t *row,
                         const char *value)
{
    if (!strcmp(row->name, "max-age")) return !apr_cstr_casecmp(value, "off");
    if (!strcmp(row->name, "timed"))
        return has_salt(format) && !apr_cstr_casecmp(value, "on");
    return !strcmp(row->name, "serializer") && !strcmp(value, format->serializer->name);
}

/* The names of the options that a format knows, separated by ", ". */
static const char *names_for(const sc_format_t *format, apr_pool_t *p)
{
    const char *list = NULL;
    unsigned i;

    for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        if (!options[i].applies(format)) continue;
        list = list ? apr_pstrcat(p, list, ", ", options[i].name, NULL) : options[i].name;
    }
    return list;
}

const char *sc_option_set(sc_options_t *o, const sc_format_t *format, const char *option,
                          apr_pool_t *p)
{
    const target_t to = {o, format};
    const option_t *row = row_of(option);
    const char *err, *value = strchr(option, '=');

    if (!row)
        return apr_psprintf(p, "unknown option \"%.*s\"; options are: %s",
                            (int)strcspn(option, "="), option, names_for(format, p));
    if (!value) return apr_psprintf(p, "%s: has no value (as %s)", option, row->good);
    if (!row->applies(format)) {
        if (is_so_anyway(format, row, value + 1)) return NULL;
        return apr_psprintf(p, "%s: means nothing to format %s; leave it out", option,
                            format->name);
    }
    err = row->set(&to, row, value + 1, p);
    if (err) return apr_psprintf(p, "%s: %s (as %s)", option, err, row->good);
    return NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Cache-Control, read and made private. Directives are compared without regard to case;
 * commas in quotes do not separate. `private="Name"` and `no-cache="Name"` speak of one
 * header of the response and not of the response. A quote without its end is dropped,
 * since caches differ in what they take for quoted; a max-age that is not a number
 * becomes 0. */
#include "core/http/caching.h"
#include "core/base/chars.h"
#include <apr_cstr.h>
#include <apr_strings.h>

typedef struct {
    sc_bytes_t text; /* all of it */
    sc_bytes_t name;
    sc_bytes_t value; /* p is NULL where there is none */
    bool is_broken;   /* has a quote without its end */
} directive_t;

static bool is_separator(char c)
{
    return c == ',' || c == ' ' || c == '\t';
}

/* The end of a directive: the next comma outside quotes. */
static const char *directive_end(bool *is_broken, const char *start)
{
    const char *at = start;
    bool quoted = false;

    for (; *at && (quoted || *at != ','); at++) {
        if (quoted && *at == '\\' && at[1])
            at++;
        else if (*at == '"')
            quoted = !quoted;
    }
    *is_broken = quoted;
    return quoted ? start + strcspn(start, ",") : at;
}

static bool next_directive(directive_t *directive, const char **at)
{
    const char *start, *end, *equals;

    if (!*at) return false;
    while (is_separator(**at))
        ++*at;
    if (!**at) return false;
    start = *at;
    *at = end = directive_end(&directive->is_broken, start);
    while (end > start && is_separator(end[-1]))
        end--;
    directive->text = sc_bytes(start, (apr_size_t)(end - start));
    equals = memchr(start, '=', directive->text.n);
    directive->name = sc_bytes(start, (apr_size_t)((equals ? equals : end) - start));
    directive->value = sc_bytes(NULL, 0);
    if (equals) directive->value = sc_bytes(equals + 1, (apr_size_t)(end - equals - 1));
    return true;
}

static bool is_named(const directive_t *directive, const char *name)
{
    return directive->name.n == strlen(name) &&
           !apr_cstr_casecmpn((const char *)directive->name.p, name, directive->name.n);
}

/* Whether it is one of these names, of which the last is NULL. */
static bool is_one_of(const directive_t *directive, const char *const *names)
{
    for (; *names; names++) {
        if (is_named(directive, *names)) return true;
    }
    return false;
}

/* --- what it says --- */

bool sc_caching_is_public(const char *control)
{
    static const char *const names[] = {"public", "s-maxage", NULL};
    directive_t directive;

    while (next_directive(&directive, &control)) {
        if (is_one_of(&directive, names)) return true;
    }
    return false;
}

bool sc_caching_is_explicit(const char *control)
{
    static const char *const bare[] = {"no-cache", "no-store", NULL};
    directive_t directive;

    while (next_directive(&directive, &control)) {
        if (is_named(&directive, "max-age")) return true;
        if (!directive.value.p && is_one_of(&directive, bare)) return true;
    }
    return false;
}

/* --- what it is to say --- */

/* A number of seconds, in quotes or bare; 0 when it is not a number. */
static apr_int64_t seconds_of(sc_bytes_t value)
{
    apr_int64_t n = 0;

    /* lint: core.NullDereference: NULL comes with a length of 0. */
    if (value.n >= 2 && value.p[0] == '"') value = sc_bytes(value.p + 1, value.n - 2);
    for (apr_size_t i = 0; i < value.n; i++) {
        if (!sc_char_is_digit(value.p[i])) return 0;
        if (n < APR_INT32_MAX) n = n * 10 + (value.p[i] - '0');
    }
    return n;
}

static bool is_number(sc_bytes_t value)
{
    apr_size_t i = 0;

    while (i < value.n && sc_char_is_digit(value.p[i]))
        i++;
    return value.n && i == value.n;
}

/* The directive as it goes out, or NULL. */
static const char *directive_kept(const directive_t *directive, bool was_public,
                                  apr_int64_t seconds, apr_pool_t *p)
{
    static const char *const dropped[] = {
        "public",         "s-maxage",  "stale-while-revalidate",
        "stale-if-error", "immutable", NULL};

    if (directive->is_broken || is_one_of(directive, dropped)) return NULL;
    if (is_named(directive, "private") && directive->value.p) return NULL;
    if (is_named(directive, "max-age") && was_public) return NULL;
    if (is_named(directive, "max-age") && seconds >= 0) {
        apr_int64_t said = seconds_of(directive->value);

        if (said > seconds || !is_number(directive->value))
            return apr_psprintf(p, "max-age=%" APR_INT64_T_FMT,
                                said > seconds ? seconds : said);
    }
    return apr_pstrmemdup(p, (const char *)directive->text.p, directive->text.n);
}

const char *sc_caching_private(const char *control, apr_int64_t seconds, apr_pool_t *p)
{
    bool is_private = false, was_public = sc_caching_is_public(control);
    const char *made = NULL, *kept;
    directive_t directive;

    while (next_directive(&directive, &control)) {
        kept = directive_kept(&directive, was_public, seconds, p);
        if (!kept) continue;
        made = made ? apr_pstrcat(p, made, ", ", kept, NULL) : kept;
        if (is_named(&directive, "private") ||
            (is_named(&directive, "no-store") && !directive.value.p))
            is_private = true;
    }
    if (is_private) return made;
    return made ? apr_pstrcat(p, made, ", private", NULL) : "private";
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A line of a list of revocations. Whoever writes lines by hand may leave any byte of a
 * name but tabs, line ends and "%" as it is; what is written here has visible ASCII
 * alone, so that no name can end a line or begin another. */

#include "core/revocation/entry.h"
#include "core/base/chars.h"
#include <apr_strings.h>

#define BAN "ban"

static const char *const kinds[SC_REVOKE_KINDS] = {"user", "key", "session"};

/* --- reading --- */

/* What stands before the next tab, or the rest. */
static sc_bytes_t next_field(sc_bytes_t *line)
{
    apr_ssize_t tab = sc_bytes_index(*line, '\t');
    sc_bytes_t field = *line;

    if (tab < 0) {
        *line = sc_bytes(NULL, 0);
        return field;
    }
    field.n = (apr_size_t)tab;
    *line = sc_bytes_from(*line, field.n + 1);
    return field;
}

static bool read_until(int64_t *until, sc_bytes_t text)
{
    int64_t seconds = 0;

    if (sc_bytes_eq(text, sc_bytes_str(BAN))) {
        *until = SC_BAN;
        return true;
    }
    if (text.n == 0 || text.n > 12) return false;
    for (apr_size_t i = 0; i < text.n; i++) {
        if (!sc_char_is_digit(text.p[i])) return false;
        seconds = 10 * seconds + (text.p[i] - '0');
    }
    *until = seconds;
    return seconds <= SC_EPOCH_MAX;
}

/* Undoes %XX in place. */
static bool decode(sc_bytes_t *name, unsigned char *line)
{
    unsigned char *from = line + (name->p - line), *end = from + name->n, *to = from;

    while (from < end) {
        int high, low;

        if (*from != '%') {
            *to++ = *from++;
            continue;
        }
        if (end - from < 3) return false;
        high = sc_hex_value(from[1]);
        low = sc_hex_value(from[2]);
        if (high < 0 || low < 0) return false;
        *to++ = (unsigned char)(16 * high + low);
        from += 3;
    }
    name->n = (apr_size_t)(to - name->p);
    return true;
}

static bool has_control(sc_bytes_t text)
{
    for (apr_size_t i = 0; i < text.n; i++) {
        /* lint: -Wanalyzer-null-dereference: an empty field has NULL and no byte. */
        if (text.p[i] < ' ' || text.p[i] == 0x7f) return true;
    }
    return false;
}

static bool is_digest(sc_bytes_t text)
{
    for (apr_size_t i = 0; i < text.n; i++) {
        /* lint: -Wanalyzer-null-dereference: likewise. */
        if (!sc_char_is_digit(text.p[i]) && (text.p[i] < 'a' || text.p[i] > 'f'))
            return false;
    }
    return text.n == SC_REVOCATION_DIGEST;
}

/* Whether a line can say it. */
static bool is_sayable(const sc_revocation_t *entry)
{
    if (entry->name.n == 0 || entry->until < 0 ||
        (entry->until > SC_EPOCH_MAX && entry->until != SC_BAN))
        return false;
    if (entry->kind == SC_REVOKE_USER)
        return entry->source.n && !has_control(entry->source);
    if (entry->kind == SC_REVOKE_KEY) return !has_control(entry->name);
    return is_digest(entry->name);
}

static bool read_kind(sc_revoke_t *kind, sc_bytes_t word)
{
    for (unsigned i = 0; i < SC_REVOKE_KINDS; i++) {
        *kind = (sc_revoke_t)i;
        if (sc_bytes_eq(word, sc_bytes_str(kinds[i]))) return true;
    }
    return false;
}

sc_status_t sc_revocation_read(sc_revocation_t *entry, unsigned char *line, apr_size_t n)
{
    sc_bytes_t rest = sc_bytes(line, n);
    sc_revocation_t read = {.source = {NULL, 0}};

    if (rest.n && rest.p[rest.n - 1] == '\r') rest.n--;
    if (rest.n == 0 || rest.p[0] == '#') return SC_ABSENT;
    if (n >= SC_REVOCATION_LINE) return SC_MALFORMED;
    if (!read_kind(&read.kind, next_field(&rest))) return SC_MALFORMED;
    if (read.kind == SC_REVOKE_USER) read.source = next_field(&rest);
    read.name = next_field(&rest);
    if (!read_until(&read.until, rest)) return SC_MALFORMED;
    if (read.kind == SC_REVOKE_USER && !decode(&read.name, line)) return SC_MALFORMED;
    if (!is_sayable(&read)) return SC_MALFORMED;
    *entry = read;
    return SC_OK;
}

/* --- writing --- */

static sc_bytes_t encode(sc_bytes_t name, apr_pool_t *p)
{
    unsigned char *text = apr_palloc(p, 3 * name.n), *to = text;

    for (apr_size_t i = 0; i < name.n; i++) {
        unsigned char c = name.p[i];

        if (c > ' ' && c < 0x7f && c != '%') {
            *to++ = c;
            continue;
        }
        *to++ = '%';
        sc_hex_write(to, sc_bytes(&c, 1), SC_HEX_UPPER);
        to += 2;
    }
    return sc_bytes(text, (apr_size_t)(to - text));
}

sc_status_t sc_revocation_write(sc_bytes_t *line, const sc_revocation_t *entry,
                                apr_pool_t *p)
{
    bool is_user = entry->kind == SC_REVOKE_USER;
    const sc_bytes_t tab = sc_bytes_str("\t");
    sc_bytes_t text;

    if (!is_sayable(entry)) return SC_MALFORMED;
    if (entry->name.n > SC_REVOCATION_LINE) return SC_TOO_LARGE;
    text = sc_bytes_join(
        (const sc_bytes_t[]){sc_bytes_str(kinds[entry->kind]), tab,
                             is_user ? entry->source : sc_bytes("", 0),
                             is_user ? tab : sc_bytes("", 0),
                             is_user ? encode(entry->name, p) : entry->name, tab,
                             sc_bytes_str(entry->until == SC_BAN
                                              ? BAN
                                              : apr_psprintf(p, "%" APR_INT64_T_FMT,
                                                             (apr_int64_t)entry->until)),
                             sc_bytes_str("\n")},
        8, p);
    if (text.n > SC_REVOCATION_LINE) return SC_TOO_LARGE;
    *line = text;
    return SC_OK;
}

/* --- what an entry is found by --- */

uint64_t sc_revocation_hash(const unsigned char key[SC_HASH_KEY],
                            const sc_revocation_t *entry)
{
    unsigned char subject[2 * SC_REVOCATION_LINE], *to = subject;
    uint64_t hash;

    if (entry->source.n > SC_REVOCATION_LINE - 2 || entry->name.n > SC_REVOCATION_LINE)
        return 0;
    *to++ = (unsigned char)entry->kind;
    if (entry->source.n) memcpy(to, entry->source.p, entry->source.n);
    to += entry->source.n;
    *to++ = '\t'; /* which no source has */
    if (entry->name.n) memcpy(to, entry->name.p, entry->name.n);
    to += entry->name.n;
    hash = sc_hash(key, sc_bytes(subject, (apr_size_t)(to - subject)));
    return hash ? hash : 1;
}

sc_status_t sc_revocation_digest(char to[SC_REVOCATION_DIGEST + 1], sc_bytes_t source,
                                 sc_bytes_t document)
{
    const sc_bytes_t parts[] = {source, sc_bytes("", 1), document};
    unsigned char digest[SC_DIGEST_MAX];
    sc_status_t status = sc_digest(digest, SC_SHA256, parts, 3);

    if (status) return status;
    sc_hex_write((unsigned char *)to, sc_bytes(digest, SC_REVOCATION_DIGEST / 2),
                 SC_HEX_LOWER);
    to[SC_REVOCATION_DIGEST] = '\0';
    return SC_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Flask's type tags (flask/json/tag.py): from the sealed face to the plain one, bottom-up
 * as Flask resolves them. A tag is an object with one member of a known name; any other
 * object is itself. Refused: content for which Flask raises, and some that Flask would
 * take but never writes (a tuple made from a string, Markup of an array). */
#include "core/document/tags.h"
#include "core/document/number.h"
#include "core/document/tree_private.h"
#include "core/base/base64.h"
#include "core/base/chars.h"
#include <apr_date.h>
#include <stdlib.h>

static const char *const tags[] = {" t", " b", " m", " u", " d", " di"};

bool sc_tag_is(sc_bytes_t name)
{
    apr_size_t i;

    for (i = 0; i < sizeof tags / sizeof *tags; i++)
        if (sc_bytes_eq(name, sc_bytes_str(tags[i]))) return true;
    return false;
}

const struct lh_entry *sc_tag_of(const sc_value_t *object)
{
    struct lh_table *table = sc_table(object);

    if (table == NULL || lh_table_length(table) != 1) return NULL;
    return sc_tag_is(sc_bytes_str(sc_entry_key(table->head))) ? table->head : NULL;
}

/* " b": the plain face is the base64 text of the bytes that Flask sees. */
static sc_status_t resolve_bytes(sc_value_t **plain, const sc_value_t *content,
                                 apr_pool_t *p)
{
    sc_bytes_t text = sc_value_string(content), bytes, canonical;
    apr_size_t i;

    /* Python takes base64 from a str only when that is ASCII. */
    for (i = 0; i < text.n; i++)
        if (text.p[i] >= 0x80) return SC_MALFORMED;
    if (sc_base64_decode_python(&bytes, text, 0, p)) return SC_MALFORMED;
    canonical = sc_base64_encode(bytes, p);
    *plain = sc_bytes_eq(canonical, text) ? sc_value_ref(content)
                                          : sc_value_make_string(canonical);
    return SC_OK;
}

/* Drops every `what` from a text in place, as Python's replace(what, "") does. */
static apr_size_t drop_all(char *text, apr_size_t n, const char *what)
{
    apr_size_t from = 0, to = 0, len = strlen(what);

    while (from < n) {
        if (n - from >= len && memcmp(text + from, what, len) == 0)
            from += len;
        else
            text[to++] = text[from++];
    }
    return to;
}

/* " u": what Python's UUID() takes, written with its four hyphens. */
static sc_status_t resolve_uuid(sc_value_t **plain, const sc_value_t *content)
{
    sc_bytes_t text = sc_value_string(content);
    char hex[128], out[36], *from = hex;
    apr_size_t i, n = text.n;
    int at = 0;

    if (n > sizeof hex) return SC_MALFORMED;
    memcpy(hex, text.p, n);
    n = drop_all(hex, n, "urn:");
    n = drop_all(hex, n, "uuid:");
    for (; n && (*from == '{' || *from == '}'); n--)
        from++;
    while (n && (from[n - 1] == '{' || from[n - 1] == '}'))
        n--;
    n = drop_all(from, n, "-");
    if (n != 32) return SC_MALFORMED;
    for (i = 0; i < n; i++) {
        if (sc_hex_value((unsigned char)from[i]) < 0) return SC_MALFORMED;
        if (i == 8 || i == 12 || i == 16 || i == 20) out[at++] = '-';
        out[at++] = (char)sc_char_lower((unsigned char)from[i]);
    }
    *plain = sc_value_make_string(sc_bytes(out, sizeof out));
    return SC_OK;
}

/* Whether an HTTP date (RFC 9110 5.6.7), of the right shape, is one that Python reads. */
static bool is_real_date(const char *z)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    static const char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int day, month, year, leap;

    for (month = 0; month < 12 && memcmp(months + 3 * month, z + 8, 3) != 0;)
        month++;
    if (month == 12) return false;
    day = (z[5] - '0') * 10 + z[6] - '0';
    /* lint: cert-err34-c: four digits. */
    year = atoi(z + 12);
    leap = month == 1 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day >= 1 && day <= days[month] + leap && strncmp(z + 17, "24", 2) < 0 &&
           z[20] < '6' && z[23] < '6';
}

/* " d": an HTTP date stays as it is, another date that APR can read becomes one, and
 * anything else is null, as in Flask. */
static sc_status_t resolve_date(sc_value_t **plain, const sc_value_t *content)
{
    sc_bytes_t text = sc_value_string(content);
    const char *z = (const char *)text.p;
    char rfc[APR_RFC822_DATE_LEN];
    apr_time_t t;

    *plain = NULL;
    if (strlen(z) != text.n) return SC_OK;
    if (apr_date_checkmask(z, "@$$, ## @$$ #### ##:##:## GMT")) {
        if (is_real_date(z)) *plain = sc_value_ref(content);
        return SC_OK;
    }
    t = apr_date_parse_rfc(z);
    if (t == APR_DATE_BAD) return SC_OK;
    apr_rfc822_date(rfc, t);
    *plain = sc_value_make_string(sc_bytes_str(rfc));
    return SC_OK;
}

/* " di": an object that only looked like a tag. Its first member's name loses two
 * characters (not bytes), any other member is dropped, as in Flask. */
static sc_status_t resolve_object(sc_value_t **plain, const sc_value_t *content)
{
    struct lh_table *table = sc_table(content);
    sc_value_t *object;
    sc_bytes_t name;
    int cut;

    if (table == NULL || table->head == NULL) return SC_MALFORMED;
    name = sc_bytes_str(sc_entry_key(table->head));
    for (cut = 0; cut < 2 && name.n; cut++)
        while (name.n && (name.p[--name.n] & 0xC0) == 0x80)
            continue;
    object = sc_value_make_object();
    sc_value_put(object, name, sc_value_ref(sc_entry_value(table->head)));
    *plain = object;
    return SC_OK;
}

/* " m": Markup() of anything is its str(). */
static sc_status_t resolve_markup(sc_value_t **plain, const sc_value_t *sealed,
                                  apr_pool_t *p)
{
    sc_bytes_t text;

    switch (sc_value_type(sealed)) {
    case SC_STRING:
        *plain = sc_value_ref(sealed);
        return SC_OK;
    case SC_NULL:
        text = sc_bytes_str("None");
        break;
    case SC_BOOL:
        text = sc_bytes_str(json_object_get_boolean(sealed) ? "True" : "False");
        break;
    case SC_NUMBER:
        text = sc_value_digits(sealed, p);
        break;
    default:
        return SC_MALFORMED;
    }
    *plain = sc_value_make_string(text);
    return SC_OK;
}

/* One tag; `sealed` is its content as it came, `content` with its own tags resolved. */
static sc_status_t resolve_tag(sc_value_t **plain, const char *tag,
                               const sc_value_t *sealed, const sc_value_t *content,
                               apr_pool_t *p)
{
    if (strcmp(tag, " di") == 0) return resolve_object(plain, content);
    if (strcmp(tag, " t") == 0) {
        if (sc_value_type(content) != SC_ARRAY) return SC_MALFORMED;
        *plain = sc_value_ref(content);
        return SC_OK;
    }
    if (strcmp(tag, " m") == 0) return resolve_markup(plain, sealed, p);
    if (strcmp(tag, " d") == 0 && sealed == NULL) {
        *plain = NULL;
        return SC_OK;
    }
    if (sc_value_type(sealed) != SC_STRING) return SC_MALFORMED;
    if (strcmp(tag, " b") == 0) return resolve_bytes(plain, sealed, p);
    if (strcmp(tag, " u") == 0) return resolve_uuid(plain, sealed);
    return resolve_date(plain, sealed);
}

static sc_status_t resolve_elements(sc_value_t *to, const sc_value_t *from, apr_pool_t *p)
{
    sc_value_t *element;
    sc_status_t st;
    int i;

    for (i = 0; i < sc_value_length(from); i++) {
        st = sc_tags_resolve(&element, sc_value_at(from, i), p);
        if (st) return st;
        sc_value_append(to, element);
    }
    return SC_OK;
}

static sc_status_t resolve_members(sc_value_t *to, const sc_value_t *from, apr_pool_t *p)
{
    struct lh_table *table = sc_table(from);
    struct lh_entry *entry;
    sc_value_t *value;
    sc_status_t st;

    lh_foreach(table, entry)
    {
        st = sc_tags_resolve(&value, sc_entry_value(entry), p);
        if (st) return st;
        if (json_object_object_add(to, sc_entry_key(entry), value)) {
            sc_value_release(value);
            return SC_ERROR;
        }
    }
    return SC_OK;
}

sc_status_t sc_tags_resolve(sc_value_t **plain, const sc_value_t *sealed, apr_pool_t *p)
{
    sc_type_t type = sc_value_type(sealed);
    const struct lh_entry *tag;
    sc_value_t *content;
    sc_status_t st;

    if (type != SC_ARRAY && type != SC_OBJECT) {
        *plain = sc_value_ref(sealed);
        return SC_OK;
    }
    tag = type == SC_OBJECT ? sc_tag_of(sealed) : NULL;
    if (tag) {
        st = sc_tags_resolve(&content, sc_entry_value(tag), p);
        if (st) return st;
        st = resolve_tag(plain, sc_entry_key(tag), sc_entry_value(tag), content, p);
        sc_value_release(content);
        return st;
    }
    content = type == SC_ARRAY ? sc_value_make_array() : sc_value_make_object();
    st = type == SC_ARRAY ? resolve_elements(content, sealed, p)
                          : resolve_members(content, sealed, p);
    if (st) {
        sc_value_release(content);
        return st;
    }
    *plain = content;
    return SC_OK;
}

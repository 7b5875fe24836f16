/* SPDX-License-Identifier: Apache-2.0 */
/* Flask-Login's _id (flask_login/utils.py, _create_identifier): SHA-512, in hex, of the
 * address, "|" and the User-Agent. Both are bytes that Python puts into a text, so that
 * they stand there as b'…', with escapes. The address is what the application behind
 * httpd sees: the first of X-Forwarded-For, which mod_proxy adds to, else the client's.
 */

#include "httpd/session/protect.h"
#include "core/base/chars.h"
#include "core/base/utf8.h"
#include "core/crypto/crypto.h"

#define ID_DIGITS 128

/* The headers are Latin-1 to WSGI, and Flask-Login encodes them as UTF-8. */
static sc_bytes_t utf8_of(sc_bytes_t latin1, apr_pool_t *p)
{
    unsigned char *to = apr_palloc(p, 2 * latin1.n + 1), *at = to;

    for (apr_size_t i = 0; i < latin1.n; i++)
        at += sc_utf8_put(at, latin1.p[i]);
    return sc_bytes(to, (apr_size_t)(at - to));
}

/* A byte as repr() of bytes shows it. */
static unsigned char *put_escaped(unsigned char *to, unsigned char c, char quote)
{
    const char *escape = c == '\t' ? "\\t" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : NULL;

    if (escape) {
        memcpy(to, escape, 2);
        return to + 2;
    }
    if (c < ' ' || c > '~') {
        memcpy(to, "\\x", 2);
        sc_hex_write(to + 2, sc_bytes(&c, 1), SC_HEX_LOWER);
        return to + 4;
    }
    if (c == '\\' || c == (unsigned char)quote) *to++ = '\\';
    *to++ = c;
    return to;
}

/* repr() of bytes. */
static sc_bytes_t shown(sc_bytes_t bytes, apr_pool_t *p)
{
    bool is_double = sc_bytes_index(bytes, '\'') >= 0 && sc_bytes_index(bytes, '"') < 0;
    unsigned char *to = apr_palloc(p, 4 * bytes.n + 3), *at = to;
    char quote = is_double ? '"' : '\'';

    *at++ = 'b';
    *at++ = (unsigned char)quote;
    for (apr_size_t i = 0; i < bytes.n; i++)
        at = put_escaped(at, bytes.p[i], quote);
    *at++ = (unsigned char)quote;
    return sc_bytes(to, (apr_size_t)(at - to));
}

static sc_bytes_t address_of(request_rec *r)
{
    const char *forwarded = apr_table_get(r->headers_in, "X-Forwarded-For");

    if (!forwarded) return sc_bytes_str(r->useragent_ip);
    return sc_bytes_trimmed(sc_bytes(forwarded, strcspn(forwarded, ",")));
}

static sc_status_t id_of(unsigned char id[ID_DIGITS], request_rec *r)
{
    const char *agent = apr_table_get(r->headers_in, "User-Agent");
    unsigned char digest[SC_DIGEST_MAX];
    sc_bytes_t parts[] = {shown(utf8_of(address_of(r), r->pool), r->pool),
                          sc_bytes_str("|"),
                          agent ? shown(utf8_of(sc_bytes_str(agent), r->pool), r->pool)
                                : sc_bytes_str("None")};
    sc_status_t st = sc_digest(digest, SC_SHA512, parts, 3);

    if (!st) sc_hex_write(id, sc_bytes(digest, ID_DIGITS / 2), SC_HEX_LOWER);
    return st;
}

bool msc_protect_holds(const sc_session_t *session, request_rec *r)
{
    unsigned char id[ID_DIGITS];
    const sc_value_t *value;

    if (!sc_doc_find(&value, session->doc, "_id"))
        return !sc_doc_find(&value, session->doc, "_user_id");
    return !id_of(id, r) && sc_equal(sc_bytes(id, ID_DIGITS), sc_value_string(value));
}

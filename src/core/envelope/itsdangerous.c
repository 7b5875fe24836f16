/* SPDX-License-Identifier: Apache-2.0 */
/* The itsdangerous envelope: payload.timestamp.signature, or payload.signature untimed.
 * Flask's sessions, URLSafe(Timed)Serializer, and cookie-manager, which signs raw JSON
 * whose key_id picks the key. Cut from the right, for a payload may hold the separator;
 * the signature is over the text, is decoded as leniently as Python does, and must be
 * right in full length before anything else is looked at. */
#include "core/base/chars.h"
#include "core/envelope/itsdangerous.h"
#include "core/base/base64.h"
#include "core/base/zip.h"
#include <apr_strings.h>

#define TIMESTAMP_MAX 8
#define YEAR_9999     253402300799u /* its last second */

static const char *derived(unsigned char *to, apr_size_t *n, const sc_options_t *o,
                           sc_bytes_t secret, apr_pool_t *p)
{
    sc_bytes_t salt = sc_bytes_str(o->salt);
    sc_bytes_t concat[] = {salt, sc_bytes_str("signer"), secret};
    sc_hmac_t *hmac;
    sc_status_t st;

    *n = sc_digest_size(o->digest);
    switch (o->derivation) {
    case SC_DERIVE_HMAC:
        hmac = sc_hmac_make(o->digest, secret, p);
        st = hmac ? sc_hmac(to, hmac, &salt, 1) : SC_ERROR;
        break;
    case SC_DERIVE_DJANGO_CONCAT:
        st = sc_digest(to, o->digest, concat, 3);
        break;
    default:
        concat[1] = secret;
        st = sc_digest(to, o->digest, concat, 2);
        break;
    }
    return st ? "OpenSSL does not offer the digest; use digest=sha256" : NULL;
}

const char *sc_salted_prepare(sc_codec_t *codec, int i, apr_pool_t *p)
{
    const sc_key_t *key = codec->keys[i];
    unsigned char bytes[SC_DIGEST_MAX];
    sc_bytes_t secret = key->secret;
    const char *err = NULL;
    apr_size_t n;

    if (key->kind != SC_KEY_RAW)
        return apr_psprintf(p,
                            "key %s is a PASETO or PEM key; format %s needs the "
                            "application's SECRET_KEY as text, hex: or base64:",
                            key->id, codec->format->name);
    if (codec->options.derivation != SC_DERIVE_NONE) {
        err = derived(bytes, &n, &codec->options, key->secret, p);
        secret = sc_bytes(bytes, n);
    }
    if (!err) codec->state[i] = sc_hmac_make(codec->options.digest, secret, p);
    sc_wipe(bytes, sizeof(bytes));
    if (!err && !codec->state[i])
        err = "OpenSSL does not offer the digest; use digest=sha256";
    return err ? apr_psprintf(p, "key %s: %s", key->id, err) : NULL;
}

int sc_cut_last(sc_bytes_t *tail, sc_bytes_t *text, char sep)
{
    apr_ssize_t at = sc_bytes_rindex(*text, sep);

    if (at < 0) return 0;
    *tail = sc_bytes_from(*text, (apr_size_t)at + 1);
    text->n = (apr_size_t)at;
    return 1;
}

/* Where cookie-manager looks for the key_id: up to the last "}" of a line
 * (cookie_manager.py: the regex `(.*\}+).*`). It takes the first line that has one, even
 * in the middle of the document, where somebody's own key_id may stand; here nothing but
 * blanks comes before it, so that what is found is the document that is verified, or no
 * JSON. */
static sc_status_t untrusted_json(sc_bytes_t *json, sc_bytes_t token)
{
    apr_ssize_t at;

    while (token.n && sc_char_is_blank(token.p[0]))
        token = sc_bytes_from(token, 1);
    at = sc_bytes_index(token, '\n');
    if (at >= 0) token.n = (apr_size_t)at;
    at = sc_bytes_rindex(token, '}');
    if (at < 0) return SC_MALFORMED;
    *json = sc_bytes(token.p, (apr_size_t)at + 1);
    return SC_OK;
}

/* What nobody has verified yet. */
typedef struct {
    sc_bytes_t json;
    sc_doc_t *doc;
} untrusted_t;

/* The key that the payload names. It is read from what nobody has verified yet, picks a
 * key and is used for nothing else. */
static sc_status_t named_key(int *key, untrusted_t *read, const sc_codec_t *codec,
                             sc_bytes_t token, apr_pool_t *p)
{
    const sc_value_t *id;
    sc_status_t st = untrusted_json(&read->json, token);
    int i;

    if (!st) st = sc_doc_parse(&read->doc, read->json, 0, &codec->options.limits, p);
    if (st) return st;
    if (!sc_doc_find(&id, read->doc, "key_id")) return SC_UNKNOWN_KEY;
    if (sc_value_type(id) == SC_ARRAY || sc_value_type(id) == SC_OBJECT)
        return SC_MALFORMED;
    if (sc_value_type(id) != SC_STRING) return SC_UNKNOWN_KEY;
    for (i = 0; i < codec->nkeys; i++) {
        if (!sc_bytes_eq(sc_value_string(id), sc_bytes_str(codec->keys[i]->id))) continue;
        *key = i;
        return SC_OK;
    }
    return SC_UNKNOWN_KEY;
}

/* Any key may have signed: the sealer first, then retired ones, so that rotation logs
 * nobody out. */
sc_status_t sc_salted_verify(int *key, const sc_codec_t *codec, sc_bytes_t text,
                             sc_bytes_t mac)
{
    sc_status_t st = SC_BAD_SIGNATURE;
    int i;

    for (i = 0; i < codec->nkeys && st == SC_BAD_SIGNATURE; i++) {
        st = sc_hmac_check(codec->state[i], &text, 1, mac);
        if (!st) *key = i;
    }
    return st;
}

/* Big-endian seconds, 0 to 8 bytes. Python has no date behind the year 9999 either. */
static sc_status_t timestamp(apr_time_t *issued, sc_bytes_t text, apr_pool_t *p)
{
    apr_uint64_t seconds = 0;
    sc_bytes_t bytes;
    sc_status_t st = sc_base64_decode_python(&bytes, text, 1, p);
    apr_size_t i;

    if (st) return st;
    if (bytes.n > TIMESTAMP_MAX) return SC_MALFORMED;
    for (i = 0; i < bytes.n; i++)
        seconds = seconds << 8 | bytes.p[i];
    if (seconds > YEAR_9999) return SC_MALFORMED;
    *issued = apr_time_from_sec((apr_time_t)seconds);
    return SC_OK;
}

static sc_status_t its_open(sc_opened_t *opened, const sc_codec_t *codec,
                            sc_bytes_t token, const sc_env_t *env, apr_pool_t *p)
{
    char sep = codec->format->sep;
    sc_bytes_t text = token, signature, mac, stamp;
    untrusted_t read = {{NULL, 0}, NULL};
    sc_status_t st;

    (void)env;
    if (!sc_cut_last(&signature, &text, sep)) return SC_MALFORMED;
    if (codec->format->flags & SC_F_KEY_ID) {
        st = named_key(&opened->key, &read, codec, token, p);
        if (st) return st;
    }
    if (sc_base64_decode_python(&mac, signature, 1, p)) return SC_BAD_SIGNATURE;
    if (codec->format->flags & SC_F_KEY_ID)
        st = sc_hmac_check(codec->state[opened->key], &text, 1, mac);
    else
        st = sc_salted_verify(&opened->key, codec, text, mac);
    if (st) return st;
    if (codec->options.timed) {
        if (!sc_cut_last(&stamp, &text, sep)) return SC_MALFORMED;
        st = timestamp(&opened->issued, stamp, p);
        if (st) return st;
    }
    opened->payload = text;
    /* The very bytes that are verified now, in one piece: no need to read them twice. */
    if (read.json.p == text.p && read.json.n == text.n) opened->doc = read.doc;
    return SC_OK;
}

static sc_bytes_t stamp_of(apr_time_t issued, apr_pool_t *p)
{
    apr_uint64_t seconds = issued > 0 ? (apr_uint64_t)apr_time_sec(issued) : 0;
    unsigned char bytes[TIMESTAMP_MAX];
    apr_size_t at = TIMESTAMP_MAX;

    for (; seconds; seconds >>= 8)
        bytes[--at] = (unsigned char)seconds;
    return sc_base64url_encode(sc_bytes(bytes + at, TIMESTAMP_MAX - at), p);
}

static sc_status_t its_seal(sc_bytes_t *token, const sc_codec_t *codec,
                            const sc_sealing_t *in, const sc_env_t *env, apr_pool_t *p)
{
    sc_bytes_t sep = sc_bytes(&codec->format->sep, 1), parts[5] = {in->payload};
    unsigned char mac[SC_DIGEST_MAX];
    int n = 1;
    sc_status_t st;

    (void)env;
    if (codec->options.timed) {
        parts[n++] = sep;
        parts[n++] = stamp_of(in->issued, p);
    }
    st = sc_hmac(mac, codec->state[in->key], parts, n);
    if (st) return st;
    parts[n++] = sep;
    parts[n++] =
        sc_base64url_encode(sc_bytes(mac, sc_digest_size(codec->options.digest)), p);
    *token = sc_bytes_join(parts, n, p);
    return SC_OK;
}

sc_status_t sc_urlsafe_unpack(sc_bytes_t *payload, const sc_codec_t *codec,
                              sc_bytes_t packed, apr_pool_t *p)
{
    int zipped = packed.n && packed.p[0] == '.';
    sc_bytes_t bytes;
    sc_status_t st;

    if (!(codec->format->flags & SC_F_URLSAFE)) {
        *payload = packed;
        return SC_OK;
    }
    st =
        sc_base64_decode_python(&bytes, zipped ? sc_bytes_from(packed, 1) : packed, 1, p);
    if (st) return st;
    if (zipped) {
        st = sc_zip_inflate(&bytes, bytes, codec->options.limits.document, p);
        if (st) return st;
    }
    *payload = bytes;
    return SC_OK;
}

sc_status_t sc_urlsafe_pack(sc_bytes_t *packed, const sc_codec_t *codec,
                            sc_bytes_t payload, apr_pool_t *p)
{
    sc_bytes_t zipped, parts[2] = {sc_bytes(".", 1)};
    sc_status_t st;

    if (!(codec->format->flags & SC_F_URLSAFE)) {
        *packed = payload;
        return SC_OK;
    }
    st = sc_zip_deflate(&zipped, payload, p);
    if (st) return st;
    /* url_safe.py: worth it when even the "." pays. */
    if (zipped.n + 1 < payload.n) {
        parts[1] = sc_base64url_encode(zipped, p);
        *packed = sc_bytes_join(parts, 2, p);
    }
    else
        *packed = sc_base64url_encode(payload, p);
    return SC_OK;
}

const sc_envelope_t sc_envelope_itsdangerous = {"itsdangerous",    sc_salted_prepare,
                                                its_open,          its_seal,
                                                sc_urlsafe_unpack, sc_urlsafe_pack};

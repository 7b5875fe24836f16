/* SPDX-License-Identifier: Apache-2.0 */
/* decode --unverified: what is inside a token, without keys. Nothing here is authentic,
 * the module has no such function, and every answer says so: "status":"unverified", a
 * sentence on standard error, exit code 1. Local PASETO tokens are encrypted: their
 * footer and version are all that can be seen. */
#include "unverified.h"
#include "print.h"
#include "core/base/base64.h"
#include "core/envelope/salted.h"

static sc_status_t look_inside(tool_found_t *found, const sc_codec_t *codec,
                               sc_bytes_t payload, apr_pool_t *p)
{
    sc_doc_t *doc;
    sc_status_t st = sc_codec_decode(&doc, codec, payload, p);

    if (!st) found->doc = doc;
    return st;
}

/* payload SEP timestamp SEP signature. */
static sc_status_t look_timed(tool_found_t *found, const sc_codec_t *codec,
                              sc_bytes_t token, apr_pool_t *p)
{
    sc_bytes_t signature, stamp;
    char sep = codec->format->sep;
    sc_status_t st;

    if (!sc_cut_last(&signature, &token, sep)) return SC_MALFORMED;
    if (codec->options.envelope.timed) {
        if (!sc_cut_last(&stamp, &token, sep)) return SC_MALFORMED;
        st = codec->format->envelope->read_stamp(&found->issued, stamp, p);
        if (st) return st;
    }
    return look_inside(found, codec, token, p);
}

/* base64(MAC) ? items. */
static sc_status_t look_items(tool_found_t *found, const sc_codec_t *codec,
                              sc_bytes_t token, apr_pool_t *p)
{
    apr_ssize_t at = sc_bytes_index(token, '?');

    if (at < 0) return SC_MALFORMED;
    return look_inside(found, codec, sc_bytes_from(token, (apr_size_t)at + 1), p);
}

/* payload SEP signature. */
static sc_status_t look_signed(tool_found_t *found, const sc_codec_t *codec,
                               sc_bytes_t token, apr_pool_t *p)
{
    sc_bytes_t mac;

    if (!sc_cut_last(&mac, &token, codec->format->sep)) return SC_MALFORMED;
    return look_inside(found, codec, token, p);
}

/* How long a public token's signature is: RSA-2048, Ed25519, P-384, Ed25519. */
static apr_size_t signature_size(int version)
{
    static const apr_size_t sizes[] = {0, 256, 64, 96, 64};

    return sizes[version];
}

/* v4.local.body[.footer] */
static sc_status_t look_paseto(tool_found_t *found, const sc_codec_t *codec,
                               sc_bytes_t token, apr_pool_t *p)
{
    sc_bytes_t body, footer = {NULL, 0};
    apr_ssize_t dot;
    int local;

    if (token.n < 10 || token.p[0] != 'v' || token.p[1] < '1' || token.p[1] > '4')
        return SC_MALFORMED;
    local = !memcmp(token.p + 2, ".local.", 7);
    if (!local && memcmp(token.p + 2, ".public.", 8)) return SC_MALFORMED;
    found->version = token.p[1] - '0';
    found->purpose = local ? "local" : "public";
    body = sc_bytes_from(token, local ? 9 : 10);
    dot = sc_bytes_index(body, '.');
    if (dot >= 0) {
        footer = sc_bytes_from(body, (apr_size_t)dot + 1);
        body.n = (apr_size_t)dot;
        if (sc_base64url_decode(&footer, footer, p)) return SC_MALFORMED;
    }
    if (sc_base64url_decode(&body, body, p)) return SC_MALFORMED;
    found->footer = footer;
    if (local) return SC_OK;
    if (body.n < signature_size(found->version)) return SC_MALFORMED;
    body.n -= signature_size(found->version);
    return look_inside(found, codec, body, p);
}

static sc_status_t look(tool_found_t *found, const sc_codec_t *codec, sc_bytes_t token,
                        apr_pool_t *p)
{
    if (token.n > codec->options.limits.token) return SC_TOO_LARGE;
    switch (codec->format->envelope->layout) {
    case SC_LAYOUT_TIMED:
        return look_timed(found, codec, token, p);
    case SC_LAYOUT_SIGNED:
        return look_signed(found, codec, token, p);
    case SC_LAYOUT_ITEMS:
        return look_items(found, codec, token, p);
    case SC_LAYOUT_PASETO:
        return look_paseto(found, codec, token, p);
    }
    return SC_UNSUPPORTED;
}

void tool_unverified(const sc_codec_t *codec, const tool_args_t *args, sc_bytes_t token,
                     apr_pool_t *p)
{
    tool_found_t found = {
        .issued = SC_NEVER, .expires = SC_NEVER, .face = tool_face(codec)};
    sc_status_t st = look(&found, codec, token, p);

    if (st) {
        tool_put_refusal(st, args->format);
        return;
    }
    tool_put_session(&found, "unverified", args->format, (args->given & ARG_TAGGED) != 0,
                     p);
    fputs("sessioncookie: nothing was verified: anybody could have written this token\n",
          stderr);
}

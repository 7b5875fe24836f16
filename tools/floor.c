/* SPDX-License-Identifier: Apache-2.0 */
/* The floor of the bench, for tokens with a MAC and for PASETO. json-c and zlib are
 * called as they are: what the core puts around them is a part of what is measured
 * against this. */
#include "floor.h"
#include "floor_paseto.h"
#include <zlib.h>
#include "core/base/base64.h"

static int check_mac(floor_t *floor, apr_pool_t *p)
{
    unsigned char mac[SC_DIGEST_MAX];
    sc_bytes_t sent;

    if (sc_hmac(mac, floor->hmac, &floor->covered, 1)) return -1;
    if (!floor->mac.n) return 0;
    return sc_base64_decode_python(&sent, floor->mac, 1, p) ? -1 : 0;
}

static int parse(floor_t *floor, sc_bytes_t json)
{
    struct json_object *object;

    json_tokener_reset(floor->tokener);
    object = json_tokener_parse_ex(floor->tokener, (const char *)json.p, (int)json.n);
    if (!object && json_tokener_get_error(floor->tokener) != json_tokener_success &&
        json_tokener_get_error(floor->tokener) != json_tokener_continue)
        return -1;
    json_object_put(object);
    return 0;
}

static int unzip(sc_bytes_t *text, unsigned char *to, uLongf size)
{
    if (uncompress(to, &size, text->p, (uLong)text->n) != Z_OK) return -1;
    *text = sc_bytes(to, size);
    return 0;
}

int floor_run(floor_t *floor, apr_pool_t *p)
{
    unsigned char inflated[4096];
    sc_bytes_t text;
    int i;

    if (floor->check(floor, p)) return -1;
    for (i = 0; i < floor->ntexts; i++) {
        text = floor->texts[i];
        if (floor->base64 && sc_base64_decode_python(&text, text, 1, p)) return -1;
        if (floor->zipped && unzip(&text, inflated, sizeof(inflated))) return -1;
        if (floor->is_json && parse(floor, text)) return -1;
    }
    return 0;
}

static apr_status_t free_tokener(void *tokener)
{
    json_tokener_free(tokener);
    return APR_SUCCESS;
}

/* payload SEP timestamp SEP mac */
static int split_timed(floor_t *floor, const sc_codec_t *codec, sc_bytes_t token)
{
    char sep = codec->format->sep;
    apr_ssize_t at = sc_bytes_rindex(token, sep);

    if (at < 0) return -1;
    floor->mac = sc_bytes_from(token, (apr_size_t)at + 1);
    token.n = (apr_size_t)at;
    floor->covered = token;
    if (codec->options.envelope.timed) {
        at = sc_bytes_rindex(token, sep);
        if (at < 0) return -1;
        token.n = (apr_size_t)at;
    }
    floor->base64 = codec->format->coding != NULL;
    floor->zipped = floor->base64 && token.n && token.p[0] == '.';
    floor->texts[0] = floor->zipped ? sc_bytes_from(token, 1) : token;
    floor->ntexts = 1;
    return 0;
}

/* base64(mac) ? name=base64 & name=base64 */
static int split_items(floor_t *floor, sc_bytes_t token)
{
    apr_ssize_t at = sc_bytes_index(token, '?'), equals;
    sc_bytes_t item;

    if (at < 0) return -1;
    floor->mac = sc_bytes(token.p, (apr_size_t)at);
    floor->covered = sc_bytes_from(token, (apr_size_t)at + 1);
    token = floor->covered;
    floor->base64 = 1;
    while (token.n && floor->ntexts < FLOOR_TEXTS) {
        at = sc_bytes_index(token, '&');
        item = at < 0 ? token : sc_bytes(token.p, (apr_size_t)at);
        equals = sc_bytes_index(item, '=');
        if (equals < 0) return -1;
        floor->texts[floor->ntexts++] = sc_bytes_from(item, (apr_size_t)equals + 1);
        token = sc_bytes_from(token, at < 0 ? token.n : (apr_size_t)at + 1);
    }
    return 0;
}

/* payload SEP mac */
static int split_signed(floor_t *floor, const sc_codec_t *codec, sc_bytes_t token)
{
    apr_ssize_t at = sc_bytes_rindex(token, codec->format->sep);

    if (at < 0) return -1;
    floor->covered = sc_bytes(token.p, (apr_size_t)at);
    return 0;
}

static int split(floor_t *floor, const sc_codec_t *codec, sc_bytes_t token, apr_pool_t *p)
{
    switch (codec->format->envelope->layout) {
    case SC_LAYOUT_TIMED:
        return split_timed(floor, codec, token);
    case SC_LAYOUT_SIGNED:
        return split_signed(floor, codec, token);
    case SC_LAYOUT_ITEMS:
        return split_items(floor, token);
    case SC_LAYOUT_PASETO:
        return floor_split_paseto(floor, token, codec->sealer.keys[0], p);
    }
    return -1;
}

floor_t *floor_make(const sc_codec_t *codec, sc_bytes_t token, apr_pool_t *p)
{
    floor_t *floor = apr_pcalloc(p, sizeof(*floor));

    floor->check = check_mac;
    floor->is_json = !codec->format->remember_me;
    if (split(floor, codec, token, p)) return NULL;
    /* Which key does not matter to the time that a MAC takes. */
    floor->hmac = sc_hmac_make(codec->options.envelope.digest,
                               sc_bytes_str("a key of some kind"), p);
    floor->tokener = json_tokener_new();
    if (!floor->tokener || !floor->hmac) return NULL;
    apr_pool_cleanup_register(p, floor->tokener, free_tokener, apr_pool_cleanup_null);
    return floor;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The envelope of cookie-manager: itsdangerous' around raw JSON, whose member key_id says
 * which key signed it. That is read before anything is verified, picks a key and is used
 * for nothing else. Refuses a document without key_id, and one that names no key here. */
#include "core/envelope/cookie_manager.h"
#include "core/base/chars.h"
#include "core/envelope/itsdangerous.h"
#include "core/envelope/salted.h"

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

/* The key that the payload names. */
static sc_status_t named_key(int *key, untrusted_t *read, const sc_sealer_t *sealer,
                             sc_bytes_t token, apr_pool_t *p)
{
    const sc_value_t *id;
    sc_status_t st = untrusted_json(&read->json, token);
    int i;

    if (!st) st = sc_doc_parse(&read->doc, read->json, 0, sealer->limits, p);
    if (st) return st;
    if (!sc_doc_find(&id, read->doc, "key_id")) return SC_UNKNOWN_KEY;
    if (sc_value_type(id) == SC_ARRAY || sc_value_type(id) == SC_OBJECT)
        return SC_MALFORMED;
    if (sc_value_type(id) != SC_STRING) return SC_UNKNOWN_KEY;
    for (i = 0; i < sealer->nkeys; i++) {
        if (!sc_bytes_eq(sc_value_string(id), sc_bytes_str(sealer->keys[i]->id)))
            continue;
        *key = i;
        return SC_OK;
    }
    return SC_UNKNOWN_KEY;
}

static sc_status_t cookie_manager_open(sc_opened_t *opened, const sc_sealer_t *sealer,
                                       sc_bytes_t token, const sc_env_t *env,
                                       apr_pool_t *p)
{
    untrusted_t read = {{NULL, 0}, NULL};
    sc_bytes_t text, mac;
    sc_status_t st;

    (void)env;
    if (sc_bytes_rindex(token, sealer->sep) < 0) return SC_MALFORMED;
    st = named_key(&opened->key, &read, sealer, token, p);
    if (!st) st = sc_itsdangerous_split(&text, &mac, sealer, token, p);
    /* lint: uninitStructMember: SC_OK means that the split wrote both. */
    if (!st) st = sc_hmac_check(sealer->state[opened->key], &text, 1, mac);
    if (!st) st = sc_itsdangerous_finish(opened, sealer, text, p);
    if (st) return st;
    /* The very bytes that are verified now, in one piece: no need to read them twice. */
    if (read.json.p == opened->payload.p && read.json.n == opened->payload.n)
        opened->doc = read.doc;
    return SC_OK;
}

const sc_envelope_t sc_envelope_cookie_manager = {.layout = SC_LAYOUT_TIMED,
                                                  .takes_digest = true,
                                                  .prepare = sc_salted_prepare,
                                                  .open = cookie_manager_open,
                                                  .seal = sc_itsdangerous_seal,
                                                  .read_stamp = sc_itsdangerous_stamp};

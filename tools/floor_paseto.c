/* SPDX-License-Identifier: Apache-2.0 */
/* The floor of the bench for PASETO: base64url, and the version's authenticated
 * decryption or the bare signature check over the pre-authentication encoding. */
#include "floor_paseto.h"
#include "core/base/base64.h"

static const char *const headers[2][4] = {
    {"v1.local.", "v2.local.", "v3.local.", "v4.local."},
    {"v1.public.", "v2.public.", "v3.public.", "v4.public."}};
static const sc_bytes_t none = {(const unsigned char *)"", 0};

static int check_local(floor_t *floor, apr_pool_t *p)
{
    sc_bytes_t body;

    if (sc_base64url_decode(&body, floor->body, p)) return -1;
    return sc_local_open(&floor->texts[0], floor->local, body, none, none, p) ? -1 : 0;
}

static int check_public(floor_t *floor, apr_pool_t *p)
{
    apr_size_t size = sc_pkey_signature_size(floor->pkey);
    sc_bytes_t body, pieces[5];
    int n = 0, version = floor->header[1] - '0';
    sc_pae_t pae;

    if (sc_base64url_decode(&body, floor->body, p) || body.n < size) return -1;
    floor->texts[0] = sc_bytes(body.p, body.n - size);
    if (version == 3) pieces[n++] = sc_pkey_point(floor->pkey);
    pieces[n++] = sc_bytes_str(floor->header);
    pieces[n++] = floor->texts[0];
    pieces[n++] = none;
    if (version >= 3) pieces[n++] = none;
    sc_pae_make(&pae, pieces, n);
    return sc_pkey_verify(floor->pkey, pae.parts, pae.n,
                          sc_bytes_from(body, floor->texts[0].n), p)
               ? -1
               : 0;
}

int floor_split_paseto(floor_t *floor, sc_bytes_t token, const sc_key_t *key,
                       apr_pool_t *p)
{
    int version = token.n > 10 ? token.p[1] - '0' : 0, is_public = key->pkey != NULL;

    if (version < 1 || version > 4) return -1;
    floor->header = headers[is_public][version - 1];
    floor->body = sc_bytes_from(token, strlen(floor->header));
    floor->ntexts = 1; /* the check answers it */
    if (is_public) {
        floor->check = check_public;
        floor->pkey = key->pkey;
        return 0;
    }
    floor->check = check_local;
    floor->local = sc_local_make(version, key->secret, p);
    return floor->local ? 0 : -1;
}

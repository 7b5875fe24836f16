/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_ITSDANGEROUS_H
#define SC_ITSDANGEROUS_H

#include "core/codec/format.h"

/* What the itsdangerous and Django envelopes share. */

/* Start-up: derives key i from the secret, the salt and the digest (itsdangerous
 * signer.py derive_key; Django's salted_hmac is its django-concat) into codec->state[i],
 * an sc_hmac_t. */
const char *sc_salted_prepare(sc_codec_t *codec, int i, apr_pool_t *p);

/* Tries the keys in order on text and MAC; *key is the index of the one that fits. */
sc_status_t sc_salted_verify(int *key, const sc_codec_t *codec, sc_bytes_t text,
                             sc_bytes_t mac) SC_CHECK;

/* Cuts what is behind the last separator off *text; 0 where there is none. */
int sc_cut_last(sc_bytes_t *tail, sc_bytes_t *text, char sep);

/* base64url, behind a "." when it is zlib (itsdangerous url_safe.py, Django signing.py).
 */
sc_status_t sc_urlsafe_unpack(sc_bytes_t *payload, const sc_codec_t *codec,
                              sc_bytes_t packed, apr_pool_t *p) SC_CHECK;
sc_status_t sc_urlsafe_pack(sc_bytes_t *packed, const sc_codec_t *codec,
                            sc_bytes_t payload, apr_pool_t *p) SC_CHECK;

#endif

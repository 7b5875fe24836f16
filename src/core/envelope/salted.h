/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_SALTED_H
#define SC_SALTED_H

#include "core/envelope/envelope.h"

/* Start-up of the itsdangerous and Django envelopes: derives key i from the secret, the
 * salt and the digest (itsdangerous signer.py derive_key; Django's salted_hmac is its
 * django-concat) into sealer->state[i], an sc_hmac_t. */
const char *sc_salted_prepare(sc_sealer_t *sealer, int i, apr_pool_t *p) SC_CHECK;

/* Cuts what follows the last separator off *text; false where there is none. */
bool sc_cut_last(sc_bytes_t *tail, sc_bytes_t *text, char sep);

#endif

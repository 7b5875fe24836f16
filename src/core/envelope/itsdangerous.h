/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_ITSDANGEROUS_H
#define SC_ITSDANGEROUS_H

#include "core/envelope/envelope.h"

/* payload.timestamp.signature (itsdangerous TimestampSigner), or payload.signature. */
extern const sc_envelope_t sc_envelope_itsdangerous;

/* Its parts, for an envelope that chooses the key in its own way. */

/* Cuts a token into the signed text and the MAC. MALFORMED without a separator;
 * BAD_SIGNATURE when the signature is not base64. */
sc_status_t sc_itsdangerous_split(sc_bytes_t *text, sc_bytes_t *mac,
                                  const sc_sealer_t *sealer, sc_bytes_t token,
                                  apr_pool_t *p) SC_CHECK;

/* Which key has signed the text: its index. BAD_SIGNATURE, ERROR. */
sc_status_t sc_itsdangerous_verify(int *key, const sc_sealer_t *sealer, sc_bytes_t text,
                                   sc_bytes_t mac) SC_CHECK;

/* Takes the timestamp, if tokens have one, off the verified text; the payload is left. */
sc_status_t sc_itsdangerous_finish(sc_opened_t *opened, const sc_sealer_t *sealer,
                                   sc_bytes_t text, apr_pool_t *p) SC_CHECK;

sc_status_t sc_itsdangerous_seal(sc_bytes_t *token, const sc_sealer_t *sealer,
                                 const sc_sealing_t *in, const sc_env_t *env,
                                 apr_pool_t *p) SC_CHECK;

/* Big-endian seconds in base64url, 0 to 8 bytes. */
sc_status_t sc_itsdangerous_stamp(apr_time_t *issued, sc_bytes_t stamp,
                                  apr_pool_t *p) SC_CHECK;

#endif

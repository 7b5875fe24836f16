/* SPDX-License-Identifier: Apache-2.0 */
/* The envelope of Flask-Session: an id, which SESSION_USE_SIGNER signs with itsdangerous'
 * Signer, without a time stamp. Where there are keys, an id that none of them has signed
 * is refused. What an id looks like is checked by whoever looks it up. */
#include "core/envelope/session_id.h"
#include "core/envelope/itsdangerous.h"
#include "core/envelope/salted.h"

static sc_status_t session_id_open(sc_opened_t *opened, const sc_sealer_t *sealer,
                                   sc_bytes_t token, const sc_env_t *env, apr_pool_t *p)
{
    sc_bytes_t mac;
    sc_status_t st;

    (void)env;
    opened->payload = token;
    if (sealer->nkeys == 0) return SC_OK;
    st = sc_itsdangerous_split(&opened->payload, &mac, sealer, token, p);
    return st ? st : sc_itsdangerous_verify(&opened->key, sealer, opened->payload, mac);
}

const sc_envelope_t sc_envelope_session_id = {.layout = SC_LAYOUT_SIGNED,
                                              .takes_digest = true,
                                              .prepare = sc_salted_prepare,
                                              .open = session_id_open};

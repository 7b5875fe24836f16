/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_SESSION_ID_H
#define SC_SESSION_ID_H

#include "core/envelope/envelope.h"

/* Flask-Session: the id of a session that is kept elsewhere. Where there are keys it is
 * id.signature (itsdangerous Signer), without any it is the id alone. Opens only. */
extern const sc_envelope_t sc_envelope_session_id;

#endif

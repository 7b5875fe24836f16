/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_SECURECOOKIE_H
#define SC_SECURECOOKIE_H

#include "core/envelope/envelope.h"

/* base64(HMAC)?name=value&name=value (werkzeug's SecureCookie). */
extern const sc_envelope_t sc_envelope_securecookie;

#endif

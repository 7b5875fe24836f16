/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_FLASK_LOGIN_H
#define SC_FLASK_LOGIN_H

#include "core/envelope/envelope.h"

/* text|hex(HMAC-SHA512) (Flask-Login's remember cookie). */
extern const sc_envelope_t sc_envelope_flask_login;

#endif

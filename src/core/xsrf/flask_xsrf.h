/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_XSRF_FLASK_XSRF_H
#define SC_XSRF_FLASK_XSRF_H

#include "core/xsrf/scheme.h"

/* flask-xsrf 1.0.3: an HMAC over user, action and time. */
extern const sc_xsrf_scheme_t sc_xsrf_flask_xsrf;

#endif

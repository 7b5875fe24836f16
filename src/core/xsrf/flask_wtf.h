/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_XSRF_FLASK_WTF_H
#define SC_XSRF_FLASK_WTF_H

#include "core/xsrf/scheme.h"

/* Flask-WTF: the session's csrf_token, signed. */
extern const sc_xsrf_scheme_t sc_xsrf_flask_wtf;

#endif

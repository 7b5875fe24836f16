/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_XSRF_SIGNED_H
#define SC_XSRF_SIGNED_H

#include "core/xsrf/scheme.h"

/* Our own tokens, bound to user, session, address or visitor. */
extern const sc_xsrf_scheme_t sc_xsrf_signed;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_PROTECT_H
#define MSC_PROTECT_H

#include "httpd/request.h"
#include "core/codec/session.h"

/* protect=on: whether a session comes from the address and the browser that it began in,
 * as Flask-Login finds out with session_protection = "strong". A session that nobody has
 * logged in to comes from anywhere. */
bool msc_protect_holds(const sc_session_t *session, request_rec *r);

#endif

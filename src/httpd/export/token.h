/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_EXPORT_TOKEN_H
#define MSC_EXPORT_TOKEN_H

#include "httpd/session/session.h"

/* The token of CookieSessionToken for this request's back end, minted of its session: the
 * same for the header and for the variable. A session that is remembered has one for half
 * of the token's life. NULL: the scope mints none for back ends, there is no session, or
 * none with a user. */
const char *msc_token_for_back_end(request_rec *r);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_STRIP_H
#define MSC_STRIP_H

#include "httpd/session/session.h"

/* The fixups hook for CookieSessionStrip: takes the session cookies out of the Cookie
 * header before a handler or a back end sees it, whatever their status. */
int msc_strip_fixups(request_rec *r);

#endif

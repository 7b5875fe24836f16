/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_STRIP_H
#define MSC_STRIP_H

#include "httpd/session/session.h"

/* The fixups hook: takes cookies out of the Cookie header before a handler or a back end
 * sees it. With CookieSessionStrip those of the sources, whatever their status; else
 * those that have the name of the cookie that opened the session. */
int msc_strip_fixups(request_rec *r);

#endif

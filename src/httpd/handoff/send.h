/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_HANDOFF_SEND_H
#define MSC_HANDOFF_SEND_H

#include "httpd/config.h"

/* CookieSessionHandoffSend: a page gets an alias of its visitor's session. */

/* A fixups hook: COOKIESESSION_HANDOFF and COOKIESESSION_HANDOFF_COOKIE. */
int msc_handoff_fixups(request_rec *r);

/* The insert_filter hook, after mod_headers'. */
void msc_handoff_insert_filter(request_rec *r);

/* Registers the output filter. */
void msc_handoff_send_register(void);

#endif

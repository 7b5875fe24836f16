/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_ANONYMOUS_H
#define MSC_ANONYMOUS_H

#include "httpd/config.h"

/* A fixups hook: an anonymous request that comes from a scope where it had a session
 * loses what that scope gave it. */
int msc_anonymous_fixups(request_rec *r);

#endif

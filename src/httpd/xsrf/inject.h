/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_INJECT_H
#define MSC_XSRF_INJECT_H

#include "httpd/config.h"

/* XSRFSend inject: the output filter that puts a hidden field into forms. */

void msc_xsrf_inject_register(void);

/* Inserts it for this response. */
void msc_xsrf_inject_insert(request_rec *r);

#endif

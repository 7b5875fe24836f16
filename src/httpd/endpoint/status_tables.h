/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_STATUS_TABLES_H
#define MSC_STATUS_TABLES_H

#include "httpd/config.h"

/* Sections of the status page: each key with when it was last used; the store and the
 * lists of revocations; what is configured, without secrets. */
void msc_status_put_keys(request_rec *r, apr_time_t now);
void msc_status_put_state(request_rec *r);
void msc_status_put_configuration(request_rec *r);

#endif

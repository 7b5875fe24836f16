/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_STATUS_H
#define MSC_STATUS_H

#include "httpd/endpoint/endpoint.h"

/* sessioncookie-status: what is counted, as a page, as JSON (?json) or as Prometheus
 * reads it (?prometheus). */
int msc_status_answer(request_rec *r, const sc_fields_t *fields);

/* Adds a table of it to mod_status' page, and lines to its ?auto. */
void msc_status_register(void);

#endif

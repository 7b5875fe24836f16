/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_ENDPOINT_HANDOFF_H
#define MSC_ENDPOINT_HANDOFF_H

#include "httpd/config.h"
#include "core/body/fields.h"

/* sessioncookie-handoff: POST without a code issues an alias of the session, POST with
 * one redeems it. */
int msc_handoff_answer(request_rec *r, const sc_fields_t *fields);

#endif

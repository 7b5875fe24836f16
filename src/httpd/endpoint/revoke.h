/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_REVOKE_H
#define MSC_REVOKE_H

#include "httpd/endpoint/endpoint.h"

/* sessioncookie-revoke: ends all sessions of a user, for whoever a Require lets in. */
int msc_revoke_answer(request_rec *r, const sc_fields_t *fields);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_LOGOUT_H
#define MSC_LOGOUT_H

#include "httpd/endpoint/endpoint.h"

/* sessioncookie-logout: ends the visitor's session, and answers so where there is none.
 */
int msc_logout_answer(request_rec *r, const sc_fields_t *fields);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_ENDPOINT_TOKEN_H
#define MSC_ENDPOINT_TOKEN_H

#include "httpd/endpoint/endpoint.h"

/* sessioncookie-token: an access token for whoever is logged in. */
int msc_token_answer(request_rec *r, const sc_fields_t *fields);

#endif

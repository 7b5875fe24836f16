/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_ENDPOINT_KEYS_H
#define MSC_ENDPOINT_KEYS_H

#include "httpd/endpoint/endpoint.h"

/* sessioncookie-keys: what verifies the tokens that are minted here. */
int msc_keys_answer(request_rec *r, const sc_fields_t *fields);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_ENDPOINT_HANDLER_H
#define MSC_ENDPOINT_HANDLER_H

#include "httpd/config.h"

/* SetHandler, which httpd's core has as well and acts upon: an endpoint's name is
 * checked.
 */
const char *msc_endpoint_set_handler(cmd_parms *cmd, void *dir, const char *arg);

/* The handler hook: all endpoints, by the handler's name. */
int msc_endpoint_handler(request_rec *r);

/* A post_perdir_config hook, before the guard's: the headers of an endpoint's answers,
 * also of those that others give in its place. */
int msc_endpoint_enter(request_rec *r);

#endif

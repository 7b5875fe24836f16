/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_PROVIDER_H
#define MSC_PROVIDER_H

#include "httpd/session/session.h"

/* Offers this module's sessions to mod_session, when that is loaded. To be called in
 * pre_config: all modules are loaded by then, in whatever order, and httpd sorts hooks
 * once more after. */
void msc_provider_register(apr_pool_t *pconf);

#endif

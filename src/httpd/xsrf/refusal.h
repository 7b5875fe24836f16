/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_REFUSAL_H
#define MSC_REFUSAL_H

#include <stdbool.h>
#include "httpd/config.h"

/* What a refused client reads. */

/* Gives the answer 403 its sentence: as JSON to a request that asked for it, where no
 * ErrorDocument is set. True: as JSON, so that the type of the response is to be
 * application/json. */
bool msc_refusal_explain(request_rec *r);

#endif

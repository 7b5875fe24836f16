/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_TRAILERS_H
#define MSC_TRAILERS_H

#include "httpd/config.h"

/* Trailers cannot bring back headers that were removed or verified before the body was
 * read. */

/* A hook of post_perdir_config and of fixups: inserts the input filter where something of
 * this module is in scope and the body may have trailers. */
int msc_trailers_insert(request_rec *r);

/* Registers the filter. */
void msc_trailers_register(void);

#endif

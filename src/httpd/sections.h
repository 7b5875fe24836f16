/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_SECTIONS_H
#define MSC_SECTIONS_H

#include "httpd/config.h"

/* Asks `check` about every section of the configuration, each with what it has from those
 * around it and from its server, until it answers a sentence, which is logged. OK, or the
 * status with which a check_config hook stops httpd. Sections that only a request brings
 * together (<Location> and <Directory>) are not seen together. */
int msc_sections_check(server_rec *base,
                       const char *(*check)(const msc_dir_t *scope, apr_pool_t *p),
                       apr_pool_t *p);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PASERK_PIE_H
#define SC_PASERK_PIE_H

#include "core/base/bytes.h"

/* PIE: a key wrapped under the 32 bytes of a local key. Arguments and statuses are those
 * of paserk_wrap.h. */
sc_status_t sc_pie_open(sc_bytes_t *plain, int version, const char *header,
                        sc_bytes_t with, sc_bytes_t data, apr_pool_t *p) SC_CHECK;
sc_status_t sc_pie_seal(sc_bytes_t *data, int version, const char *header,
                        sc_bytes_t with, sc_bytes_t plain, const sc_env_t *env,
                        apr_pool_t *p) SC_CHECK;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* In the place of msgpack.c where configure was told --without-msgpack. */
#include "core/serializer/msgpack.h"

sc_status_t sc_msgpack_read(sc_value_t **value, sc_limits_t *left, sc_bytes_t packed,
                            apr_pool_t *p)
{
    (void)value;
    (void)left;
    (void)packed;
    (void)p;
    return SC_UNSUPPORTED;
}

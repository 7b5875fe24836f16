/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a body: the first byte picks the kind, the rest is the body. What is read
 * is text: the value of a field reads as itself once more. */
#include "core/body/fields.h"
#include "core/base/utf8.h"

#include <apr_general.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const types[] = {"application/x-www-form-urlencoded",
                                        "application/json", "text/plain"};
    static const char *const names[] = {"next", "user", "all", "code"};
    const sc_fields_t *fields;
    apr_pool_t *p;
    unsigned i;

    if (size < 1) return 0;
    apr_initialize();
    apr_pool_create(&p, NULL);
    if (sc_fields_read(&fields, sc_bytes_str(types[data[0] % 3]),
                       sc_bytes(data + 1, size - 1), p) == SC_OK) {
        for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            const char *value = sc_fields_get(fields, names[i]);

            if (value && (strlen(value) > size || !sc_utf8_valid(sc_bytes_str(value))))
                abort();
        }
    }
    apr_pool_destroy(p);
    return 0;
}

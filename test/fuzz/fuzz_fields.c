/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a body: the first byte picks the kind, the rest is the body. What is read
 * is text: the value of a field reads as itself once more. */
#include "fuzz.h"
#include "core/body/fields.h"
#include "core/base/utf8.h"

void fuzz_start(apr_pool_t *p)
{
    (void)p;
}

void fuzz_try(sc_bytes_t data, apr_pool_t *p)
{
    static const char *const types[] = {"application/x-www-form-urlencoded",
                                        "application/json", "text/plain"};
    static const char *const names[] = {"next", "user", "all", "code"};
    const char *type = types[fuzz_byte(&data) % 3];
    const sc_fields_t *fields;

    if (sc_fields_read(&fields, sc_bytes_str(type), data, p)) return;
    for (int i = 0; i < 4; i++) {
        const char *value = sc_fields_get(fields, names[i]);

        must(!value || strlen(value) <= data.n);
        must(!value || sc_utf8_valid(sc_bytes_str(value)));
    }
}

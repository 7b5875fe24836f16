/* SPDX-License-Identifier: Apache-2.0 */
/* Values as environment variables and headers show them. */
#include "core/document/text.h"
#include "core/document/write.h"

static bool is_scalar(const sc_value_t *value)
{
    sc_type_t type = sc_value_type(value);

    return type == SC_BOOL || type == SC_NUMBER || type == SC_STRING;
}

static sc_bytes_t scalar_text(const sc_value_t *value, apr_pool_t *p)
{
    if (sc_value_type(value) == SC_STRING) return sc_value_string(value);
    return sc_value_write(value, SC_COMPACT, p);
}

static sc_bytes_t join_scalars(const sc_value_t *array, const char *delimiter,
                               apr_pool_t *p)
{
    int i, n = sc_value_length(array);
    sc_bytes_t *parts = apr_palloc(p, sizeof *parts * (apr_size_t)(2 * n + 1));

    for (i = 0; i < n; i++) {
        parts[2 * i] = scalar_text(sc_value_at(array, i), p);
        parts[2 * i + 1] = sc_bytes_str(delimiter);
    }
    return sc_bytes_join(parts, n ? 2 * n - 1 : 0, p);
}

bool sc_value_text(sc_bytes_t *text, const sc_value_t *value, const char *delimiter,
                   apr_pool_t *p)
{
    int i, n = sc_value_length(value);

    if (value == NULL) return false;
    if (sc_value_type(value) != SC_ARRAY) {
        *text = scalar_text(value, p);
        return true;
    }
    for (i = 0; i < n && is_scalar(sc_value_at(value, i));)
        i++;
    *text =
        i == n ? join_scalars(value, delimiter, p) : sc_value_write(value, SC_COMPACT, p);
    return true;
}

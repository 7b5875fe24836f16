/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers: as an integer, as a double, as text. */
#include "core/document/number.h"
#include "core/document/tree_private.h"
#include <apr_strings.h>
#include <errno.h>
#include <math.h>

bool sc_value_int(apr_int64_t *number, const sc_value_t *value)
{
    apr_int64_t n;
    const char *text;
    char *end;

    if (json_object_is_type(value, json_type_int)) {
        *number = json_object_get_int64(value);
        return true;
    }
    if (!json_object_is_type(value, json_type_double)) return false;
    text = (const char *)sc_number_text(value).p;
    errno = 0;
    n = apr_strtoi64(text, &end, 10);
    if (errno || end == text || *end != '\0') return false;
    *number = n;
    return true;
}

/* The digits of a number, read as an integer, scaled by its fraction's length and its
 * exponent ("e-3", or ""). */
static double scaled(double digits, int decimals, const char *exponent)
{
    apr_int64_t power = *exponent ? apr_atoi64(exponent + 1) : 0;
    double scale = 1;

    power = power > 1000 ? 1000 : power < -1000 ? -1000 : power;
    power -= decimals;
    for (; power > 0 && digits != 0; power--)
        digits *= 10;
    for (; power < 0; power++)
        scale *= 10;
    return digits / scale;
}

/* strtod() would take the decimal point of the process' locale, which PHP may set. */
static double double_of_text(const char *z)
{
    int negative = *z == '-', decimals = 0, point = 0;
    double digits = 0;

    z += negative;
    if (*z == 'I') return negative ? -HUGE_VAL : HUGE_VAL;
    for (; *z == '.' || (*z >= '0' && *z <= '9'); z++) {
        decimals += point;
        if (*z == '.')
            point = 1;
        else
            digits = digits * 10 + (*z - '0');
    }
    digits = scaled(digits, decimals, z);
    return negative ? -digits : digits;
}

bool sc_value_double(double *number, const sc_value_t *value)
{
    double found;

    if (sc_value_type(value) == SC_BOOL)
        found = json_object_get_boolean(value);
    else if (json_object_is_type(value, json_type_int))
        found = (double)json_object_get_int64(value);
    else if (json_object_is_type(value, json_type_double) &&
             *sc_number_text(value).p != 'N')
        found = double_of_text((const char *)sc_number_text(value).p);
    else
        return false;
    if (isnan(found)) return false; /* more digits than a double can count */
    *number = found;
    return true;
}

sc_bytes_t sc_value_digits(const sc_value_t *number, apr_pool_t *p)
{
    if (json_object_is_type(number, json_type_double)) return sc_number_text(number);
    return sc_bytes_str(
        apr_psprintf(p, "%" APR_INT64_T_FMT, json_object_get_int64(number)));
}

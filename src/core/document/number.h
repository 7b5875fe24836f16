/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_DOCUMENT_NUMBER_H
#define SC_DOCUMENT_NUMBER_H

#include "core/document/value.h"

/* Reads an integer that fits; false when the value is not one, or is out of range. */
bool sc_value_int(apr_int64_t *number, const sc_value_t *value);

/* Reads a number as Python's float() does, whatever the locale; true is 1. False for NaN
 * and for values that are not numbers. */
bool sc_value_double(double *number, const sc_value_t *value);

/* A number's JSON text. */
sc_bytes_t sc_value_digits(const sc_value_t *number, apr_pool_t *p);

#endif

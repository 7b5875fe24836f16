/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_DATE_H
#define SC_DATE_H

#include <stdbool.h>
#include "core/base/bytes.h"

/* Reads an ISO 8601 date as PASETO claims carry it: a date alone or "T", "t" or a space
 * and a time; seconds and their fraction may be missing; "Z", "+hh:mm", "+hhmm", "+hh" or
 * nothing (UTC). False when it is not one. */
bool sc_date_parse(apr_time_t *t, sc_bytes_t text);

/* Writes one as PySETO does: "2026-01-31T23:59:00+00:00", whole seconds. */
const char *sc_date_write(apr_time_t t, apr_pool_t *p);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_DURATION_H
#define SC_DURATION_H

#include <stdbool.h>
#include "core/base/bytes.h"

/* Parses a duration: "ms s min h d", a bare number is seconds, "off" is -1 where allowed.
 * NULL or a sentence. */
const char *sc_duration_parse(apr_interval_time_t *t, const char *text,
                              bool off_allowed) SC_CHECK;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_BYTES_H
#define TEST_BYTES_H

#include <stdio.h>
#include "core/base/bytes.h"

/* A condition for ok(): these bytes are that text. Shows both when they are not. */
static inline int bytes_are(sc_bytes_t got, const char *want)
{
    int same = sc_bytes_eq(got, sc_bytes_str(want));

    if (!same) printf("# got  %.*s\n# want %s\n", (int)got.n, (const char *)got.p, want);
    return same;
}

#endif

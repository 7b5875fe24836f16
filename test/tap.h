/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TAP_H
#define TAP_H

/* TAP for the unit tests: ok(condition, "a sentence"), and done() last. */

#include <stdio.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static int tap_count, tap_failed;

__attribute__((format(printf, 2, 3))) static int ok(int good, const char *format, ...)
{
    va_list args;

    printf("%sok %d - ", good ? "" : "not ", ++tap_count);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    if (!good) tap_failed++;
    return good;
}

/* 1 under valgrind, where a test that repeats a thing thousands of times repeats it less.
 */
static inline int tap_valgrind(void)
{
    const char *preload = getenv("LD_PRELOAD");

    return preload && strstr(preload, "vgpreload") != NULL;
}

/* The exit code of main. A program without a test fails. */
static int done(void)
{
    printf("1..%d\n", tap_count);
    return tap_failed || tap_count == 0;
}

#endif

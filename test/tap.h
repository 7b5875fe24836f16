/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TAP_H
#define TAP_H

/* TAP for the unit tests. Each call is one test, named by a printf format:
 *     ok(condition, "a sentence")
 *     is(got, want, "a sentence")      the texts are equal (NULL equals NULL alone)
 *     like(text, part, "a sentence")   the text contains the part
 * done() comes last. says() is like()'s condition, for an ok() with more than one. */

#include <stdio.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static int tap_count, tap_failed;

__attribute__((format(printf, 2, 0))) static int tap_line(int good, const char *format,
                                                          va_list args)
{
    printf("%sok %d - ", good ? "" : "not ", ++tap_count);
    vprintf(format, args);
    putchar('\n');
    if (!good) tap_failed++;
    return good;
}

__attribute__((format(printf, 2, 3))) static inline int ok(int good, const char *format,
                                                           ...)
{
    va_list args;

    va_start(args, format);
    tap_line(good, format, args);
    va_end(args);
    return good;
}

__attribute__((format(printf, 3, 4))) static inline int
is(const char *got, const char *want, const char *format, ...)
{
    int good = got && want ? strcmp(got, want) == 0 : got == want;
    va_list args;

    va_start(args, format);
    tap_line(good, format, args);
    va_end(args);
    if (!good)
        printf("# got  %s\n# want %s\n", got ? got : "nothing", want ? want : "nothing");
    return good;
}

static inline int says(const char *text, const char *part)
{
    return text && strstr(text, part) != NULL;
}

__attribute__((format(printf, 3, 4))) static inline int
like(const char *text, const char *part, const char *format, ...)
{
    int good = says(text, part);
    va_list args;

    va_start(args, format);
    tap_line(good, format, args);
    va_end(args);
    if (!good) printf("# got  %s\n# without %s\n", text ? text : "nothing", part);
    return good;
}

/* 1 under valgrind, where a test that repeats something thousands of times does it less
 * often.
 */
static inline int tap_valgrind(void)
{
    const char *preload = getenv("LD_PRELOAD");

    return preload && strstr(preload, "vgpreload") != NULL;
}

/* The exit code of main. A program without a test fails. */
static inline int done(void)
{
    printf("1..%d\n", tap_count);
    return tap_failed || tap_count == 0;
}

#endif

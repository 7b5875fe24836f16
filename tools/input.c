/* SPDX-License-Identifier: Apache-2.0 */
/* Standard input, whole or a line at a time. Bytes, not text: NUL and anything else may
 * be in it. What is longer than the bounds is refused, not kept. */
#include "input.h"
#include <stdio.h>
#include <errno.h>
#include <unistd.h>

#define ALL_MAX ((apr_size_t)16 * 1024 * 1024)

/* read(2), again after a signal. 0 is the end; an error is taken for the end as well. */
static apr_size_t read_some(unsigned char *to, apr_size_t n)
{
    ssize_t got;

    do
        got = read(STDIN_FILENO, to, n);
    while (got < 0 && errno == EINTR);
    return got > 0 ? (apr_size_t)got : 0;
}

const char *tool_read_all(sc_bytes_t *text, apr_pool_t *p)
{
    apr_size_t size = 64 * 1024, n = 0, got;
    unsigned char *buffer = apr_palloc(p, size), *larger;

    while ((got = read_some(buffer + n, size - n)) > 0) {
        n += got;
        if (n < size) continue;
        if (size > ALL_MAX)
            return "standard input is longer than 16 MiB: give one token, or one a "
                   "line with --lines";
        larger = apr_palloc(p, 2 * size);
        memcpy(larger, buffer, n);
        buffer = larger;
        size *= 2;
    }
    if (n && buffer[n - 1] == '\n') n--;
    *text = sc_bytes(buffer, n);
    return NULL;
}

void tool_lines_init(tool_lines_t *lines, apr_pool_t *p)
{
    memset(lines, 0, sizeof(*lines));
    lines->size = TOOL_LINE_MAX + 1;
    lines->buffer = apr_palloc(p, lines->size);
}

/* Makes room and reads more. 0 at the end of the input. */
static int fill(tool_lines_t *lines)
{
    apr_size_t got;

    memmove(lines->buffer, lines->buffer + lines->from, lines->to - lines->from);
    lines->to -= lines->from;
    lines->from = 0;
    if (lines->to == lines->size) {
        /* A line that does not fit: forget it, up to its newline. */
        lines->skipping = 1;
        lines->to = 0;
    }
    fflush(stdout);
    got = read_some(lines->buffer + lines->to, lines->size - lines->to);
    lines->to += got;
    return got > 0;
}

/* Hands out n bytes and steps over them and the newline after them. */
static int hand_out(sc_bytes_t *line, tool_lines_t *lines, apr_size_t n, int newline)
{
    int skipped = lines->skipping;

    *line = sc_bytes(lines->buffer + lines->from, n);
    lines->from += n + (newline ? 1 : 0);
    lines->skipping = 0;
    return skipped ? -1 : 1;
}

int tool_lines_next(sc_bytes_t *line, tool_lines_t *lines)
{
    apr_size_t left, looked = 0;
    apr_ssize_t at;

    for (;;) {
        left = lines->to - lines->from;
        at = sc_bytes_index(sc_bytes(lines->buffer + lines->from + looked, left - looked),
                            '\n');
        if (at >= 0) return hand_out(line, lines, looked + (apr_size_t)at, 1);
        looked =
            left == lines->size ? 0 : left; /* a full buffer is about to be forgotten */
        if (lines->ended || !fill(lines)) break;
    }
    lines->ended = 1;
    left = lines->to - lines->from;
    if (left == 0 && !lines->skipping) return 0;
    return hand_out(line, lines, left, 0);
}

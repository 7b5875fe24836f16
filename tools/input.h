/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOL_INPUT_H
#define TOOL_INPUT_H

#include "core/base/bytes.h"

/* All of standard input, one trailing newline dropped; NULL, or a sentence when it is
 * longer than the command takes (16 MiB). */
const char *tool_read_all(sc_bytes_t *text, apr_pool_t *p) SC_CHECK;

/* Standard input, a line at a time. Standard output is flushed before a read that may
 * wait, so that the command can answer a program line by line. */
typedef struct {
    unsigned char *buffer;
    apr_size_t from, to, size;
    int skipping, ended;
} tool_lines_t;

/* The longest line. */
#define TOOL_LINE_MAX (1024 * 1024)

void tool_lines_init(tool_lines_t *lines, apr_pool_t *p);

/* The next line, without its newline: 1, 0 at the end, -1 for a line that is too long,
 * which is skipped. It is good until the next call. */
int tool_lines_next(sc_bytes_t *line, tool_lines_t *lines);

#endif

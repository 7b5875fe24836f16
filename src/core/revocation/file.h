/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_REVOCATION_FILE_H
#define SC_REVOCATION_FILE_H

#include <apr_errno.h>
#include "core/revocation/entry.h"

/* The file of a list of revocations: written by several processes at once, each under an
 * advisory lock on the whole file (flock). */

/* A file's lines, one after another. It reads from where the file stands; `at` is the
 * offset after the last line that was read. */
typedef struct sc_lines_t sc_lines_t;

/* Begins at an offset. The file stays the caller's. */
sc_lines_t *sc_lines_make(int fd, apr_off_t at, apr_pool_t *p);

/* The next line, without its line feed, good until the next call: NULL at the end, where
 * a last line without a line feed is not taken. `*n` is SC_REVOCATION_LINE for a line
 * that is too long, of which only so much is shown. */
unsigned char *sc_lines_next(apr_size_t *n, sc_lines_t *lines);

/* The offset after that line; whether reading failed, 0 or an errno. */
apr_off_t sc_lines_at(const sc_lines_t *lines);
apr_status_t sc_lines_failed(const sc_lines_t *lines);

/* The file that has the path, open for appending and locked: closing it unlocks it. Its
 * last line has an end, even if whoever wrote it did not get so far. */
apr_status_t sc_revocation_open(int *fd, const char *path) SC_CHECK;

/* Appends whole lines to the file, which must be there, and waits until they are on the
 * disk. They are in the file that has the path then, even if it was compacted meanwhile.
 */
apr_status_t sc_revocation_append(const char *path, sc_bytes_t lines) SC_CHECK;

#endif

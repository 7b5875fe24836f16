/* SPDX-License-Identifier: Apache-2.0 */
/* The file of a list of revocations. A writer locks it, then looks whether it still has
 * the path: `compact` puts another file in its place, under the lock of the first. The
 * locks are those of flock(2): those of fcntl(2) end for a whole process as soon as one
 * of its threads closes the file. */

#include "core/revocation/file.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- lines --- */

#define BUFFER ((apr_size_t)64 * 1024)

struct sc_lines_t {
    int fd;
    apr_off_t at;       /* of what follows the last line */
    apr_off_t read_to;  /* of what is read next */
    apr_status_t error; /* errno */
    apr_size_t from, to;
    unsigned char buffer[BUFFER];
};

sc_lines_t *sc_lines_make(int fd, apr_off_t at, apr_pool_t *p)
{
    sc_lines_t *lines = apr_palloc(p, sizeof(*lines));

    lines->fd = fd;
    lines->at = lines->read_to = at;
    lines->error = 0;
    lines->from = lines->to = 0;
    return lines;
}

apr_off_t sc_lines_at(const sc_lines_t *lines)
{
    return lines->at;
}

apr_status_t sc_lines_failed(const sc_lines_t *lines)
{
    return lines->error;
}

/* More bytes after those that are left, which move to the front. */
static bool fill(sc_lines_t *lines)
{
    apr_size_t left = lines->to - lines->from;
    ssize_t n;

    memmove(lines->buffer, lines->buffer + lines->from, left);
    lines->from = 0;
    lines->to = left;
    /* open() refused a file that is longer than an off_t can say. */
    do
        n = pread(lines->fd, lines->buffer + left, BUFFER - left, (off_t)lines->read_to);
    while (n < 0 && errno == EINTR);
    if (n < 0) lines->error = errno;
    if (n <= 0) return false;
    lines->read_to += n;
    lines->to += (apr_size_t)n;
    return true;
}

/* Goes on after a line end that is more than a line away. */
static unsigned char *skip_long(apr_size_t *n, sc_lines_t *lines)
{
    apr_off_t skipped = 0;
    unsigned char *end = NULL;

    while (!end) {
        skipped += (apr_off_t)(lines->to - lines->from);
        lines->from = lines->to;
        if (!fill(lines)) return NULL;
        end = memchr(lines->buffer, '\n', lines->to);
    }
    lines->from = (apr_size_t)(end + 1 - lines->buffer);
    lines->at += skipped + (apr_off_t)lines->from;
    *n = SC_REVOCATION_LINE;
    return lines->buffer;
}

unsigned char *sc_lines_next(apr_size_t *n, sc_lines_t *lines)
{
    for (;;) {
        unsigned char *line = lines->buffer + lines->from, *end;
        apr_size_t left = lines->to - lines->from;

        end = memchr(line, '\n', left);
        if (end) {
            apr_size_t size = (apr_size_t)(end - line);

            lines->from += size + 1;
            lines->at += (apr_off_t)size + 1;
            *n = size < SC_REVOCATION_LINE ? size : SC_REVOCATION_LINE;
            return line;
        }
        if (left >= SC_REVOCATION_LINE) return skip_long(n, lines);
        if (!fill(lines)) return NULL;
    }
}

/* --- appending --- */

/* Whether the open file is the one that has the path. */
static bool has_path(int fd, const char *path)
{
    struct stat open_one, named;

    return !fstat(fd, &open_one) && !stat(path, &named) &&
           open_one.st_dev == named.st_dev && open_one.st_ino == named.st_ino;
}

static int lock(int fd)
{
    int rv;

    do
        rv = flock(fd, LOCK_EX);
    while (rv < 0 && errno == EINTR);
    return rv;
}

/* Whether the last line of the file has no end, or cannot be read. */
static bool is_cut(int fd)
{
    off_t end = lseek(fd, 0, SEEK_END);
    char last;

    return end != 0 && (pread(fd, &last, 1, end - 1) != 1 || last != '\n');
}

/* All of it in one write, so that a reader sees the whole or a line that has not ended.
 */
static apr_status_t write_all(int fd, sc_bytes_t text)
{
    ssize_t written;

    do
        written = write(fd, text.p, text.n);
    while (written < 0 && errno == EINTR);
    if (written < 0) return errno;
    return (apr_size_t)written == text.n ? APR_SUCCESS : ENOSPC;
}

static apr_status_t lock_and_mend(int fd, const char *path, bool *is_current)
{
    if (lock(fd) < 0) return errno;
    *is_current = has_path(fd, path);
    return *is_current && is_cut(fd) ? write_all(fd, sc_bytes("\n", 1)) : APR_SUCCESS;
}

apr_status_t sc_revocation_open(int *fd, const char *path)
{
    for (;;) {
        int opened = open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOCTTY);
        bool is_current = false;
        apr_status_t rv;

        if (opened < 0) return errno;
        rv = lock_and_mend(opened, path, &is_current);
        if (!rv && is_current) {
            *fd = opened;
            return APR_SUCCESS;
        }
        close(opened);
        if (rv) return rv;
    }
}

apr_status_t sc_revocation_append(const char *path, sc_bytes_t lines)
{
    apr_status_t rv;
    int fd = -1;

    rv = sc_revocation_open(&fd, path);
    if (rv) return rv;
    rv = write_all(fd, lines);
    if (!rv && fsync(fd)) rv = errno;
    close(fd);
    return rv;
}

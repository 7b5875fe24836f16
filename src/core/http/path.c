/* SPDX-License-Identifier: Apache-2.0 */
/* Paths of URLs that are compared with configured ones. httpd, a front controller and an
 * application each undo escapes, merge slashes and resolve dot segments in their own way
 * and order: a path that leaves room for that is refused, not normalized. */

#include "core/http/path.h"
#include "core/base/chars.h"
#include "core/base/utf8.h"

/* Skips "scheme://host" in front of a path. False: there is no path after it. */
static bool skip_authority(sc_bytes_t *target)
{
    apr_size_t at = 0;

    if (target->n && target->p[0] == '/') return true;
    while (at < target->n &&
           (sc_char_is_alnum(target->p[at]) || memchr("+-.", target->p[at], 3)))
        at++;
    if (at == 0 || !sc_bytes_starts(sc_bytes_from(*target, at), "://")) return false;
    at += 3;
    while (at < target->n && !memchr("/?#", target->p[at], 3))
        at++;
    *target = sc_bytes_from(*target, at);
    return target->n && target->p[0] == '/';
}

/* Undoes the escape at the front of `raw`. False: it is malformed, or hides what
 * separates segments or begins a dot segment. */
static bool undo_escape(unsigned char *to, sc_bytes_t raw)
{
    int high, low;

    if (raw.n < 3) return false;
    high = sc_hex_value(raw.p[1]);
    low = sc_hex_value(raw.p[2]);
    if (high < 0 || low < 0) return false;
    *to = (unsigned char)(high << 4 | low);
    return *to != '/' && *to != '.';
}

bool sc_path_of_target(sc_bytes_t *path, sc_bytes_t target, apr_pool_t *p)
{
    unsigned char *to;
    apr_size_t n = 0;

    if (!skip_authority(&target)) return false;
    to = apr_palloc(p, target.n);
    while (target.n && target.p[0] != '?') {
        bool is_escape = target.p[0] == '%';

        if (target.p[0] == '#' || target.p[0] == ' ') return false;
        to[n] = target.p[0];
        if (is_escape && !undo_escape(to + n, target)) return false;
        n++;
        target = sc_bytes_from(target, is_escape ? 3 : 1);
    }
    *path = sc_bytes(to, n);
    return sc_path_is_plain(*path);
}

static bool is_dot_segment(const unsigned char *segment, apr_size_t n)
{
    return (n == 1 || n == 2) && segment[0] == '.' && segment[n - 1] == '.';
}

bool sc_path_is_plain(sc_bytes_t path)
{
    apr_size_t start = 1;

    if (path.n == 0 || path.p[0] != '/' || !sc_utf8_valid(path)) return false;
    for (apr_size_t i = 1; i <= path.n; i++) {
        bool is_end = i == path.n;

        if (is_end || path.p[i] == '/') {
            /* An empty segment is "//", but for the last one. */
            if (is_dot_segment(path.p + start, i - start) || (i == start && !is_end))
                return false;
            start = i + 1;
        }
        else if (path.p[i] < ' ' || memchr("\x7f\\;%", path.p[i], 4)) {
            return false;
        }
    }
    return true;
}

bool sc_path_is_local(const char *reference)
{
    const char *c = reference;

    if (c[0] != '/' || c[1] == '/') return false;
    for (; *c; c++) {
        if ((unsigned char)*c <= ' ' || *c == 0x7f || *c == '\\') return false;
    }
    return true;
}

bool sc_path_matches(sc_bytes_t pattern, sc_bytes_t path)
{
    apr_size_t n = pattern.n;

    if (n < 2 || pattern.p[n - 1] != '*' || pattern.p[n - 2] != '/')
        return sc_bytes_eq(pattern, path);
    return path.n >= n - 1 && !memcmp(path.p, pattern.p, n - 1);
}

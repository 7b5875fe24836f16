/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PATH_H
#define SC_PATH_H

#include "core/base/bytes.h"

/* The path of a URL as one path and no other: what every program reads alike. */

/* The path in a request target (RFC 9112 3.2: "/path?query", "scheme://host/path?query"),
 * decoded once. False where there is none ("*", "host:port"), or where programs disagree
 * about what it names: "%2F", "%2E", "%5C" or "%25", a backslash, ";", "//", a dot
 * segment, a control character, a malformed escape, or bytes that are not UTF-8. */
bool sc_path_of_target(sc_bytes_t *path, sc_bytes_t target, apr_pool_t *p);

/* Whether a decoded path is one that sc_path_of_target() can answer. */
bool sc_path_is_plain(sc_bytes_t path);

/* Whether a reference, which may have a query, is a path on the host at hand as a browser
 * understands it, and not one of another host: "//host" and "/\\host" are not. Neither is
 * one with white space, a control character or a backslash. */
bool sc_path_is_local(const char *reference);

/* Whether the path equals the pattern, or lies below it: "/folder/" and a pattern that
 * ends in a star after the slash. "/folder" itself does not lie below. */
bool sc_path_matches(sc_bytes_t pattern, sc_bytes_t path);

#endif

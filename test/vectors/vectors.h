/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VECTORS_H
#define VECTORS_H

/* The files of vectors that the peers made: {"vectors": [{…}, …]}. */

#include <apr_file_io.h>
#include "tap.h"
#include "core/document/read.h"

static const sc_limits_t file_limits = {0, 0, 64, 1000000};

/* A member of an object, or NULL. */
static inline const sc_value_t *member(const sc_value_t *object, const char *name)
{
    const sc_value_t *value = NULL;

    if (!object || !sc_value_member(&value, object, sc_bytes_str(name))) return NULL;
    return value;
}

static inline sc_bytes_t text_of(const sc_value_t *object, const char *name)
{
    return sc_value_string(member(object, name));
}

/* The array of a file; NULL where it cannot be read, which is a failed test. */
static inline const sc_value_t *read_vectors(const char *path, apr_pool_t *p)
{
    apr_file_t *handle;
    apr_finfo_t info;
    sc_value_t *all;
    apr_size_t n;
    char *bytes;

    if (apr_file_open(&handle, path, APR_READ, 0, p) ||
        apr_file_info_get(&info, APR_FINFO_SIZE, handle)) {
        (void)ok(0, "%s can be read", path);
        return NULL;
    }
    n = (apr_size_t)info.size;
    bytes = apr_palloc(p, n);
    if (apr_file_read_full(handle, bytes, n, &n) ||
        sc_value_parse(&all, sc_bytes(bytes, n), &file_limits, p)) {
        (void)ok(0, "%s is JSON", path);
        return NULL;
    }
    return member(all, "vectors");
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The arguments that follow an opcode, none of which is longer than the pickle. */
#include "core/serializer/pickle_input.h"

sc_status_t sc_pickle_take(sc_bytes_t *bytes, sc_bytes_t *in, apr_uint64_t n)
{
    if (n > in->n) return SC_MALFORMED;
    *bytes = sc_bytes(in->p, (apr_size_t)n);
    *in = sc_bytes_from(*in, (apr_size_t)n);
    return SC_OK;
}

sc_status_t sc_pickle_take_line(sc_bytes_t *line, sc_bytes_t *in)
{
    apr_ssize_t end = sc_bytes_index(*in, '\n');

    if (end < 0) return SC_MALFORMED;
    *line = sc_bytes(in->p, (apr_size_t)end);
    *in = sc_bytes_from(*in, (apr_size_t)end + 1);
    return SC_OK;
}

sc_status_t sc_pickle_take_number(apr_uint64_t *number, sc_bytes_t *in, int width)
{
    sc_bytes_t bytes;
    sc_status_t st = sc_pickle_take(&bytes, in, (apr_uint64_t)width);

    if (st) return st;
    *number = 0;
    while (width--)
        *number = *number << 8 | bytes.p[width];
    return SC_OK;
}

sc_status_t sc_pickle_take_counted(sc_bytes_t *bytes, sc_bytes_t *in, int width)
{
    apr_uint64_t n;
    sc_status_t st = sc_pickle_take_number(&n, in, width);

    return st ? st : sc_pickle_take(bytes, in, n);
}

sc_status_t sc_pickle_take_index(apr_uint64_t *index, sc_bytes_t *in)
{
    sc_bytes_t line;
    apr_size_t i;
    sc_status_t st = sc_pickle_take_line(&line, in);

    if (st) return st;
    if (line.n == 0 || line.n > 10) return SC_MALFORMED;
    *index = 0;
    for (i = 0; i < line.n; i++) {
        if (line.p[i] < '0' || line.p[i] > '9') return SC_MALFORMED;
        *index = *index * 10 + (apr_uint64_t)(line.p[i] - '0');
    }
    return SC_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUZZ_H
#define FUZZ_H

#include "core/base/bytes.h"
#include <stdio.h>
#include <stdlib.h>

/* A fuzz target is one file, fuzz_NAME.c, that defines these two. */

/* Makes what all inputs share: keys, codecs. Called once; the pool lives on. */
void fuzz_start(apr_pool_t *p);

/* Tries one input. The pool is emptied afterwards. */
void fuzz_try(sc_bytes_t data, apr_pool_t *p);

/* Ends the run and says where, unless it is true: libFuzzer keeps the input. */
#define must(truth) ((truth) ? (void)0 : fuzz_end(__FILE__, __LINE__, #truth))

static inline void fuzz_end(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: %s\n", file, line, what);
    abort();
}

/* Takes the first byte off the data; 0 where there is none. */
static inline unsigned fuzz_byte(sc_bytes_t *data)
{
    unsigned byte = data->n ? *data->p : 0;

    if (data->n) *data = sc_bytes_from(*data, 1);
    return byte;
}

/* How many bytes the next piece has of what is cut: always 1 with *cuts 0, else from 1 to
 * 16 in an order that *cuts begins. */
static inline apr_size_t fuzz_piece(unsigned *cuts)
{
    if (!*cuts) return 1;
    *cuts = *cuts * 1103515245u + 12345u;
    return *cuts >> 16 & 15 ? *cuts >> 16 & 15 : 16;
}

/* Random bytes that are always the same. */
static inline int fuzz_random(void *baton, unsigned char *to, apr_size_t n)
{
    (void)baton;
    while (n--)
        to[n] = (unsigned char)(n * 7 + 1);
    return 0;
}

/* The time of all targets: 2025-10-09. */
#define FUZZ_NOW apr_time_from_sec(1760000000)

#endif

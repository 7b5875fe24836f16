/* SPDX-License-Identifier: Apache-2.0 */
/* What all targets have in common: libFuzzer's entry, and pools that a sanitizer or
 * valgrind can see into. A pool of APR takes many allocations from one block: a byte too
 * far would be somebody else's, and after the pool was emptied still be readable. Here
 * each allocation is one of malloc's. */
#include "fuzz.h"
#include <apr_general.h>
#include <dlfcn.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* --- pools; these functions come before those of the library --- */

typedef struct {
    apr_pool_t *pool;
    void **block;
    apr_size_t n, room;
} owned_t;

#define POOLS_MAX 64

static owned_t owned[POOLS_MAX]; /* those in front are in use */
static int npools;

static owned_t *owned_by(apr_pool_t *p)
{
    int i = 0;

    while (i < npools && owned[i].pool != p)
        i++;
    must(i < POOLS_MAX);
    if (i == npools) {
        npools++;
        owned[i].pool = p;
    }
    return &owned[i];
}

void *apr_palloc(apr_pool_t *p, apr_size_t n)
{
    owned_t *own = owned_by(p);
    void *block = malloc(n);

    must(block != NULL);
    if (own->n == own->room) {
        own->room = own->room ? own->room * 2 : 64;
        own->block = realloc(own->block, own->room * sizeof(*own->block));
        must(own->block != NULL);
    }
    own->block[own->n++] = block;
    return block;
}

static void free_blocks(apr_pool_t *p)
{
    owned_t *own = owned_by(p);

    while (own->n)
        free(own->block[--own->n]);
}

typedef void (*on_pool_t)(apr_pool_t *);

/* The library's own. Its children come by the functions below as well, its cleanups are
 * called while its memory is there. */
static on_pool_t real(const char *name)
{
    on_pool_t function;

    *(void **)&function = dlsym(RTLD_NEXT, name);
    must(function != NULL);
    return function;
}

void apr_pool_clear(apr_pool_t *p)
{
    static on_pool_t clear;

    if (!clear) clear = real("apr_pool_clear");
    clear(p);
    free_blocks(p);
}

void apr_pool_destroy(apr_pool_t *p)
{
    static on_pool_t destroy;
    owned_t *own;

    if (!destroy) destroy = real("apr_pool_destroy");
    destroy(p);
    free_blocks(p);
    own = owned_by(p);
    free(own->block);
    *own = owned[--npools];
    owned[npools] = (owned_t){.n = 0};
}

/* --- inputs --- */

static apr_pool_t *all, *one;

static void start(void)
{
    must(!apr_initialize());
    must(!apr_pool_create(&all, NULL) && !apr_pool_create(&one, NULL));
    fuzz_start(all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!all) start();
    fuzz_try(sc_bytes(data, size), one);
    apr_pool_clear(one);
    return 0;
}

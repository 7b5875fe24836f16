/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_PLACES_H
#define MSC_XSRF_PLACES_H

#include "httpd/config.h"
#include "core/http/origin.h"

/* The most fields of a page whose places are kept. */
#define MSC_PLACES 16

/* Where fields belong in a page: each the bytes behind the one before. */
typedef struct {
    apr_size_t step[MSC_PLACES];
    int n; /* MSC_PLACES + 1: too many */
} msc_places_t;

/* Whether these bytes, as a page of this origin, came before: 1 and where their fields
 * belong. */
int msc_xsrf_places_find(msc_places_t *places, const sc_origin_t *page, sc_bytes_t bytes);

/* Remembers it; a page that is too large, or comes while others look, is not remembered.
 */
void msc_xsrf_places_keep(const msc_places_t *places, const sc_origin_t *page,
                          sc_bytes_t bytes);

/* The child_init hook. */
void msc_xsrf_places_init(apr_pool_t *pchild, server_rec *s);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_XSRF_DJANGO_H
#define SC_XSRF_DJANGO_H

#include "core/xsrf/scheme.h"

/* Django's csrftoken: the visitor's own cookie, masked. */
extern const sc_xsrf_scheme_t sc_xsrf_django;

#endif

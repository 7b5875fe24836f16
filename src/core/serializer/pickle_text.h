/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PICKLE_TEXT_H
#define SC_PICKLE_TEXT_H

#include "core/base/bytes.h"

/* A quoted Python 2 str ('it\'s\n'): its bytes. */
sc_status_t sc_pickle_repr(sc_bytes_t *bytes, sc_bytes_t in, apr_pool_t *p) SC_CHECK;

/* raw-unicode-escape: Latin-1 with \uXXXX and \UXXXXXXXX. */
sc_status_t sc_pickle_escaped(sc_bytes_t *text, sc_bytes_t in, apr_pool_t *p) SC_CHECK;

/* UTF-8 that may hold surrogates; pairs of them become one character. */
sc_status_t sc_pickle_utf8(sc_bytes_t *text, sc_bytes_t in, apr_pool_t *p) SC_CHECK;

#endif

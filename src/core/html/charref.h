/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_CHARREF_H
#define SC_CHARREF_H

#include "core/base/bytes.h"

/* Replaces the character references in an attribute's value, in place, as far as URLs and
 * keywords need it: those that stand for ASCII by their character, any other, and NUL, by
 * one byte that is not ASCII. Answers the new length. */
apr_size_t sc_charref_decode(unsigned char *value, apr_size_t n);

#endif

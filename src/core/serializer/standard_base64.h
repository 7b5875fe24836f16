/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_STANDARD_BASE64_H
#define SC_STANDARD_BASE64_H

#include "core/serializer/coding.h"

/* base64 with padding, standard alphabet (RFC 4648 4), never compressed. */
extern const sc_coding_t sc_coding_standard_base64;

#endif

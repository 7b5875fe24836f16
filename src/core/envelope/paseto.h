/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_PASETO_H
#define SC_PASETO_H

#include "core/envelope/envelope.h"

/* PASETO v1 to v4, local and public. */
extern const sc_envelope_t sc_envelope_paseto;

#endif

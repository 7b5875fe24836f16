/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_DJANGO_H
#define SC_DJANGO_H

#include "core/envelope/envelope.h"

/* payload:timestamp:signature (Django's TimestampSigner). */
extern const sc_envelope_t sc_envelope_django;

#endif

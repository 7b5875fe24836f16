/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_COOKIE_MANAGER_H
#define SC_COOKIE_MANAGER_H

#include "core/envelope/envelope.h"

/* The itsdangerous envelope around JSON whose member key_id picks the key. */
extern const sc_envelope_t sc_envelope_cookie_manager;

#endif

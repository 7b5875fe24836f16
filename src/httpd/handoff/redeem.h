/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_HANDOFF_REDEEM_H
#define MSC_HANDOFF_REDEEM_H

#include "httpd/session/session.h"

/* Fetches the session that an alias stands for, once, and sends it as the cookie of the
 * scope's first source that can be written. `verifier`: as it was sent, p NULL where it
 * was not. SC_OK; SC_ERROR: the store is away; SC_MISMATCH: there is nothing to be had,
 * the reason is logged. The alias is used up by each of them, if it was one. */
sc_status_t msc_handoff_redeem(request_rec *r, sc_bytes_t code,
                               sc_bytes_t verifier) SC_CHECK;

#endif

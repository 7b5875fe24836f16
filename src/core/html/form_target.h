/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_FORM_TARGET_H
#define SC_FORM_TARGET_H

#include "core/http/origin.h"

/* Whether the browser would send a form to the origin of its page. `action` is the
 * attribute as it stands in the page, character references and all; it is overwritten.
 * `base_own`: no <base href> leads relative URLs away from the page's origin. False where
 * in doubt: //host with a user, http:path, backslashes before a host. */
bool sc_form_target_is_own(unsigned char *action, apr_size_t n, const sc_origin_t *page,
                           bool base_own);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_EXPR_H
#define MSC_EXPR_H

#include "ap_expr.h"

/* The expr_lookup hook: session('path') and %{COOKIESESSION_STATUS}. */
int msc_expr_lookup(ap_expr_lookup_parms *parms);

/* Registers the optional functions of include/mod_sessioncookie.h. */
void msc_expr_register_optional(void);

#endif

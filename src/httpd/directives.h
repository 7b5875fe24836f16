/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_DIRECTIVES_H
#define MSC_DIRECTIVES_H

#include "httpd/config.h"

/* The command table, for the module record. */
extern const command_rec msc_commands[];

#endif

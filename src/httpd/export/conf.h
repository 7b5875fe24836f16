/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_EXPORT_CONF_H
#define MSC_EXPORT_CONF_H

#include "httpd/config.h"

/* CookieSessionUser Off, or paths and remote-user=on|off. */
const char *msc_user_directive(cmd_parms *cmd, void *dir, int argc, char *const argv[]);

/* CookieSessionEnv On|Off|PREFIX. */
const char *msc_env_directive(cmd_parms *cmd, void *dir, const char *arg);

/* CookieSessionExport path NAME. */
const char *msc_export_directive(cmd_parms *cmd, void *dir, const char *path,
                                 const char *name);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_REVOCATION_H
#define MSC_REVOCATION_H

#include "core/revocation/table.h"
#include "httpd/config.h"

/* CookieSessionRevocation: the list of the sessions that have been ended, in a file. A
 * table of it is in memory that all processes share, those of the generation before a
 * graceful restart too. One process at a time looks at the file, twice a second. */

/* What a CookieSessionRevocation line says; several servers may share one. */
typedef struct msc_revocation_t {
    const char *path;
    apr_interval_time_t spread;     /* how often, 0: it is not spread */
    struct msc_spread_t *spreading; /* of the process that does it */
    sc_revoked_t *table; /* once httpd starts; the same for all lines with this path */
    server_rec *server;
    const ap_directive_t *directive;
} msc_revocation_t;

/* CookieSessionRevocation file:PATH [spread=DURATION]|Off. */
const char *msc_revocation_directive(cmd_parms *cmd, void *dir, int argc,
                                     char *const argv[]);

/* Whether sessions of this server can be ended. */
bool msc_revocation_is_on(const server_rec *s);

/* The table, or NULL: Off. */
sc_revoked_t *msc_revocation_table(const server_rec *s);

/* The time of an entry that is to end every session so far: somewhat later than now,
 * since an application may renew a session before the entry is in force everywhere. */
int64_t msc_revocation_now(void);

/* Adds an entry to the file, and waits until it is on the disk. It is in force at once in
 * all processes, or within a second. ABSENT: revocation is Off. MALFORMED, TOO_LARGE: no
 * line can say this. ERROR: the file cannot be written, which is logged. */
sc_status_t msc_revocation_add(const server_rec *s, const sc_revocation_t *entry,
                               apr_pool_t *p) SC_CHECK;

/* The check_config hook: whether the files, or their directories, are there and may be
 * read and written by the children. Runs for `apachectl -t` too. */
int msc_revocation_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                         server_rec *base);

/* The post_config hook: makes missing files, fills the tables, and has the files looked
 * at from now on. */
int msc_revocation_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                               server_rec *base);

#endif

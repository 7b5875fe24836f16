/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_XSRF_CONF_H
#define MSC_XSRF_CONF_H

#include "httpd/config.h"
#include "core/http/origin.h"
#include "httpd/setter.h"

/* The XSRF directives: what each alone has to check, and what they need from each other.
 */

/* One XSRFKey line: every scheme, prepared with these keys when all keys are known. */
struct msc_xsrf_keys_t {
    msc_words_t ids;
    server_rec *server;
    const ap_directive_t *directive;
    const sc_xsrf_t
        *scheme[MSC_XSRF_SCHEMES]; /* by row; NULL: these keys do not serve it */
};

const char *msc_xsrf_add_trusted(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_xsrf_add_scheme(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_xsrf_add_way(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_xsrf_set_keys(cmd_parms *cmd, void *dir, int argc, char *const argv[]);

/* Why a value of XSRFMethods, XSRFHeader, XSRFField cannot be taken, or NULL
 * when it can. */
const char *msc_xsrf_method_refused(const char *value);
const char *msc_xsrf_header_refused(const char *value);
const char *msc_xsrf_field_refused(const char *value);

/* The values of XSRFPolicy, and the word of one. */
extern const msc_choice_t msc_xsrf_policies[];
const char *msc_xsrf_policy_name(int policy);

/* The check_config hook: finds the keys of XSRFKey and prepares the schemes. */
int msc_xsrf_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                          server_rec *base);

/* The scheme, prepared with the keys of this scope, or NULL: no keys, or keys of a wrong
 * kind. */
const sc_xsrf_t *msc_xsrf_scheme(const msc_xsrf_conf_t *conf,
                                 const sc_xsrf_scheme_t *scheme);

#endif

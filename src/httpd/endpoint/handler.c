/* SPDX-License-Identifier: Apache-2.0 */
/* The table of the endpoints. To add one: a row here, a file beside this one, a section
 * in docs/endpoints.md, and tests. */

#include "httpd/endpoint/handler.h"
#include "httpd/endpoint/endpoint.h"
#include "httpd/endpoint/handoff.h"
#include "httpd/endpoint/logout.h"
#include "httpd/endpoint/revoke.h"
#include "httpd/endpoint/status.h"
#include "httpd/endpoint/keys.h"
#include "httpd/endpoint/token.h"
#include "httpd/setter.h"
#include "util_cfgtree.h"

static const msc_endpoint_t endpoints[] = {
    {"sessioncookie-handoff", MSC_TAKES_POST, false, msc_handoff_answer},
    {"sessioncookie-logout", MSC_TAKES_GET | MSC_TAKES_POST, false, msc_logout_answer},
    {"sessioncookie-revoke", MSC_TAKES_POST, true, msc_revoke_answer},
    {"sessioncookie-status", MSC_TAKES_GET, false, msc_status_answer},
    {"sessioncookie-token", MSC_TAKES_POST, false, msc_token_answer},
    {"sessioncookie-keys", MSC_TAKES_GET, false, msc_keys_answer},
};

#define ENDPOINTS ((int)(sizeof(endpoints) / sizeof(endpoints[0])))

/* Of SetHandler, which ignores case, or what httpd made of it. */
static const msc_endpoint_t *find_endpoint(const char *handler)
{
    for (int i = 0; i < ENDPOINTS; i++) {
        if (!ap_cstr_casecmp(handler, endpoints[i].handler)) return &endpoints[i];
    }
    return NULL;
}

static bool may_be_endpoint(const char *handler)
{
    static const char prefix[] = "sessioncookie-";

    return handler && !ap_cstr_casecmpn(handler, prefix, sizeof(prefix) - 1);
}

static const char *unknown_endpoint(const char *name, apr_pool_t *p)
{
    const char *list = endpoints[0].handler;

    for (int i = 1; i < ENDPOINTS; i++)
        list = apr_pstrcat(p, list, ", ", endpoints[i].handler, NULL);
    return apr_psprintf(p, "SetHandler \"%s\" is not one of: %s", name, list);
}

/* Whether the line lets in somebody, but not everybody. */
static bool is_restriction(const ap_directive_t *line)
{
    if (!ap_cstr_casecmpn(line->directive, "<Require", 8)) return true;
    return !ap_cstr_casecmp(line->directive, "Require") &&
           ap_cstr_casecmp(line->args, "all granted") != 0;
}

/* Why a privileged endpoint cannot stand here, or NULL when it can. A Require further out
 * does not count: Debian grants everything below /var/www to all. */
static const char *unprivileged(const cmd_parms *cmd, const char *name)
{
    const ap_directive_t *line = cmd->directive;

    if (msc_in_htaccess(cmd))
        return apr_psprintf(cmd->pool,
                            "SetHandler %s cannot stand in .htaccess; move it to a "
                            "<Location> of the server",
                            name);
    for (line = line->parent ? line->parent->first_child : NULL; line;
         line = line->next) {
        if (is_restriction(line)) return NULL;
    }
    return apr_psprintf(cmd->pool,
                        "SetHandler %s: nothing in this section says who may end "
                        "sessions of others; add a line, for example: Require local",
                        name);
}

const char *msc_endpoint_set_handler(cmd_parms *cmd, void *dir, const char *arg)
{
    const msc_endpoint_t *endpoint = may_be_endpoint(arg) ? find_endpoint(arg) : NULL;
    msc_dir_t *conf = dir;

    conf->endpoint = endpoint ? endpoint->handler : NULL;
    MSC_MARK_SET(conf, endpoint);
    if (!endpoint) return may_be_endpoint(arg) ? unknown_endpoint(arg, cmd->pool) : NULL;
    return endpoint->is_privileged ? unprivileged(cmd, endpoint->handler) : NULL;
}

int msc_endpoint_handler(request_rec *r)
{
    const msc_endpoint_t *endpoint =
        may_be_endpoint(r->handler) ? find_endpoint(r->handler) : NULL;

    return endpoint ? msc_endpoint_serve(r, endpoint) : DECLINED;
}

int msc_endpoint_enter(request_rec *r)
{
    if (!r->main && msc_dir(r)->endpoint) msc_endpoint_headers(r);
    return DECLINED;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The table of the endpoints. To add one: a row here, a file beside this one, a section
 * in docs/endpoints.md, and tests. */

#include "httpd/endpoint/handler.h"
#include "httpd/endpoint/endpoint.h"
#include "httpd/endpoint/logout.h"
#include "httpd/endpoint/status.h"

static const msc_endpoint_t endpoints[] = {
    {"sessioncookie-logout", MSC_TAKES_GET | MSC_TAKES_POST, msc_logout_answer},
    {"sessioncookie-status", MSC_TAKES_GET, msc_status_answer},
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

const char *msc_endpoint_set_handler(cmd_parms *cmd, void *dir, const char *arg)
{
    const msc_endpoint_t *endpoint = may_be_endpoint(arg) ? find_endpoint(arg) : NULL;
    msc_dir_t *conf = dir;

    conf->endpoint = endpoint ? endpoint->handler : NULL;
    MSC_MARK_SET(conf, endpoint);
    return endpoint || !may_be_endpoint(arg) ? NULL : unknown_endpoint(arg, cmd->pool);
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

/* SPDX-License-Identifier: Apache-2.0 */
/* What the guard keeps on a request, and whether there is one in its scope. */

#include "httpd/xsrf/state.h"

msc_xsrf_t *msc_xsrf_state(request_rec *r)
{
    msc_request_t *state;

    r = msc_request_root(r);
    state = msc_request(r);
    if (!state->xsrf) state->xsrf = apr_pcalloc(r->pool, sizeof(msc_xsrf_t));
    return state->xsrf;
}

const msc_xsrf_t *msc_xsrf_made(request_rec *r)
{
    const msc_xsrf_t *state = msc_request(msc_request_root(r))->xsrf;

    return state && state->is_made ? state : NULL;
}

const msc_xsrf_conf_t *msc_xsrf_conf(const request_rec *r)
{
    const msc_xsrf_conf_t *conf = msc_dir(r)->xsrf;

    return conf->mode != MSC_XSRF_OFF ? conf : NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* XSRFSend env: the token for the handler's own forms. Whoever asks for it gets one with
 * every request, as nobody can tell whether the handler will use it; so every response
 * becomes the visitor's own. Plain files do not get one: nothing in them could read it,
 * and images and styles should stay in caches. */

#include "httpd/xsrf/env.h"
#include "httpd/xsrf/page.h"
#include "httpd/xsrf/state.h"
#include "httpd/xsrf/token.h"

void msc_xsrf_env_export(request_rec *r, const msc_xsrf_conf_t *conf)
{
    const char *token;

    if (!(conf->send & MSC_SEND_ENV) || !msc_page_has_handler(r)) return;
    token = msc_xsrf_token(r, conf);
    if (!token) return;
    msc_xsrf_state(r)->is_in_body = true;
    apr_table_setn(r->subprocess_env, "XSRF_TOKEN", token);
    apr_table_setn(r->subprocess_env, "XSRF_FIELD", msc_xsrf_field(conf));
    apr_table_setn(r->notes, "xsrf_token", token);
    apr_table_setn(r->notes, "xsrf_field", msc_xsrf_field(conf));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* XSRFOneTime: a flask-xsrf token is good as long as the session holds a copy of it;
 * using the token removes the copy. The session is written back with the response, so it
 * must be one that may be written. Where it is not, the request is refused, since the
 * token could be used twice. */

#include "httpd/xsrf/once.h"
#include "httpd/session/session.h"
#include "httpd/mod_session/write.h"
#include "httpd/xsrf/state.h"
#include "core/crypto/crypto.h"

/* flask_xsrf.py, XSRFTokenHandler: session['xsrf-token'] */
#define MEMBER "xsrf-token"

bool msc_xsrf_is_once(const msc_xsrf_conf_t *conf, const sc_xsrf_scheme_t *scheme)
{
    return conf->one_time && scheme->one_time;
}

sc_bytes_t msc_xsrf_once_copy(request_rec *r)
{
    const msc_found_t *found = msc_session_get(r);
    const sc_doc_t *doc = found ? msc_write_doc(found) : NULL;
    const sc_value_t *value;

    if (!doc || !sc_doc_find(&value, doc, MEMBER) || sc_value_type(value) != SC_STRING)
        return sc_bytes(NULL, 0);
    return sc_value_string(value);
}

/* The session's document, to be changed. */
static sc_doc_t *change_session(request_rec *r)
{
    const msc_found_t *found = msc_session_get(r);
    sc_doc_t *doc = found ? msc_write_change(found, r) : NULL;

    if (!doc)
        ap_log_rerror(
            APLOG_MARK, APLOG_ERR, 0, r,
            "XSRFOneTime On: the session cannot be written, so no token can be used "
            "up; use a CookieSession cookie with write=on, or XSRFOneTime Off");
    return doc;
}

sc_status_t msc_xsrf_once_use(request_rec *r, const msc_xsrf_conf_t *conf,
                              sc_bytes_t token)
{
    msc_xsrf_t *state = msc_xsrf_state(r);
    sc_bytes_t copy;
    sc_doc_t *doc;

    /* This request itself has used it, before an internal redirect to another scope. */
    if (state->used.n && sc_equal(state->used, token)) return SC_OK;
    copy = msc_xsrf_once_copy(r);
    if (!copy.n || !sc_equal(copy, token)) return SC_MISMATCH;
    if (conf->mode == MSC_XSRF_REPORT) return SC_OK;
    doc = change_session(r);
    if (!doc) return SC_ERROR;
    sc_doc_remove(doc, sc_bytes_str(MEMBER));
    state->used = sc_bytes_dup(token, msc_request_root(r)->pool);
    return SC_OK;
}

void msc_xsrf_once_keep(request_rec *r, const char *token)
{
    sc_bytes_t copy = msc_xsrf_once_copy(r);
    sc_doc_t *doc;

    if (sc_bytes_eq(copy, sc_bytes_str(token))) return;
    doc = change_session(r);
    if (doc)
        sc_doc_put(doc, sc_bytes_str(MEMBER), sc_value_make_string(sc_bytes_str(token)));
}

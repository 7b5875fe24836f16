/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_ENDPOINT_H
#define MSC_ENDPOINT_H

#include "httpd/config.h"
#include "core/body/fields.h"
#include "core/document/value.h"

/* What all endpoints share: methods, fields, answers, and the guard. */

#define MSC_TAKES_GET  1 /* HEAD too; the fields are those of the query */
#define MSC_TAKES_POST 2 /* the fields are those of the body */

/* An endpoint: the handler's name, as SetHandler has it, and what answers. `answer` gets
 * a request whose method is one of these, which is not forged where it is a POST, and its
 * fields; it ends with one of the functions below, or answers an HTTP status where the
 * fault is ours. */
typedef struct {
    const char *handler;
    int methods;
    bool is_privileged; /* needs a Require in its section, and is not for .htaccess */
    int (*answer)(request_rec *r, const sc_fields_t *fields);
} msc_endpoint_t;

/* Why an endpoint refuses: a word for the client, and an HTTP status. */
typedef enum {
    MSC_INVALID_REQUEST,    /* 400 */
    MSC_LOGIN_REQUIRED,     /* 401 */
    MSC_FORBIDDEN,          /* 403: the guard refused */
    MSC_INVALID_GRANT,      /* 403 */
    MSC_METHOD_NOT_ALLOWED, /* 405 */
    MSC_TOO_LARGE,          /* 413 */
    MSC_UNAVAILABLE         /* 503: what it needs cannot be reached */
} msc_refusal_t;

/* Serves the request by this endpoint: the handler hook's answer. */
int msc_endpoint_serve(request_rec *r, const msc_endpoint_t *endpoint);

/* Sends {"error":"WORD"}, whatever ErrorDocument says, and logs the word. */
int msc_endpoint_refuse(request_rec *r, msc_refusal_t why);

/* Refuses a method that the endpoint takes elsewhere, but not here: 405, and these
 * (MSC_TAKES_…) in Allow. */
int msc_endpoint_refuse_method(request_rec *r, int methods);

/* Sends an object as JSON with this status, and releases it; JSON that is text already.
 */
int msc_endpoint_answer(request_rec *r, int status, sc_value_t *object);
int msc_endpoint_send(request_rec *r, int status, sc_bytes_t json);

/* What was asked for is done: 303 to the page that the field `next` names, where there is
 * one, else 200 and {"status":"ok"}. */
int msc_endpoint_done(request_rec *r, const sc_fields_t *fields);

/* Whether there is no field `next`, or it is a path on this host: an endpoint sends
 * nobody anywhere else. To be asked before anything is done. */
bool msc_endpoint_next_is_good(const sc_fields_t *fields);

/* The headers of every answer of an endpoint, in those tables that httpd's own error
 * pages have too: no-store, nosniff. An endpoint whose answer may be cached replaces
 * Cache-Control. */
void msc_endpoint_headers(request_rec *r);

#endif

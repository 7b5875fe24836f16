/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_FORM_H
#define MSC_FORM_H

#include "httpd/session/session.h"

/* mod_auth_form keeps three entries in a session: <AuthName>-user, <AuthName>-pw and
 * <AuthName>-site. */

/* Start-up: the codec that encrypts passwords inside the source's cookie, with keys
 * derived from the source's. NULL where these are asymmetric: passwords are not kept
 * then. */
const char *msc_form_vault(const sc_codec_t **vault, const sc_codec_t *codec,
                           const char *cookie, apr_pool_t *p);

/* 1 when an entry of that name is a secret that no cookie may show: <p>-pw, and <p>-site
 * where there is a <p>-user. */
int msc_form_is_secret(const char *name, int (*has)(void *baton, const char *name),
                       void *baton);

/* A secret as the text of a member, and back: 1 when it worked. *old: NULL, or set to 1
 * when another key than the first opened it. */
int msc_form_seal(const char **sealed, const msc_source_t *source, const char *name,
                  const char *text, apr_pool_t *p);
int msc_form_open(const char **text, int *old, const msc_source_t *source,
                  const char *name, sc_bytes_t sealed, apr_pool_t *p);

/* The member that says who is logged in: the first of CookieSessionUser that is a name,
 * not a pointer. NULL: none. */
const char *msc_form_user_member(request_rec *r);

/* "<p>-user" -> "<p>" and 1, for that end. */
int msc_form_realm(const char **realm, const char *name, const char *end, apr_pool_t *p);

/* 1 when the entry belongs to a login that the application has ended since: <p>-user is
 * not the user any more. */
int msc_form_over(request_rec *r, const sc_doc_t *doc, const char *name, apr_pool_t *p);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_AUTH_FORM_H
#define MSC_AUTH_FORM_H

#include "httpd/session/session.h"

/* mod_auth_form keeps three entries in a session: REALM-user, REALM-pw and REALM-site,
 * where REALM is the AuthName. */

/* Whether an entry of that name is a secret, which no cookie may show: REALM-pw, and
 * REALM-site where there is a REALM-user. `has` says whether there is an entry. */
bool msc_form_is_secret(const char *name,
                        bool (*has)(const void *baton, const char *name),
                        const void *baton);

/* The member that says who is logged in: the first of CookieSessionUser that is a name,
 * not a JSON Pointer. NULL: none. */
const char *msc_form_user_member(request_rec *r);

/* Takes "-user", or another end, off an entry's name. False: it has another end. */
bool msc_form_realm(const char **realm, const char *name, const char *end, apr_pool_t *p);

/* Whether the entry belongs to a login that the application has ended since then:
 * REALM-user is not the application's user any more. */
bool msc_form_is_over(request_rec *r, const sc_doc_t *doc, const char *name,
                      apr_pool_t *p);

#endif

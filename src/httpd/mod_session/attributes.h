/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_ATTRIBUTES_H
#define MSC_ATTRIBUTES_H

#include "httpd/request.h"

/* CookieSessionAttributes "Path=/; …": the attributes of a cookie that is written. */
const char *msc_attributes_directive(cmd_parms *cmd, void *dir, const char *arg);

/* Why a browser would drop a cookie with this name and these attributes (the prefixes
 * __Host- and __Secure-, RFC 6265bis 4.1.3), or NULL. `secure`: it will have Secure. */
const char *msc_attributes_refused(const msc_attributes_t *attributes, const char *name,
                                   bool secure);

/* The check_config hook, after the sources': every cookie that may be written against the
 * attributes of its scope, as far as one section knows both. */
int msc_attributes_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                         server_rec *base);

/* Gives a cookie its attributes. */
void msc_attributes_fill(msc_cookie_t *cookie, const msc_attributes_t *attributes,
                         apr_pool_t *p);

#endif

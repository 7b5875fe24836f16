/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_ATTRIBUTES_H
#define MSC_ATTRIBUTES_H

#include "httpd/config.h"

/* CookieSessionAttributes "Path=/; …": the attributes of a cookie that is written. */
const char *msc_attributes_directive(cmd_parms *cmd, void *dir, const char *arg);

/* Why a browser would drop a cookie with this name and these attributes (the prefixes
 * __Host- and __Secure-, RFC 6265bis 4.1.3), or NULL. `secure`: it will have Secure. */
const char *msc_attributes_refused(const msc_attributes_t *attributes, const char *name,
                                   int secure);

/* The check_config hook, after the sources': every cookie that may be written against the
 * attributes of its scope, as far as one section knows both. */
int msc_attributes_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                         server_rec *base);

/* 1 when the cookie goes over TLS, or the server says that its clients use it. */
int msc_attributes_tls(request_rec *r);

/* "NAME=VALUE; Path=/; …" the value of Set-Cookie. `lifetime` in seconds: 0
 * removes the cookie, -1 ends it with the browser. */
const char *msc_attributes_line(const msc_attributes_t *attributes, const char *name,
                                sc_bytes_t value, apr_int64_t lifetime, request_rec *r);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_TALLY_H
#define MSC_TALLY_H

#include "core/codec/session.h"
#include "httpd/session/source.h"

/* What is counted of lookups: by source and status, by key. */

/* The post_config hook, after msc_metrics_post_config. */
int msc_tally_post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                          server_rec *base);

/* A source was looked into, and this is what came of it. */
void msc_tally_lookup(const msc_source_t *source, sc_status_t status);

/* A session was found in it. */
void msc_tally_session(const msc_source_t *source, const sc_session_t *session,
                       apr_time_t now);

#endif

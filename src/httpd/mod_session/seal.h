/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_SEAL_H
#define MSC_SEAL_H

#include "httpd/session/session.h"

/* What is to be sealed. */
typedef struct {
    const msc_source_t *source;
    const sc_doc_t *doc;
    const sc_session_t *from; /* which it was made of, or NULL: a new session */
    apr_time_t expiry;        /* as mod_session has it, or 0 */
    bool is_rekey;            /* it keeps the time of issue of `from` */
} msc_sealing_t;

/* Seals a session, and opens a changed one again: what would be refused must not replace
 * the old one. */
sc_status_t msc_seal(sc_bytes_t *token, const msc_sealing_t *sealing,
                     apr_pool_t *p) SC_CHECK;

#endif

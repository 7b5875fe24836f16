/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_GRANT_H
#define SC_GRANT_H

#include "core/codec/codec.h"

/* What an alias stands for: a session, and to whom it may be handed over. */

typedef struct {
    const sc_doc_t *doc;
    bool is_tagged;     /* the document carries Flask's tags */
    apr_time_t issued;  /* of the session, as sc_session_t has them */
    apr_time_t expires; /* likewise */
    apr_time_t dies;    /* the alias itself */
    sc_bytes_t footer;  /* n is 0 where there is none; likewise the rest */
    sc_bytes_t origin;  /* what tells its source and its server from others */
    sc_bytes_t realm;
    sc_bytes_t challenge; /* sc_pkce_challenge */
    /* What a list of revocations may name it by. */
    sc_bytes_t source;
    sc_bytes_t user;
    sc_bytes_t key;
    sc_bytes_t digest;
} sc_grant_t;

/* As bytes, and back. All lives in p or in the bytes. MALFORMED, and what reading a
 * document within the limits may answer. */
sc_bytes_t sc_grant_write(const sc_grant_t *grant, apr_pool_t *p);
sc_status_t sc_grant_read(sc_grant_t *grant, sc_bytes_t bytes, const sc_limits_t *limits,
                          apr_pool_t *p) SC_CHECK;

/* The longest life of an alias. */
#define SC_ALIAS_LIFE_MAX (600 * APR_USEC_PER_SEC)

/* Whether the alias may be redeemed at this time: its end has not come, and is not
 * further away than that of any alias may be, as it is after a clock that was ahead has
 * been set back. The clocks of two servers may differ by a minute. */
bool sc_grant_is_alive(const sc_grant_t *grant, apr_time_t now);

/* A copy of a document with those of its members alone that are named. */
const sc_doc_t *sc_grant_members(const sc_doc_t *doc, const char *const *names, int n,
                                 apr_pool_t *p);

/* What is sealed with this codec for a grant, so that it does not outlive the session
 * that was handed over: the document, with exp and iat where the format has them, and the
 * session to seal it from (without a document: sc_codec_seal): when it was issued, or
 * earlier where the codec's max-age is longer, when it ends, and its footer, which is the
 * codec's own unless `is_same_source`. EXPIRED; UNSUPPORTED where the format can say
 * neither when a session was issued nor when it ends, or the grant knows neither. */
sc_status_t sc_grant_carry(const sc_doc_t **doc, sc_session_t *from,
                           const sc_grant_t *grant, const sc_codec_t *codec,
                           bool is_same_source, apr_time_t now, apr_pool_t *p) SC_CHECK;

/* Whether the codec's format can say when a session was issued, or when it ends. */
bool sc_grant_suits(const sc_codec_t *codec);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_FORMAT_H
#define SC_FORMAT_H

#include "core/envelope/envelope.h"
#include "core/serializer/coding.h"
#include "core/serializer/serializer.h"

/* The table of formats: envelope × payload coding × serializer × defaults, and what the
 * rest of the program asks of a format. Nobody outside of the table asks which format,
 * envelope or serializer it is: a question that a row does not answer is a new member. */

/* Where a session says when it ends. */
typedef enum {
    SC_END_IN_MEMBER,  /* nowhere of its own: a member must be added for it */
    SC_END_IN_TOKEN,   /* the token's timestamp and max-age */
    SC_END_IN_EXP,     /* PASETO's claim exp */
    SC_END_IN_EXPIRES, /* SecureCookie's member _expires, which opening takes out */
    SC_END_NOWHERE     /* nowhere, and a member cannot be added */
} sc_end_t;

/* How a format's peer counts age. */
typedef enum {
    SC_AGE_ITSDANGEROUS, /* whole seconds; a token from the future is refused */
    SC_AGE_DJANGO        /* with fractions; a token from the future is accepted */
} sc_age_t;

/* Which of several cookies with one name a format's peer reads. */
typedef enum { SC_FIRST_COOKIE, SC_LAST_COOKIE } sc_which_cookie_t;

typedef struct {
    const char *name;
    const sc_envelope_t *envelope;
    const sc_coding_t *coding; /* NULL: the payload stands in the token as it is */
    const sc_serializer_t *serializer;
    const sc_serializer_t *other; /* what serializer=NAME may choose instead, or NULL */

    sc_end_t end;
    sc_age_t age;
    sc_which_cookie_t which_cookie;
    bool remember_me; /* carries a user id, which begins a session, and nothing else */
    bool names_key;   /* the document's member key_id picks the key */
    bool is_id;       /* the token is an id, which may go unsigned: lookup= is a must, and
                       * what is stored is the bare payload */
    bool has_browser; /* the document may have Flask-Login's _id, which protect= checks */

    /* Defaults of the options. */
    char sep;
    const char *salt; /* NULL: no salt and no key derivation */
    sc_digest_t digest;
    sc_derivation_t derivation;
    int max_age; /* seconds, -1: off */
    int version;
    const char *purpose; /* PASETO: the only one that there is, or NULL */
} sc_format_t;

/* Row i of the table, or NULL after the last. */
const sc_format_t *sc_format_at(int i);

/* The row of that name, or NULL. */
const sc_format_t *sc_format_find(const char *name);

/* The names of all formats, separated by ", ". */
const char *sc_format_names(apr_pool_t *p);

/* Whether its tokens may be local and public PASETO alike. */
bool sc_format_takes_any_purpose(const sc_format_t *format);

#endif

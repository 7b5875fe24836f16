/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a session has been ended. What it may be listed by is worked out once for a
 * session that is remembered, and kept with it, together with the state of the table that
 * it was last checked against: as long as that is the table's state, nothing is looked
 * up.
 */

#include "httpd/session/revoked.h"
#include "httpd/count/metrics.h"
#include "core/codec/format.h"
#include "core/document/text.h"
#include <stdatomic.h>

/* By what a session may be listed: hashes for the table, 0 for what it has not. */
enum { USER_OF_SOURCE, USER, KEY, SESSION, SUBJECTS };

typedef struct {
    uint64_t hash[SUBJECTS];
    _Atomic(uint64_t) checked; /* not listed in this state of the table */
} subjects_t;

sc_bytes_t msc_revoked_user(const sc_session_t *session, const server_rec *s,
                            apr_pool_t *p)
{
    const msc_dir_t *conf =
        ap_get_module_config(s->lookup_defaults, &sessioncookie_module);

    for (int i = 0; i < conf->user.n; i++) {
        const sc_value_t *value;
        sc_bytes_t text;

        if (!sc_doc_find(&value, session->doc, conf->user.word[i]) ||
            sc_value_type(value) == SC_NULL)
            continue;
        if (sc_value_type(value) != SC_STRING && sc_value_type(value) != SC_NUMBER) break;
        if (!sc_value_text(&text, value, "", p)) break;
        return text;
    }
    return sc_bytes("", 0);
}

static sc_status_t digest_of(char digest[SC_REVOCATION_DIGEST + 1],
                             const sc_session_t *session, const msc_source_t *source,
                             apr_pool_t *p)
{
    sc_bytes_t what = session->id; /* its contents may change meanwhile */

    if (!what.p) what = sc_doc_write(session->doc, SC_TAGGED, SC_COMPACT, p);
    return sc_revocation_digest(digest, sc_bytes_str(source->text), what);
}

sc_status_t msc_revoked_facts(msc_revoked_facts_t *facts, const sc_session_t *session,
                              const msc_source_t *source, request_rec *r)
{
    char *digest = apr_palloc(r->pool, SC_REVOCATION_DIGEST + 1);
    sc_status_t status = digest_of(digest, session, source, r->pool);

    if (status) return status;
    *facts = (msc_revoked_facts_t){
        .source = sc_bytes_str(source->text),
        .user = msc_revoked_user(session, r->server, r->pool),
        .digest = sc_bytes_str(digest),
        .issued = session->issued,
    };
    if (session->key) facts->key = sc_bytes_str(session->key->id);
    return SC_OK;
}

static void find_subjects(subjects_t *subjects, const sc_revoked_t *table,
                          const msc_revoked_facts_t *facts)
{
    sc_revocation_t subject = {.kind = SC_REVOKE_USER, .name = facts->user};

    *subjects = (subjects_t){.checked = 0};
    if (facts->user.n) {
        subject.source = facts->source;
        subjects->hash[USER_OF_SOURCE] = sc_revoked_hash(table, &subject);
        subject.source = sc_bytes_str(SC_ANY_SOURCE);
        subjects->hash[USER] = sc_revoked_hash(table, &subject);
    }
    if (facts->key.n) {
        subject = (sc_revocation_t){.kind = SC_REVOKE_KEY, .name = facts->key};
        subjects->hash[KEY] = sc_revoked_hash(table, &subject);
    }
    if (facts->digest.n) {
        subject = (sc_revocation_t){.kind = SC_REVOKE_SESSION, .name = facts->digest};
        subjects->hash[SESSION] = sc_revoked_hash(table, &subject);
    }
}

/* Kept by the number of the server, whose table and CookieSessionUser are its own; no
 * scope of directives has such a number (msc_dir_number). */
static uint64_t note_number(const request_rec *r)
{
    return (uint64_t)0xffff << 48 | msc_server(r->server)->number;
}

static const void *copy_subjects(const void *subjects, apr_pool_t *p)
{
    return apr_pmemdup(p, subjects, sizeof(subjects_t));
}

static subjects_t *subjects_of(subjects_t *room, msc_kept_t *kept,
                               const sc_revoked_t *table, const sc_session_t *session,
                               const msc_source_t *source, request_rec *r)
{
    uint64_t number = note_number(r);
    const subjects_t *known = kept ? msc_kept_note(kept, number) : NULL;
    msc_revoked_facts_t facts;

    if (known) return (subjects_t *)known;
    if (msc_revoked_facts(&facts, session, source, r)) return NULL;
    find_subjects(room, table, &facts);
    if (!kept) return room;
    return (subjects_t *)msc_kept_add_note(kept, number, room, sizeof(*room),
                                           copy_subjects);
}

/* Whether an entry of that time ends a session. Where nobody can say when the session was
 * issued, a user's entry does so for ever or not at all: the user could never log in
 * again. So does the entry of a remember-me cookie, which says no more than the user. */
static bool ends(apr_time_t issued, bool is_remember_me, int subject, int64_t until)
{
    if (until < 0) return false;
    if (until == SC_BAN) return true;
    if (issued != SC_NEVER) return apr_time_sec(issued) <= until;
    return subject == KEY || (subject == SESSION && !is_remember_me);
}

static bool is_listed(const subjects_t *subjects, const sc_revoked_t *table,
                      apr_time_t issued, bool is_remember_me)
{
    for (int i = 0; i < SUBJECTS; i++) {
        if (ends(issued, is_remember_me, i, sc_revoked_until(table, subjects->hash[i])))
            return true;
    }
    return false;
}

bool msc_revoked_by_facts(const msc_revoked_facts_t *facts, request_rec *r)
{
    const sc_revoked_t *table = msc_revocation_table(r->server);
    subjects_t subjects;

    if (!table || !sc_revoked_entries(table)) return false;
    find_subjects(&subjects, table, facts);
    return is_listed(&subjects, table, facts->issued, false);
}

sc_status_t msc_revoked(uint64_t *checked, msc_kept_t *kept, const sc_session_t *session,
                        const msc_source_t *source, request_rec *r)
{
    const sc_revoked_t *table = msc_revocation_table(r->server);
    uint64_t generation;
    subjects_t room, *subjects;

    if (!table) return SC_OK;
    generation = sc_revoked_generation(table);
    if (*checked == generation) return SC_OK;
    if (sc_revoked_entries(table)) {
        subjects = subjects_of(&room, kept, table, session, source, r);
        if (!subjects) return SC_ERROR;
        if (atomic_load_explicit(&subjects->checked, memory_order_relaxed) !=
                generation &&
            is_listed(subjects, table, session->issued,
                      session->codec->format->remember_me))
            return SC_REVOKED;
        atomic_store_explicit(&subjects->checked, generation, memory_order_relaxed);
    }
    *checked = generation;
    return SC_OK;
}

static sc_status_t add(const sc_revocation_t *entry, const server_rec *s, apr_pool_t *p)
{
    sc_status_t status = msc_revocation_add(s, entry, p);

    if (!status) msc_metric_count(MSC_REVOCATIONS, 0);
    return status;
}

sc_status_t msc_revoked_add_session(const sc_session_t *session,
                                    const msc_source_t *source, const server_rec *s,
                                    apr_pool_t *p)
{
    char digest[SC_REVOCATION_DIGEST + 1];
    sc_revocation_t entry = {.kind = SC_REVOKE_SESSION, .until = msc_revocation_now()};
    sc_status_t status = digest_of(digest, session, source, p);

    if (status) return status;
    entry.name = sc_bytes_str(digest);
    return add(&entry, s, p);
}

sc_status_t msc_revoked_add_user(sc_bytes_t user, const char *source, int64_t until,
                                 const server_rec *s, apr_pool_t *p)
{
    const sc_revocation_t entry = {SC_REVOKE_USER, sc_bytes_str(source), user, until};

    return add(&entry, s, p);
}

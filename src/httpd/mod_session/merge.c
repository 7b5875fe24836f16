/* SPDX-License-Identifier: Apache-2.0 */
/* Between the session's document, whose values have types, and mod_session's entries. A
 * consumer sees and sets text in a table that ignores case. What it changed is found by
 * comparing the table with what it was given: an entry with the same text leaves its
 * member as it was, with its type, tag and place. Members that have no text (null, or
 * with a NUL in it) are never touched. */

#include "httpd/mod_session/merge.h"
#include "core/base/utf8.h"
#include "httpd/export/env.h"
#include "httpd/mod_session/auth_form.h"
#include "httpd/mod_session/retype.h"
#include "httpd/session/vault.h"
#include "apr_hash.h"

/* mod_session's own entry, which it sets in the table itself. */
#define EXPIRY "expiry"

typedef struct {
    const char *name;
    const char *text;
    sc_type_t type;
} given_t;

/* An entry of the table as the consumers left it. */
typedef struct {
    const char *name;
    const char *text;
    bool known;   /* belongs to a given member */
    bool changed; /* was put into the document */
} entry_t;

typedef struct {
    sc_doc_t *doc;
    const msc_source_t *source;
    const apr_array_header_t *given; /* given_t */
    apr_array_header_t *entries;     /* entry_t */
    apr_hash_t *by_name;             /* name -> entry_t * */
    apr_hash_t *given_by_name;       /* name -> given_t * */
    apr_hash_t *folded;              /* name in lower case -> entry_t *, the first */
    apr_hash_t *folded_given;        /* likewise -> given_t *, see fold_given */
    bool changed;
    int refused; /* entries that cannot be written */
    request_rec *r;
    apr_pool_t *pool;
} merge_t;

/* --- giving --- */

typedef struct {
    apr_table_t *entries;
    apr_array_header_t *given;
    const msc_found_t *found;
    request_rec *r;
    apr_pool_t *pool;
} fill_t;

static bool was_in_doc(const void *baton, const char *name)
{
    const fill_t *fill = baton;
    const sc_value_t *value;

    return *name != '/' && sc_doc_find(&value, fill->found->session->doc, name);
}

static const char *entry_text(fill_t *fill, const char *name, const sc_value_t *value)
{
    const char *text;

    if (sc_value_type(value) == SC_STRING && msc_form_is_secret(name, was_in_doc, fill) &&
        msc_vault_open(&text, NULL, fill->found->source->vault, name,
                       sc_value_string(value), fill->pool))
        return text;
    return msc_env_text(fill->r, value, fill->pool);
}

static int give_member(void *baton, sc_bytes_t bytes, const sc_value_t *value)
{
    fill_t *fill = baton;
    const char *name, *text;
    given_t *given;

    if (bytes.n && memchr(bytes.p, 0, bytes.n)) return 0;
    name = apr_pstrmemdup(fill->pool, (const char *)bytes.p, bytes.n);
    if (msc_form_is_over(fill->r, fill->found->session->doc, name, fill->pool)) return 0;
    text = entry_text(fill, name, value);
    if (!text) return 0;
    /* Added, not set: a table ignores case, and `User` and `user` are two members. */
    apr_table_addn(fill->entries, name, text);
    given = apr_array_push(fill->given);
    given->name = name;
    given->text = text;
    given->type = sc_value_type(value);
    return 0;
}

const apr_array_header_t *msc_merge_fill(apr_table_t *entries, request_rec *r,
                                         const msc_found_t *found, apr_pool_t *p)
{
    fill_t fill = {entries, apr_array_make(p, 8, sizeof(given_t)), found, r, p};

    if (found->session) sc_doc_each(found->session->doc, SC_PLAIN, give_member, &fill);
    return fill.given;
}

/* --- changing --- */

static bool is_in_entries(const void *baton, const char *name)
{
    const merge_t *m = baton;

    return apr_hash_get(m->by_name, name, APR_HASH_KEY_STRING) != NULL;
}

static void put_entry(merge_t *m, const char *name, sc_type_t type, entry_t *entry)
{
    const char *text = entry->text;

    if (!sc_utf8_valid(sc_bytes_str(name)) || !sc_utf8_valid(sc_bytes_str(text))) {
        m->refused++;
        return;
    }
    if (msc_form_is_secret(name, is_in_entries, m)) {
        type = SC_STRING;
        if (!msc_vault_seal(&text, m->source->vault, name, text, m->pool)) {
            m->refused++;
            return;
        }
    }
    sc_doc_put(m->doc, sc_bytes_str(name),
               msc_retype(m->source->codec, type, text, m->pool));
    entry->changed = true;
    m->changed = true;
}

static void remove_member(merge_t *m, const char *name)
{
    sc_doc_remove(m->doc, sc_bytes_str(name));
    m->changed = true;
}

static const char *lower_case(const char *name, apr_pool_t *p)
{
    char *folded = apr_pstrdup(p, name);

    ap_str_tolower(folded);
    return folded;
}

/* One given member against the entries. Of names that differ in case only, setting one
 * removes all others from the table: a member that is missing for that reason stays. One
 * whose name is missing in every case was removed by the consumer. */
static void compare_member(merge_t *m, const given_t *given)
{
    entry_t *entry = apr_hash_get(m->by_name, given->name, APR_HASH_KEY_STRING);
    const char *folded = lower_case(given->name, m->pool);
    entry_t *like = apr_hash_get(m->folded, folded, APR_HASH_KEY_STRING);
    const given_t *other;

    if (!strcmp(folded, EXPIRY)) return;
    if (!entry && like) {
        other = apr_hash_get(m->folded_given, folded, APR_HASH_KEY_STRING);
        /* `User` is gone and `user` is there: to the consumer they are one name. */
        if (other == given)
            entry = like;
        else
            return;
    }
    if (!entry) {
        remove_member(m, given->name);
        return;
    }
    entry->known = true;
    if (strcmp(entry->text, given->text)) put_entry(m, given->name, given->type, entry);
}

static int collect_entry(void *baton, const char *name, const char *text)
{
    merge_t *m = baton;
    const char *folded = lower_case(name, m->pool);
    entry_t *entry;

    if (!strcmp(folded, EXPIRY)) return 1;
    /* Of two entries with one name, the first, as apr_table_get has it. */
    if (apr_hash_get(m->by_name, name, APR_HASH_KEY_STRING)) return 1;
    entry = apr_pcalloc(m->pool, sizeof(*entry));
    entry->name = name;
    entry->text = text;
    APR_ARRAY_PUSH(m->entries, entry_t *) = entry;
    apr_hash_set(m->by_name, name, APR_HASH_KEY_STRING, entry);
    if (!apr_hash_get(m->folded, folded, APR_HASH_KEY_STRING))
        apr_hash_set(m->folded, folded, APR_HASH_KEY_STRING, entry);
    return 1;
}

/* Which given members are the only ones of their name in any case: folded_given has
 * these; for a name that several share, it has a pointer to neither. */
static void fold_given(merge_t *m)
{
    static const given_t several;

    for (int i = 0; i < m->given->nelts; i++) {
        const given_t *given = &APR_ARRAY_IDX(m->given, i, given_t);
        const char *folded = lower_case(given->name, m->pool);
        bool taken = apr_hash_get(m->folded_given, folded, APR_HASH_KEY_STRING) != NULL;

        apr_hash_set(m->folded_given, folded, APR_HASH_KEY_STRING,
                     taken ? &several : given);
        apr_hash_set(m->given_by_name, given->name, APR_HASH_KEY_STRING, given);
    }
}

/* --- a login by mod_auth_form, for the application --- */

static entry_t *realm_entry(merge_t *m, const char *realm, const char *end)
{
    return apr_hash_get(m->by_name, apr_pstrcat(m->pool, realm, end, NULL),
                        APR_HASH_KEY_STRING);
}

/* Who logs in becomes the application's user too. */
static void log_in(merge_t *m, const char *member)
{
    for (int i = 0; i < m->entries->nelts; i++) {
        entry_t *user = APR_ARRAY_IDX(m->entries, i, entry_t *), *pw;
        const char *realm;

        if (!msc_form_realm(&realm, user->name, "-user", m->pool)) continue;
        pw = realm_entry(m, realm, "-pw");
        if (!pw || !(user->changed || pw->changed) ||
            !sc_utf8_valid(sc_bytes_str(user->text)))
            continue;
        sc_doc_put(m->doc, sc_bytes_str(member),
                   sc_value_make_string(sc_bytes_str(user->text)));
        m->changed = true;
    }
}

static bool member_is(merge_t *m, const char *name, const char *text)
{
    const sc_value_t *value;

    return sc_doc_find(&value, m->doc, name) && sc_value_type(value) == SC_STRING &&
           sc_bytes_eq(sc_value_string(value), sc_bytes_str(text));
}

/* Who logs out is not the application's user any more. */
static void log_out(merge_t *m, const char *member)
{
    for (int i = 0; i < m->given->nelts; i++) {
        const given_t *user = &APR_ARRAY_IDX(m->given, i, given_t);
        const char *realm;

        if (!msc_form_realm(&realm, user->name, "-user", m->pool)) continue;
        if (!apr_hash_get(m->given_by_name, apr_pstrcat(m->pool, realm, "-pw", NULL),
                          APR_HASH_KEY_STRING))
            continue;
        if (!realm_entry(m, realm, "-user") && member_is(m, member, user->text))
            remove_member(m, member);
    }
}

static void report_refused(const merge_t *m)
{
    if (!m->refused) return;
    ap_log_rerror(
        APLOG_MARK, APLOG_WARNING, 0, m->r,
        "%d changed entries of the session are not written (%s): they are not UTF-8, "
        "or are passwords and the source has no secret key to encrypt them",
        m->refused, m->source->text);
}

bool msc_merge(const sc_doc_t **doc, request_rec *r, const sc_doc_t *from,
               const apr_array_header_t *given, const apr_table_t *entries,
               const msc_source_t *source, apr_pool_t *p)
{
    merge_t m = {.source = source, .given = given, .r = r, .pool = p};
    const char *member = msc_form_user_member(r);

    m.doc =
        from ? sc_doc_dup(from, p) : sc_doc_make(sc_codec_is_tagged(source->codec), p);
    if (!given) m.given = apr_array_make(p, 0, sizeof(given_t));
    m.entries = apr_array_make(p, 8, sizeof(entry_t *));
    m.by_name = apr_hash_make(p);
    m.given_by_name = apr_hash_make(p);
    m.folded = apr_hash_make(p);
    m.folded_given = apr_hash_make(p);
    apr_table_do(collect_entry, &m, entries, NULL);
    fold_given(&m);
    for (int i = 0; i < m.given->nelts; i++)
        compare_member(&m, &APR_ARRAY_IDX(m.given, i, given_t));
    for (int i = 0; i < m.entries->nelts; i++) {
        entry_t *entry = APR_ARRAY_IDX(m.entries, i, entry_t *);

        if (!entry->known) put_entry(&m, entry->name, SC_STRING, entry);
    }
    if (member) {
        log_in(&m, member);
        log_out(&m, member);
    }
    report_refused(&m);
    *doc = m.doc;
    return m.changed;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The list of variables that a session becomes. An application may keep a thousand
 * members in a session: what is done for each must not depend on how many there are. A
 * few are searched one by one, which is cheaper than a hash. */

#include "httpd/export/variables.h"
#include "core/base/chars.h"
#include <apr_cstr.h>
#include <apr_hash.h>
#include <apr_strings.h>

#define FEW 24

struct msc_variables_t {
    apr_pool_t *pool;
    apr_table_t *env; /* a variable has the same place in both */
    apr_table_t *notes;
    apr_hash_t *by_note; /* note -> its entry's place, int *; NULL while they are few */
    apr_uint64_t beginnings; /* bits of all notes' first letters */
    apr_uint64_t endings;    /* of their last letters and lengths */
};

/* The bit of a name's first three letters. */
static apr_uint64_t beginning_of(const char *name)
{
    unsigned sum = 0;

    for (int i = 0; i < 3 && name[i]; i++)
        sum = sum * 31 + ((unsigned char)name[i] | 0x20u); /* in any case */
    return (apr_uint64_t)1 << sum % 64;
}

/* The bit of a note's last two letters and its length: those of one session begin alike.
 */
static apr_uint64_t ending_of(const char *note, apr_size_t n)
{
    unsigned sum = (unsigned)n;

    if (n > 1)
        sum += (unsigned char)note[n - 1] * 31u + (unsigned char)note[n - 2] * 961u;
    return (apr_uint64_t)1 << (sum * 0x9E3779B1u >> 26);
}

static int count(const msc_variables_t *variables)
{
    return apr_table_elts(variables->env)->nelts;
}

static apr_table_entry_t *entry_at(const apr_table_t *table, int i)
{
    return &APR_ARRAY_IDX(apr_table_elts(table), i, apr_table_entry_t);
}

msc_variables_t *msc_variables_make(apr_pool_t *p)
{
    msc_variables_t *variables = apr_palloc(p, sizeof(*variables));

    variables->pool = p;
    variables->env = apr_table_make(p, FEW);
    variables->notes = apr_table_make(p, FEW);
    variables->by_note = NULL;
    variables->beginnings = 0;
    variables->endings = 0;
    return variables;
}

/* The place of the variable whose name in lower case is this, or -1. */
static int find_note(const msc_variables_t *variables, const char *note, apr_size_t n)
{
    const int *at;

    if (variables->by_note) {
        at = apr_hash_get(variables->by_note, note, (apr_ssize_t)n);
        return at ? *at : -1;
    }
    for (int i = 0; i < count(variables); i++)
        if (!strcmp(entry_at(variables->notes, i)->key, note)) return i;
    return -1;
}

/* Places from `first` on. */
static void index_notes(msc_variables_t *variables, int first)
{
    if (!variables->by_note) variables->by_note = apr_hash_make(variables->pool);
    for (int i = first; i < count(variables); i++) {
        int *at = apr_palloc(variables->pool, sizeof(*at));

        *at = i;
        apr_hash_set(variables->by_note, entry_at(variables->notes, i)->key,
                     APR_HASH_KEY_STRING, at);
    }
}

const char *msc_variables_note(const char *name, apr_size_t n, apr_pool_t *p)
{
    char *note = apr_palloc(p, n + 1);

    for (apr_size_t i = 0; i < n; i++)
        note[i] = (char)sc_char_lower((unsigned char)name[i]);
    note[n] = '\0';
    return note;
}

/* Adds one that is not there. */
static void append(msc_variables_t *variables, const char *name, const char *note,
                   const char *text)
{
    apr_table_addn(variables->env, name, text);
    apr_table_addn(variables->notes, note, text);
    if (count(variables) > FEW)
        index_notes(variables, variables->by_note ? count(variables) - 1 : 0);
}

/* The place of a variable that is there; or -1, and it was added. */
static int find_or_append(msc_variables_t *variables, const char *name, const char *note,
                          apr_size_t n, const char *text)
{
    apr_uint64_t ending = ending_of(note, n);
    int i = variables->endings & ending ? find_note(variables, note, n) : -1;

    if (i >= 0) return i;
    append(variables, name, note, text);
    variables->beginnings |= beginning_of(note);
    variables->endings |= ending;
    return -1;
}

bool msc_variables_add(msc_variables_t *variables, const char *name, const char *note,
                       apr_size_t n, const char *text)
{
    return find_or_append(variables, name, note, n, text) < 0;
}

void msc_variables_set(msc_variables_t *variables, const char *name, const char *note,
                       apr_size_t n, const char *text)
{
    int i = find_or_append(variables, name, note, n, text);

    if (i < 0) return;
    entry_at(variables->env, i)->val = (char *)text;
    entry_at(variables->notes, i)->val = (char *)text;
}

bool msc_variables_has(const msc_variables_t *variables, const char *name, apr_pool_t *p)
{
    if (!(variables->beginnings & beginning_of(name))) return false;
    if (variables->by_note) {
        apr_size_t n = strlen(name);

        return find_note(variables, msc_variables_note(name, n, p), n) >= 0;
    }
    for (int i = 0; i < count(variables); i++) {
        const char *other = entry_at(variables->env, i)->key;

        if (((*name ^ *other) & 0x5f) == 0 && !apr_cstr_casecmp(name, other)) return true;
    }
    return false;
}

static bool has_any(const apr_table_t *table, const msc_variables_t *variables,
                    apr_pool_t *p)
{
    const apr_array_header_t *present = apr_table_elts(table);

    for (int i = 0; i < present->nelts; i++)
        if (msc_variables_has(variables, APR_ARRAY_IDX(present, i, apr_table_entry_t).key,
                              p))
            return true;
    return false;
}

/* Hardly a table has a name that begins as ours do, unless it is one of ours. */
static bool may_have_any(const apr_table_t *table, const msc_variables_t *variables)
{
    const apr_array_header_t *present = apr_table_elts(table);

    for (int i = 0; i < present->nelts; i++) {
        const char *name = APR_ARRAY_IDX(present, i, apr_table_entry_t).key;

        if (variables->beginnings & beginning_of(name)) return true;
    }
    return false;
}

/* The table is filled anew: apr_table_unset moves the rest of the table each time. */
void msc_variables_drop(apr_table_t *from, const msc_variables_t *variables,
                        apr_pool_t *p)
{
    const apr_array_header_t *present;

    if (!may_have_any(from, variables) || !has_any(from, variables, p)) return;
    present = apr_array_copy(p, apr_table_elts(from));
    apr_table_clear(from);
    for (int i = 0; i < present->nelts; i++) {
        const apr_table_entry_t *entry = &APR_ARRAY_IDX(present, i, apr_table_entry_t);

        if (!msc_variables_has(variables, entry->key, p))
            apr_table_addn(from, entry->key, entry->val);
    }
}

/* Two blocks of memory are appended. (An APR that was built to find faults with pools
 * wants the variables' pool to be an ancestor of the request's.) */
void msc_variables_publish(apr_table_t *env, apr_table_t *notes,
                           const msc_variables_t *variables, apr_pool_t *p)
{
    msc_variables_drop(env, variables, p);
    msc_variables_drop(notes, variables, p);
    apr_table_overlap(env, variables->env, APR_OVERLAP_TABLES_ADD);
    apr_table_overlap(notes, variables->notes, APR_OVERLAP_TABLES_ADD);
}

msc_variables_t *msc_variables_copy(const msc_variables_t *variables, apr_pool_t *p)
{
    msc_variables_t *copy = apr_pmemdup(p, variables, sizeof(*variables));

    copy->pool = p;
    copy->env = apr_table_make(p, count(variables));
    copy->notes = apr_table_make(p, count(variables));
    copy->by_note = NULL;
    for (int i = 0; i < count(variables); i++) {
        const apr_table_entry_t *entry = entry_at(variables->env, i);

        append(copy, apr_pstrdup(p, entry->key),
               apr_pstrdup(p, entry_at(variables->notes, i)->key),
               apr_pstrdup(p, entry->val));
    }
    return copy;
}

#define TABLE 384 /* about what a table takes without its entries */

apr_size_t msc_variables_size(const msc_variables_t *variables)
{
    int n = count(variables);
    apr_size_t size =
        sizeof(*variables) + 2 * (TABLE + (apr_size_t)n * sizeof(apr_table_entry_t));

    for (int i = 0; i < n; i++) {
        const apr_table_entry_t *entry = entry_at(variables->env, i);

        size += 2 * strlen(entry->key) + strlen(entry->val) + 3;
    }
    return size;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The list of variables that a session becomes. An application may keep a thousand
 * members in a session: what is done for each must not depend on how many there are. A
 * few are searched one by one, which is cheaper than a hash. */

#include "httpd/export/variables.h"
#include "core/base/chars.h"
#include <apr_cstr.h>
#include <apr_hash.h>

#define FEW 24

struct msc_variables_t {
    apr_pool_t *pool;
    apr_array_header_t *list; /* msc_variable_t * */
    apr_hash_t *by_note;      /* note -> msc_variable_t *; NULL while they are few */
};

static msc_variable_t *variable_at(const msc_variables_t *variables, int i)
{
    return APR_ARRAY_IDX(variables->list, i, msc_variable_t *);
}

msc_variables_t *msc_variables_make(apr_pool_t *p)
{
    msc_variables_t *variables = apr_palloc(p, sizeof(*variables));

    variables->pool = p;
    variables->list = apr_array_make(p, FEW, sizeof(msc_variable_t *));
    variables->by_note = NULL;
    return variables;
}

/* The variable whose name in lower case is this. */
static msc_variable_t *find_note(const msc_variables_t *variables, const char *note,
                                 apr_size_t n)
{
    if (variables->by_note) return apr_hash_get(variables->by_note, note, (apr_ssize_t)n);
    for (int i = 0; i < variables->list->nelts; i++) {
        msc_variable_t *variable = variable_at(variables, i);

        if (variable->n == n && !memcmp(variable->note, note, n)) return variable;
    }
    return NULL;
}

static void index_variable(msc_variables_t *variables, const msc_variable_t *variable)
{
    apr_hash_set(variables->by_note, variable->note, (apr_ssize_t)variable->n, variable);
}

/* The first n bytes of a name in lower case. */
static const char *note_of(const char *name, apr_size_t n, apr_pool_t *p)
{
    char *note = apr_palloc(p, n + 1);

    for (apr_size_t i = 0; i < n; i++)
        note[i] = (char)sc_char_lower((unsigned char)name[i]);
    note[n] = '\0';
    return note;
}

msc_variable_t *msc_variables_add(msc_variables_t *variables, const char *name,
                                  apr_size_t n, const char *text)
{
    const char *note = note_of(name, n, variables->pool);
    msc_variable_t *variable = find_note(variables, note, n);

    if (variable) return variable;
    variable = apr_palloc(variables->pool, sizeof(*variable));
    *variable = (msc_variable_t){name, note, n, text};
    APR_ARRAY_PUSH(variables->list, msc_variable_t *) = variable;
    if (variables->by_note) {
        index_variable(variables, variable);
    }
    else if (variables->list->nelts > FEW) {
        variables->by_note = apr_hash_make(variables->pool);
        for (int i = 0; i < variables->list->nelts; i++)
            index_variable(variables, variable_at(variables, i));
    }
    return NULL;
}

bool msc_variables_has(const msc_variables_t *variables, const char *name, apr_pool_t *p)
{
    if (variables->by_note) {
        apr_size_t n = strlen(name);

        return find_note(variables, note_of(name, n, p), n) != NULL;
    }
    for (int i = 0; i < variables->list->nelts; i++) {
        const char *other = variable_at(variables, i)->name;

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

/* The table is filled anew: apr_table_unset moves the rest of the table each time. */
void msc_variables_drop(apr_table_t *from, const msc_variables_t *variables,
                        apr_pool_t *p)
{
    const apr_array_header_t *present;

    if (!has_any(from, variables, p)) return;
    present = apr_array_copy(p, apr_table_elts(from));
    apr_table_clear(from);
    for (int i = 0; i < present->nelts; i++) {
        const apr_table_entry_t *entry = &APR_ARRAY_IDX(present, i, apr_table_entry_t);

        if (!msc_variables_has(variables, entry->key, p))
            apr_table_addn(from, entry->key, entry->val);
    }
}

void msc_variables_publish(apr_table_t *env, apr_table_t *notes,
                           const msc_variables_t *variables, apr_pool_t *p)
{
    msc_variables_drop(env, variables, p);
    msc_variables_drop(notes, variables, p);
    for (int i = 0; i < variables->list->nelts; i++) {
        const msc_variable_t *variable = variable_at(variables, i);

        apr_table_addn(env, variable->name, variable->text);
        apr_table_addn(notes, variable->note, variable->text);
    }
}

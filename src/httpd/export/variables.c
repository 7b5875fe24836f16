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
    apr_uint64_t beginnings;  /* bits of all notes' first letters */
    apr_uint64_t endings;     /* of their last letters and lengths */
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
    variables->beginnings = 0;
    variables->endings = 0;
    return variables;
}

/* The variable whose name in lower case is this. */
static msc_variable_t *find_note(const msc_variables_t *variables, const char *note,
                                 apr_size_t n)
{
    if (!(variables->endings & ending_of(note, n))) return NULL;
    if (variables->by_note) return apr_hash_get(variables->by_note, note, (apr_ssize_t)n);
    for (int i = 0; i < variables->list->nelts; i++) {
        msc_variable_t *variable = variable_at(variables, i);

        if (variable->n == n && !memcmp(variable->note, note, n)) return variable;
    }
    return NULL;
}

static void index_variable(apr_hash_t *by_note, const msc_variable_t *variable)
{
    apr_hash_set(by_note, variable->note, (apr_ssize_t)variable->n, variable);
}

static apr_hash_t *index_all(const msc_variables_t *variables, apr_pool_t *p)
{
    apr_hash_t *by_note = apr_hash_make(p);

    for (int i = 0; i < variables->list->nelts; i++)
        index_variable(by_note, variable_at(variables, i));
    return by_note;
}

const char *msc_variables_note(const char *name, apr_size_t n, apr_pool_t *p)
{
    char *note = apr_palloc(p, n + 1);

    for (apr_size_t i = 0; i < n; i++)
        note[i] = (char)sc_char_lower((unsigned char)name[i]);
    note[n] = '\0';
    return note;
}

msc_variable_t *msc_variables_add(msc_variables_t *variables, const char *name,
                                  const char *note, apr_size_t n, const char *text)
{
    msc_variable_t *variable = find_note(variables, note, n);

    if (variable) return variable;
    variable = apr_palloc(variables->pool, sizeof(*variable));
    *variable = (msc_variable_t){name, note, n, text};
    APR_ARRAY_PUSH(variables->list, msc_variable_t *) = variable;
    variables->beginnings |= beginning_of(note);
    variables->endings |= ending_of(note, n);
    if (variables->by_note)
        index_variable(variables->by_note, variable);
    else if (variables->list->nelts > FEW)
        variables->by_note = index_all(variables, variables->pool);
    return NULL;
}

bool msc_variables_has(const msc_variables_t *variables, const char *name, apr_pool_t *p)
{
    if (!(variables->beginnings & beginning_of(name))) return false;
    if (variables->by_note) {
        apr_size_t n = strlen(name);

        return find_note(variables, msc_variables_note(name, n, p), n) != NULL;
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
    msc_variables_t indexed = *variables;

    if (!may_have_any(from, variables)) return;
    if (!indexed.by_note && indexed.list->nelts > FEW)
        indexed.by_note = index_all(&indexed, p); /* a copy has none */
    variables = &indexed;
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

/* --- a copy in one piece: the list, its elements, the variables, their strings --- */

typedef struct {
    msc_variables_t variables;
    apr_array_header_t list;
    const msc_variable_t *elements[];
} copy_t;

/* Where the variables begin, which hold pointers as the elements do. */
static apr_size_t front_size(int n)
{
    return sizeof(copy_t) + (apr_size_t)n * sizeof(msc_variable_t *);
}

apr_size_t msc_variables_size(const msc_variables_t *variables)
{
    int n = variables->list->nelts;
    apr_size_t size = front_size(n) + (apr_size_t)n * sizeof(msc_variable_t);

    for (int i = 0; i < n; i++) {
        const msc_variable_t *variable = variable_at(variables, i);

        size += 2 * (variable->n + 1) + strlen(variable->text) + 1;
    }
    return size;
}

static const char *append(char **to, const char *text, apr_size_t n)
{
    char *at = *to;

    memcpy(at, text, n + 1);
    *to += n + 1;
    return at;
}

const msc_variables_t *msc_variables_copy(void *to, const msc_variables_t *variables)
{
    int n = variables->list->nelts;
    copy_t *copy = to;
    msc_variable_t *variable = (void *)((char *)to + front_size(n));
    char *strings = (char *)(variable + n);

    copy->variables = *variables;
    copy->variables.pool = NULL;
    copy->variables.by_note = NULL;
    copy->variables.list = &copy->list;
    copy->list = *variables->list;
    copy->list.pool = NULL;
    copy->list.elts = (char *)copy->elements;
    for (int i = 0; i < n; i++, variable++) {
        *variable = *variable_at(variables, i);
        variable->name = append(&strings, variable->name, variable->n);
        variable->note = append(&strings, variable->note, variable->n);
        variable->text = append(&strings, variable->text, strlen(variable->text));
        copy->elements[i] = variable;
    }
    return &copy->variables;
}

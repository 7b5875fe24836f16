/* SPDX-License-Identifier: Apache-2.0 */
/* The list of environment variables: names in any case, few and many. */

#include "httpd/export/variables.h"
#include "tap.h"
#include <apr_general.h>
#include <apr_strings.h>

static bool add(msc_variables_t *variables, const char *name, const char *text,
                apr_pool_t *p)
{
    apr_size_t n = strlen(name);

    return msc_variables_add(variables, name, msc_variables_note(name, n, p), n, text);
}

static msc_variables_t *numbered(int n, apr_pool_t *p)
{
    msc_variables_t *variables = msc_variables_make(p);
    int i;

    for (i = 0; i < n; i++) {
        char *name = apr_psprintf(p, "S_N%d", i);

        (void)add(variables, name, name, p);
    }
    return variables;
}

/* Whatever it was made of may be gone. */
static void test_copies(int n, apr_pool_t *p)
{
    apr_table_t *env = apr_table_make(p, 4), *notes = apr_table_make(p, 4);
    char *last = apr_psprintf(p, "s_N%d", n - 1);
    const msc_variables_t *copy;
    apr_pool_t *own;

    apr_pool_create(&own, p);
    copy = msc_variables_copy(numbered(n, own), p);
    apr_pool_destroy(own);
    apr_table_addn(env, "S_n0", "old");
    apr_table_addn(env, "S_N", "stays");
    msc_variables_publish(env, notes, copy, p);
    ok(apr_table_elts(env)->nelts == n + 1 && apr_table_elts(notes)->nelts == n,
       "%d variables copied: each stands once, in place of what was there", n);
    is(apr_table_get(env, last), apr_psprintf(p, "S_N%d", n - 1),
       "%d variables copied: the last", n);
    is(apr_table_get(env, "S_N"), "stays", "%d variables copied: others stay", n);
    msc_variables_drop(env, copy, p);
    ok(apr_table_elts(env)->nelts == 1, "%d variables copied: all are dropped", n);
    ok(msc_variables_size(copy) > (apr_size_t)n * 2 * sizeof(apr_table_entry_t),
       "%d variables copied: their size counts both tables", n);
}

static void test_names(int n, apr_pool_t *p)
{
    msc_variables_t *variables = numbered(n, p);
    char *name = apr_psprintf(p, "s_N%d", n - 1);
    apr_table_t *env = apr_table_make(p, 4), *notes = apr_table_make(p, 4);

    ok(!add(variables, "s_n0", "again", p) && !add(variables, name, "again", p),
       "%d variables: a name is found in any case", n);
    ok(add(variables, "S_N", "x", p) && add(variables, "S_N0_", "x", p),
       "%d variables: a name that is longer or shorter is another one", n);
    msc_variables_set(variables, name, msc_variables_note(name, strlen(name), p),
                      strlen(name), "replaced");

    apr_table_addn(env, "S_OTHER", "stays");
    apr_table_addn(env, "S_n0", "old");
    apr_table_addn(env, "S_N0", "old");
    apr_table_addn(notes, "S_N0", "old");
    msc_variables_publish(env, notes, variables, p);
    ok(apr_table_elts(env)->nelts == n + 3 && apr_table_elts(notes)->nelts == n + 2,
       "%d variables: each stands once, in place of what was there", n);
    is(apr_table_get(env, "S_N0"), "S_N0",
       "%d variables: the first stays, the old one is gone", n);
    is(apr_table_get(env, name), "replaced", "%d variables: a text can be replaced", n);
    is(apr_table_get(env, "S_OTHER"), "stays", "%d variables: others stay", n);
    is(APR_ARRAY_IDX(apr_table_elts(notes), 0, apr_table_entry_t).key, "s_n0",
       "%d variables: notes are in lower case", n);

    msc_variables_drop(env, variables, p);
    ok(apr_table_elts(env)->nelts == 1, "%d variables: all are dropped, others stay", n);
}

int main(void)
{
    static const int sizes[] = {2, 3, 23, 24, 25, 26, 1000};
    apr_pool_t *p;
    apr_size_t i;

    apr_initialize();
    apr_pool_create(&p, NULL);
    for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        test_names(sizes[i], p);
        test_copies(sizes[i], p);
    }
    apr_pool_destroy(p);
    return done();
}

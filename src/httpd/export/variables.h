/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_VARIABLES_H
#define MSC_VARIABLES_H

#include <stdbool.h>
#include <apr_tables.h>

/* The environment variables that a session becomes, and the same as notes in lower case:
 * in order, each name once whatever its case, found in constant time however many there
 * are. httpd's tables compare a name with all others that begin alike. */
typedef struct msc_variables_t msc_variables_t;

msc_variables_t *msc_variables_make(apr_pool_t *p);

/* The n bytes of a name in lower case. */
const char *msc_variables_note(const char *name, apr_size_t n, apr_pool_t *p);

/* Adds a variable whose name has n bytes, unless there is one of that name: false, and
 * that is left as it was. Name, note and text are not copied. */
bool msc_variables_add(msc_variables_t *variables, const char *name, const char *note,
                       apr_size_t n, const char *text);

/* The same, but the text replaces that of a variable which is there. */
void msc_variables_set(msc_variables_t *variables, const char *name, const char *note,
                       apr_size_t n, const char *text);

/* Whether one of the variables has this name, in any case. */
bool msc_variables_has(const msc_variables_t *variables, const char *name, apr_pool_t *p);

/* Takes all entries of these names, in any case, out of a table. */
void msc_variables_drop(apr_table_t *from, const msc_variables_t *variables,
                        apr_pool_t *p);

/* Puts the variables into the environment and, in lower case, into the notes, in place of
 * what had their names there. They must live as long as those. */
void msc_variables_publish(apr_table_t *env, apr_table_t *notes,
                           const msc_variables_t *variables, apr_pool_t *p);

/* A copy that shares nothing with the first, and about how many bytes of its pool it
 * takes. Several threads may read it. */
msc_variables_t *msc_variables_copy(const msc_variables_t *variables, apr_pool_t *p);
apr_size_t msc_variables_size(const msc_variables_t *variables);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_VARIABLES_H
#define MSC_VARIABLES_H

#include <stdbool.h>
#include <apr_tables.h>

/* A request's list of environment variables: in order, each name once whatever its case,
 * found in constant time however many there are. httpd's tables compare a name with all
 * others that begin alike, as these do. */
typedef struct msc_variables_t msc_variables_t;

typedef struct {
    const char *name;
    const char *note; /* the name in lower case */
    apr_size_t n;     /* bytes of the name */
    const char *text;
} msc_variable_t;

msc_variables_t *msc_variables_make(apr_pool_t *p);

/* The n bytes of a name in lower case. */
const char *msc_variables_note(const char *name, apr_size_t n, apr_pool_t *p);

/* Adds a variable unless there is one of that name, which is then returned and left as it
 * was; else NULL. Name, note and text are not copied. */
msc_variable_t *msc_variables_add(msc_variables_t *variables, const char *name,
                                  const char *note, apr_size_t n, const char *text);

/* Whether one of the variables has this name, in any case. */
bool msc_variables_has(const msc_variables_t *variables, const char *name, apr_pool_t *p);

/* Takes all entries of these names, in any case, out of a table. */
void msc_variables_drop(apr_table_t *from, const msc_variables_t *variables,
                        apr_pool_t *p);

/* Puts the variables into the environment and, in lower case, into the notes, in place of
 * what had their names there. */
void msc_variables_publish(apr_table_t *env, apr_table_t *notes,
                           const msc_variables_t *variables, apr_pool_t *p);

/* A copy in one piece of memory of that size, aligned for any type, that shares nothing
 * with the list; no variable can be added to it. */
apr_size_t msc_variables_size(const msc_variables_t *variables);
const msc_variables_t *msc_variables_copy(void *to, const msc_variables_t *variables);

#endif

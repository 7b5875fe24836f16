/* SPDX-License-Identifier: Apache-2.0 */
/* The setters that several directives share: a flag, a choice, text, a list, a duration,
 * a size. Each finds its member by the row of the command table. What one directive alone
 * needs to check is in the file of its concern. */

#include "httpd/setter.h"
#include "core/base/duration.h"
#include "http_core.h"

/* In <Limit GET> a directive would be read as if <Limit> were not there, and hold for
 * every method: httpd leaves it to each directive to say so. */
static const char *refused_in_limit(cmd_parms *cmd)
{
    const char *why = ap_check_cmd_context(cmd, NOT_IN_LIMIT);

    if (!why) return NULL;
    return apr_pstrcat(cmd->pool, why,
                       ", where it would hold for every method; for some methods alone "
                       "use <If \"%{REQUEST_METHOD} == 'GET'\">, or XSRFMethods",
                       NULL);
}

/* After the row's own setter, which has answered `why`. */
static const char *taken(cmd_parms *cmd, void *dir, const char *why)
{
    if (!why) msc_dir_number(cmd, dir);
    return why;
}

const char *msc_take1(cmd_parms *cmd, void *dir, const char *arg)
{
    const msc_row_t *row = cmd->info;
    const char *why = refused_in_limit(cmd);

    return why ? why : taken(cmd, dir, row->set.take1(cmd, dir, arg));
}

const char *msc_take2(cmd_parms *cmd, void *dir, const char *one, const char *two)
{
    const msc_row_t *row = cmd->info;
    const char *why = refused_in_limit(cmd);

    return why ? why : taken(cmd, dir, row->set.take2(cmd, dir, one, two));
}

const char *msc_take_argv(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    const msc_row_t *row = cmd->info;
    const char *why = refused_in_limit(cmd);

    return why ? why : taken(cmd, dir, row->set.take_argv(cmd, dir, argc, argv));
}

const char *msc_take_flag(cmd_parms *cmd, void *dir, int flag)
{
    const msc_row_t *row = cmd->info;
    const char *why = refused_in_limit(cmd);

    return why ? why : taken(cmd, dir, row->set.flag(cmd, dir, flag));
}

/* The row's member, which it marks as set. `first` (or NULL): whether no line of this
 * scope had set it, so that its value is the default. */
static void *member_of(cmd_parms *cmd, void *dir, bool *first)
{
    const msc_row_t *row = cmd->info;
    char *record = row->in_xsrf ? (void *)msc_xsrf_own(cmd, dir) : dir;
    msc_set_t *set = (void *)record;

    if (first) *first = !(*set & MSC_SET_BIT(row->offset));
    *set |= MSC_SET_BIT(row->offset);
    return record + row->offset;
}

const char *msc_refuse(cmd_parms *cmd, const char *value, const char *why,
                       const char *example)
{
    return apr_psprintf(cmd->pool, "%s \"%s\" %s; for example: %s %s", cmd->cmd->name,
                        value, why, cmd->cmd->name, example);
}

const char *msc_set_flag(cmd_parms *cmd, void *dir, int flag)
{
    *(int *)member_of(cmd, dir, NULL) = flag;
    return NULL;
}

static const msc_choice_t *find_choice(const msc_choice_t *choices, const char *word)
{
    for (; choices->word; choices++) {
        if (!ap_cstr_casecmp(choices->word, word)) return choices;
    }
    return NULL;
}

static const char *no_such_choice(cmd_parms *cmd, const char *arg)
{
    const msc_choice_t *choice = ((const msc_row_t *)cmd->info)->choices;
    const char *list = choice->word;

    while ((++choice)->word)
        list = apr_pstrcat(cmd->pool, list, ", ", choice->word, NULL);
    return apr_psprintf(cmd->pool, "%s \"%s\" is not one of: %s", cmd->cmd->name, arg,
                        list);
}

const char *msc_set_choice(cmd_parms *cmd, void *dir, const char *arg)
{
    const msc_row_t *row = cmd->info;
    const msc_choice_t *choice = find_choice(row->choices, arg);

    if (!choice) return no_such_choice(cmd, arg);
    *(int *)member_of(cmd, dir, NULL) = choice->value;
    return NULL;
}

const char *msc_add_choice(cmd_parms *cmd, void *dir, const char *arg)
{
    const msc_row_t *row = cmd->info;
    const msc_choice_t *choice = find_choice(row->choices, arg);
    int *bits;
    bool first;

    if (!choice) return no_such_choice(cmd, arg);
    bits = member_of(cmd, dir, &first);
    *bits = first || !choice->value ? choice->value : *bits | choice->value;
    return NULL;
}

const char *msc_set_text(cmd_parms *cmd, void *dir, const char *arg)
{
    const msc_row_t *row = cmd->info;
    const char *why = row->refused ? row->refused(arg) : NULL;

    if (why) return msc_refuse(cmd, arg, why, row->example);
    *(const char **)member_of(cmd, dir, NULL) = arg;
    return NULL;
}

const char *msc_add_word(cmd_parms *cmd, void *dir, const char *arg)
{
    const msc_row_t *row = cmd->info;
    const char *why = row->refused(arg), **word;
    msc_words_t *words;
    bool first;

    if (why) return msc_refuse(cmd, arg, why, row->example);
    words = member_of(cmd, dir, &first);
    if (first) words->n = 0;
    word = apr_palloc(cmd->pool, sizeof(*word) * ((apr_size_t)words->n + 1));
    for (int i = 0; i < words->n; i++)
        word[i] = words->word[i];
    word[words->n] = arg;
    *words = (msc_words_t){words->n + 1, word};
    return NULL;
}

bool msc_split_words(msc_words_t *words, const char *list, apr_pool_t *p)
{
    apr_array_header_t *split = apr_array_make(p, 2, sizeof(const char *));

    for (;;) {
        apr_size_t n = strcspn(list, ",");

        if (n == 0) return false;
        APR_ARRAY_PUSH(split, const char *) = apr_pstrndup(p, list, n);
        if (!list[n]) break;
        list += n + 1;
    }
    *words = (msc_words_t){split->nelts, (const char *const *)split->elts};
    return true;
}

const char *msc_set_duration(cmd_parms *cmd, void *dir, const char *arg)
{
    apr_interval_time_t t;
    const char *why = sc_duration_parse(&t, arg, 1);

    if (why) return apr_psprintf(cmd->pool, "%s \"%s\" %s", cmd->cmd->name, arg, why);
    *(apr_interval_time_t *)member_of(cmd, dir, NULL) = t;
    return NULL;
}

bool msc_size_parse(apr_off_t *n, const char *text)
{
    apr_off_t number;
    char *end;
    int shift;

    if (apr_strtoff(&number, text, &end, 10) != APR_SUCCESS || end == text || number < 1)
        return false;
    shift = !*end                        ? 0
            : !ap_cstr_casecmp(end, "k") ? 10
            : !ap_cstr_casecmp(end, "m") ? 20
                                         : -1;
    if (shift < 0 || number > (APR_INT64_C(1) << 30) >> shift) return false;
    *n = number << shift;
    return true;
}

const char *msc_set_size(cmd_parms *cmd, void *dir, const char *arg)
{
    apr_off_t n;

    if (!msc_size_parse(&n, arg))
        return msc_refuse(cmd, arg, "is not a number of bytes from 1 to 1024M",
                          ((const msc_row_t *)cmd->info)->example);
    *(apr_off_t *)member_of(cmd, dir, NULL) = n;
    return NULL;
}

const char *msc_absolute_source(cmd_parms *cmd, const char *source)
{
    const char *path;

    if (strncmp(source, "file:", 5)) return source;
    path = ap_server_root_relative(cmd->pool, source + 5);
    return path ? apr_pstrcat(cmd->pool, "file:", path, NULL) : source;
}

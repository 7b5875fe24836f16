/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_SETTER_H
#define MSC_SETTER_H

#include "httpd/config.h"

/* The setters that directives share, for their rows in the command table. */

/* A choice that a directive has, by its word. */
typedef struct {
    const char *word;
    int value;
} msc_choice_t;

/* A row of the command table: its setter; where the value goes, and what it may be. */
typedef struct {
    cmd_func set; /* called by msc_take1 and its like */
    bool in_xsrf; /* in msc_xsrf_conf_t rather than in msc_dir_t */
    apr_size_t offset;
    const msc_choice_t *choices; /* the last one's word is NULL */
    /* Why the value cannot be taken ("is not a path"), or NULL when it can. */
    const char *(*refused)(const char *value);
    const char *example; /* of a good value */
} msc_row_t;

/* What httpd calls for a row: refuses the directive in <Limit> and <LimitExcept>, else
 * calls its setter. */
const char *msc_take1(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_take2(cmd_parms *cmd, void *dir, const char *one, const char *two);
const char *msc_take_argv(cmd_parms *cmd, void *dir, int argc, char *const argv[]);
const char *msc_take_flag(cmd_parms *cmd, void *dir, int flag);

/* A number: On or Off; one of the choices; the sum of several, where 0 clears. */
const char *msc_set_flag(cmd_parms *cmd, void *dir, int flag);
const char *msc_set_choice(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_add_choice(cmd_parms *cmd, void *dir, const char *arg);

/* Text; one more word of a list, which a second line continues. */
const char *msc_set_text(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_add_word(cmd_parms *cmd, void *dir, const char *arg);

/* apr_interval_time_t, -1 when the directive says off; and a number of bytes. */
const char *msc_set_duration(cmd_parms *cmd, void *dir, const char *arg);
const char *msc_set_size(cmd_parms *cmd, void *dir, const char *arg);

/* A number of bytes from 1 to 1024M, with K or M after it. */
bool msc_size_parse(apr_off_t *n, const char *text);

/* The source of a key or a password (core/key/source.h): file:PATH is relative to
 * ServerRoot, as everywhere in httpd. */
const char *msc_absolute_source(cmd_parms *cmd, const char *source);

/* The sentence "DIRECTIVE "VALUE" WHY; for example: DIRECTIVE EXAMPLE". */
const char *msc_refuse(cmd_parms *cmd, const char *value, const char *why,
                       const char *example);

/* Takes "a,b" apart. False where a word is empty. */
bool msc_split_words(msc_words_t *words, const char *list, apr_pool_t *p);

/* Whether the text is a token (RFC 9110 5.6.2): a method, the name of a header or of a
 * cookie. */
static inline bool msc_is_token(const char *text)
{
    return *text && !*ap_scan_http_token(text);
}

#endif

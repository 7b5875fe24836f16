/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_SOURCE_H
#define MSC_SOURCE_H

#include "httpd/config.h"

typedef enum { MSC_COOKIE, MSC_HEADER } msc_place_t;

/* Where tokens are looked for, and how they are opened. Read-only once it is resolved. */
struct msc_source_t {
    const char *text; /* "cookie:session", as it was written */
    apr_uint32_t id;  /* different for each line of the configuration; 0: .htaccess */
    msc_place_t place;
    const char *name;
    const sc_codec_t *codec;     /* NULL until it is resolved */
    const sc_codec_t *vault;     /* encrypts passwords in it, or NULL */
    struct msc_lookup_t *lookup; /* where its tokens' ids are looked up; NULL: nowhere */

    /* As it was written, until it is resolved. */
    const char *format;
    const msc_sources_t *scope; /* that it is one of */
    msc_words_t ids;
    apr_array_header_t *options; /* const char *, "name=value" */
    server_rec *server;
    int lookups;         /* the first of its counters, a status each */
    const int *key_rows; /* of its keys, in their order: see tally.c; NULL: .htaccess */
    bool htaccess;       /* written in a .htaccess file: lives as long as a request */
    const ap_directive_t *directive;
};

/* CookieSession: Off, or one source. */
const char *msc_source_directive(cmd_parms *cmd, void *dir, int argc, char *const argv[]);

/* Whether two sources look in the same place; whether all else of them is the same as it
 * was written: format, keys, options. */
bool msc_source_same_place(const msc_source_t *a, const msc_source_t *b);
bool msc_source_same_settings(const msc_source_t *a, const msc_source_t *b);

/* For whoever sets a request header, once it is noted: a sentence where a source of the
 * same scope looks for tokens in that header. The client's own is removed before it could
 * be read. NULL: none does. */
const char *msc_source_clash(const msc_dir_t *conf, apr_pool_t *p);

/* The check_config hook: finds the keys of all sources, which may stand below them in the
 * file, and prepares their codecs. Runs for `apachectl -t` too. */
int msc_source_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                     server_rec *base);

#endif

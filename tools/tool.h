/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOL_H
#define TOOL_H

#include <stdio.h>
#include <apr_tables.h>
#include "core/codec/format.h"
#include "core/key/load.h"

/* The sessioncookie command: what its files share. Exit codes: 0 ok, 1 any other status,
 * 2 wrong usage. */

enum { TOOL_OK = 0, TOOL_REFUSED = 1, TOOL_USAGE = 2 };

/* What a command line may hold; a command names those that it knows. */
#define ARG_FORMAT     0x0001
#define ARG_KEY        0x0002
#define ARG_OPTION     0x0004
#define ARG_NOW        0x0008
#define ARG_TAGGED     0x0010
#define ARG_LINES      0x0020
#define ARG_EXPLAIN    0x0040
#define ARG_UNVERIFIED 0x0080
#define ARG_WITH       0x0100
#define ARG_VERSION    0x0200
#define ARG_SECONDS    0x0400
#define ARG_SCHEME     0x0800
#define ARG_SESSION    0x1000

/* A command line, taken apart. */
typedef struct {
    apr_pool_t *pool;
    unsigned given;               /* ARG_… that were there */
    const char *format;           /* --format */
    apr_array_header_t *keys;     /* --key: const sc_key_t *, in order */
    apr_array_header_t *wrappers; /* those that only unwrap others; not in keys */
    apr_array_header_t *options;  /* --option: const char *, "name=value" */
    apr_time_t now;               /* --now, where it was given */
    const char *with;             /* --with: a key source */
    int version;                  /* --version: 1 to 4, 0 where not given */
    double seconds;               /* --seconds */
    const char *scheme;           /* --scheme */
    const char *session;          /* --session: JSON */
    apr_array_header_t *rest;     /* const char *: what is no option */
} tool_args_t;

/* Takes argv apart: the keys are loaded (warnings go to standard error). `allowed`: the
 * ARG_… that the command knows. NULL, or a sentence that names the fault and the remedy.
 */
const char *tool_args_parse(tool_args_t *args, unsigned allowed, int argc,
                            const char *const *argv, apr_pool_t *p) SC_CHECK;

/* Loads a key from a source, or from standard input ("-"). Warnings go to standard error.
 */
const char *tool_key_load(sc_key_t **key, const sc_key_config_t *config,
                          apr_pool_t *p) SC_CHECK;

/* Adds the key "ID=SOURCE" to args->keys. The n words behind it may begin with its iss=,
 * password=, unwrap=; *words is how many of them do. */
const char *tool_key_add(int *words, tool_args_t *args, const char *value,
                         const char *const *behind, int n) SC_CHECK;

/* A key that opens another one opens and seals no tokens: it leaves args->keys. */
void tool_key_take_out_wrappers(tool_args_t *args);

/* The clock, where --now does not say otherwise, and libsodium's randomness. */
sc_env_t tool_env(const tool_args_t *args);

/* Says on standard error "sessioncookie: …" and answers TOOL_USAGE. */
int tool_usage(const char *sentence);

/* All of standard input, one trailing newline dropped; NULL, or a sentence when it is
 * longer than the command takes (16 MiB). */
const char *tool_read_all(sc_bytes_t *text, apr_pool_t *p) SC_CHECK;

/* Standard input, a line at a time. Standard output is flushed before a read that may
 * wait, so that the command can answer a program line by line. */
typedef struct {
    unsigned char *buffer;
    apr_size_t from, to, size;
    int skipping, ended;
} tool_lines_t;

/* The longest line. */
#define TOOL_LINE_MAX (1024 * 1024)

void tool_lines_init(tool_lines_t *lines, apr_pool_t *p);

/* The next line, without its newline: 1, 0 at the end, -1 for a line that is too long,
 * which is skipped. It is good until the next call. */
int tool_lines_next(sc_bytes_t *line, tool_lines_t *lines);

/* Whether a format has the envelope of that name. */
int tool_enveloped(const sc_format_t *format, const char *name);

/* Writes a text as a JSON string. */
void tool_put_string(FILE *to, sc_bytes_t text, apr_pool_t *p);

/* The commands: argv is what follows the command's name. */
int tool_decode(int argc, const char *const *argv, apr_pool_t *p);
int tool_encode(int argc, const char *const *argv, apr_pool_t *p);
int tool_key(int argc, const char *const *argv, apr_pool_t *p);
int tool_bench(int argc, const char *const *argv, apr_pool_t *p);
int tool_xsrf(int argc, const char *const *argv, apr_pool_t *p);

/* What a token held, for printing. */
typedef struct {
    const char *key;   /* the id of the key that opened it, or NULL */
    apr_time_t issued; /* SC_NEVER where it does not say */
    apr_time_t expires;
    sc_bytes_t footer;   /* p is NULL where there is none */
    int version;         /* PASETO, unverified: 1 to 4; else 0 */
    const char *purpose; /* with version */
    const sc_doc_t *doc; /* NULL: cannot be seen (encrypted) */
    sc_face_t face;      /* what --tagged shows: tags, where the format has them */
} tool_found_t;

/* The face of a codec's documents that --tagged shows. */
sc_face_t tool_face(const sc_codec_t *codec);

/* Prints the one line of decode for a token that was opened. */
void tool_put_session(const tool_found_t *found, const char *status, const char *format,
                      int tagged, apr_pool_t *p);

/* Prints {"status":…,"format":…} and a newline. */
void tool_put_refusal(sc_status_t status, const char *format);

/* The codec that the arguments ask for, with the core's own limits; for --unverified one
 * without keys, which must not be given to sc_codec_open. */
const char *tool_codec(sc_codec_t **codec, const tool_args_t *args,
                       apr_pool_t *p) SC_CHECK;

/* --explain: says on standard error what was tried, which part failed and whether a usual
 * salt, digest, key derivation or format would have verified. Never a byte of a key. */
void tool_explain(const sc_codec_t *codec, const tool_args_t *args, sc_bytes_t token,
                  sc_status_t status, apr_pool_t *p);

/* --unverified: prints what is inside a token, and says that nothing was verified. */
void tool_unverified(const sc_codec_t *codec, const tool_args_t *args, sc_bytes_t token,
                     apr_pool_t *p);

/* How many seconds since 1970 an itsdangerous or Django timestamp stands for: 1 when it
 * is one. */
int tool_timestamp(apr_time_t *t, const sc_format_t *format, sc_bytes_t text,
                   apr_pool_t *p);

#endif

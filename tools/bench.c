/* SPDX-License-Identifier: Apache-2.0 */
/* bench: what opening and sealing a token costs, beside the floor of the same run. A
 * figure is the median of five runs; the runs of open, floor and seal alternate, so that
 * a machine that gets slower or faster meanwhile does so for all of them. Every open
 * starts with a cleared pool, as a request does. */
#include "bench.h"
#include "args.h"
#include "floor.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <apr_strings.h>
#include "core/key/paserk.h"

#define RUNS 5

/* A session as Flask-Login, Flask-WTF and an application leave it: 250 bytes of JSON. */
static const char session_json[] =
    "{\"_fresh\":true,\"_id\":"
    "\"a4abd4448c49562d828115d13a1fccea927f52b4d5459297f8b43e42da89238bc13626e43dcb38ddb0"
    "82488927ec904d9a9d4f3bb4b8a5d2e1c0f9a8b7c6d5e4f\",\"_user_id\":\"42\",\"csrf_"
    "token\":\"92713d4709377111cf31f2a71986c411bd6cb5b0\",\"lang\":\"de\",\"visits\":"
    "123}";
static const char user_json[] = "{\"_user_id\":\"42\",\"_fresh\":false}";

/* One line of the output. */
typedef struct {
    const sc_format_t *format;
    int version; /* PASETO, else 0 */
    const char *purpose;
    sc_codec_t *codec;
    sc_doc_t *doc;
    sc_bytes_t token;
    floor_t *floor;
    apr_pool_t *each; /* cleared before every operation */
    double seconds;   /* a run */
    sc_env_t env;     /* one time for all, as a request has one */
} case_t;

typedef int (*operation_t)(case_t *one);

static int open_once(case_t *one)
{
    const sc_session_t *session;

    apr_pool_clear(one->each);
    return sc_codec_open(&session, one->codec, one->token, &one->env, one->each) == SC_OK
               ? 0
               : -1;
}

static int seal_once(case_t *one)
{
    sc_bytes_t token;

    apr_pool_clear(one->each);
    return sc_codec_seal(&token, one->codec, one->doc, NULL, &one->env, one->each) ==
                   SC_OK
               ? 0
               : -1;
}

static int floor_once(case_t *one)
{
    apr_pool_clear(one->each);
    return floor_run(one->floor, one->each);
}

static double clock_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* ns an operation takes, over a loop of at least one->seconds; -1 when it fails. */
static double measure(case_t *one, operation_t operation)
{
    double start = clock_ns(), elapsed;
    long done = 0, batch = 1;
    long i;

    do {
        for (i = 0; i < batch; i++)
            if (operation(one)) return -1;
        done += batch;
        elapsed = clock_ns() - start;
        if (elapsed < 1e6) batch *= 2; /* so that reading the clock does not count */
    } while (elapsed < one->seconds * 1e9);
    return elapsed / (double)done;
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static double median(double *figures)
{
    qsort(figures, RUNS, sizeof(*figures), compare);
    return figures[RUNS / 2];
}

static void put_figure(const char *name, double ns)
{
    if (ns < 0)
        printf(",\"%s\":null", name);
    else
        printf(",\"%s\":%.0f", name, ns);
}

static const char *measure_case(case_t *one, apr_pool_t *p)
{
    double open_ns[RUNS], seal_ns[RUNS], floor_ns[RUNS];
    int i;

    for (i = 0; i < RUNS; i++) {
        open_ns[i] = measure(one, open_once);
        if (open_ns[i] < 0)
            return apr_psprintf(p, "bench: a token of %s does not open",
                                one->format->name);
        floor_ns[i] = one->floor ? measure(one, floor_once) : -1;
        seal_ns[i] = measure(one, seal_once);
    }
    printf("{\"format\":\"%s\",\"token_bytes\":%" APR_SIZE_T_FMT, one->format->name,
           one->token.n);
    put_figure("open_ns", median(open_ns));
    put_figure("seal_ns", median(seal_ns));
    put_figure("floor_ns", median(floor_ns));
    if (one->version) printf(",\"token\":\"v%d.%s\"", one->version, one->purpose);
    puts("}");
    fflush(stdout);
    return NULL;
}

/* The key that a case wants: a raw secret of 32 bytes, or a PASETO key of its own. */
static const char *make_key(sc_key_t **out, const case_t *one, apr_pool_t *p)
{
    sc_env_t env = {.random = sc_crypto_random};
    const char *err;
    sc_key_t *key;

    if (sc_format_takes_any_purpose(one->format)) {
        err = sc_key_new(&key, one->version,
                         strcmp(one->purpose, "local") ? "secret" : "local", &env, p);
        if (err) return err;
    }
    else {
        key = apr_pcalloc(p, sizeof(*key));
        key->kind = SC_KEY_RAW;
        key->secret = sc_bytes_str("0123456789abcdef0123456789abcdef");
    }
    key->id = "bench";
    *out = key;
    return NULL;
}

static const char *prepare(case_t *one, apr_pool_t *p)
{
    const char *options[2], *err;
    bool is_user = one->format->remember_me;
    int noptions = 0;
    const sc_key_t **keys = apr_palloc(p, sizeof(*keys)); /* the codec keeps it */
    sc_key_t *key;

    err = make_key(&key, one, p);
    if (err) return err;
    keys[0] = key;
    if (one->version) {
        options[noptions++] = apr_psprintf(p, "version=%d", one->version);
        options[noptions++] = apr_pstrcat(p, "purpose=", one->purpose, NULL);
    }
    err = sc_codec_make(&one->codec, one->format->name, keys, 1, options, noptions, p);
    if (err) return err;
    if (sc_doc_parse(&one->doc, sc_bytes_str(is_user ? user_json : session_json),
                     sc_codec_is_tagged(one->codec), &one->codec->options.limits, p) ||
        sc_codec_seal(&one->token, one->codec, one->doc, NULL, &one->env, p))
        return apr_psprintf(p, "bench: no token of %s can be made", one->format->name);
    one->floor = floor_make(one->codec, one->token, p);
    return apr_pool_create(&one->each, p) ? "there is no memory left" : NULL;
}

static const char *run_case(const sc_format_t *format, int version, const char *purpose,
                            double seconds, apr_pool_t *p)
{
    case_t one = {.format = format,
                  .version = version,
                  .purpose = purpose,
                  .seconds = seconds / RUNS,
                  .env = {.now = apr_time_now(), .random = sc_crypto_random}};
    const char *err;
    apr_pool_t *own;

    if (apr_pool_create(&own, p)) return "there is no memory left";
    err = prepare(&one, own);
    if (!err) err = measure_case(&one, p);
    if (err) err = apr_pstrdup(p, err);
    apr_pool_destroy(own);
    return err;
}

/* PASETO's versions, the newest first. */
static const char *run_format(const sc_format_t *format, double seconds, apr_pool_t *p)
{
    const char *err = NULL;
    int version;

    if (format->envelope->layout != SC_LAYOUT_PASETO)
        return run_case(format, 0, "", seconds, p);
    for (version = 4; version >= 1 && !err; version--) {
        err = run_case(format, version, "local", seconds, p);
        if (!err && sc_format_takes_any_purpose(format))
            err = run_case(format, version, "public", seconds, p);
    }
    return err;
}

int tool_bench(int argc, const char *const *argv, apr_pool_t *p)
{
    const sc_format_t *format;
    const char *err;
    tool_args_t args;
    int i;

    err = tool_args_parse(&args, ARG_FORMAT | ARG_SECONDS, argc, argv, p);
    if (!err && args.rest->nelts)
        err = "bench takes no words: use --format F, --seconds S";
    if (!(args.given & ARG_SECONDS)) args.seconds = 2;
    for (i = 0; !err && (format = sc_format_at(i)) != NULL; i++)
        if (!args.format ? !format->is_id : !strcmp(args.format, format->name))
            err = run_format(format, args.seconds, p);
    return err ? tool_usage(err) : TOOL_OK;
}

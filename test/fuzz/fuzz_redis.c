/* SPDX-License-Identifier: Apache-2.0 */
/* What redis answers, or somebody who has its place: the first byte picks what it is
 * asked, the rest is all that it ever sends. The socket is a real one; it only leads to
 * nobody. */
#include "fuzz.h"
#include "httpd/store/redis.h"
#include "httpd/store/stream.h"
#include <hiredis.h>
#include <sys/socket.h>
#include <unistd.h>

#define WITHIN apr_time_from_sec(10) /* an answer that has ended is not waited for */
#define MAX    64
#define SOME   3

static sc_bytes_t answer;
static int ours = -1, theirs = -1;

/* Comes before that of hiredis. */
redisContext *redisConnectUnixNonBlock(const char *path)
{
    int pair[2];

    (void)path;
    if (theirs >= 0) close(theirs);
    must(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair));
    ours = pair[0];
    theirs = pair[1];
    must(!answer.n || write(theirs, answer.p, answer.n) == (ssize_t)answer.n);
    must(!shutdown(theirs, SHUT_WR));
    return redisConnectFd(ours);
}

void fuzz_start(apr_pool_t *p)
{
    (void)p;
}

static void say(void *baton, bool is_error, const char *sentence)
{
    (void)baton;
    (void)is_error;
    must(sentence && !strpbrk(sentence, "\r\n") && strlen(sentence) < 200);
}

static void take(msc_redis_t *redis, apr_pool_t *p)
{
    sc_bytes_t value;

    if (!msc_redis_take(&value, redis, sc_bytes_str("key"), MAX, WITHIN, p))
        must(value.n <= MAX);
}

static void get(msc_redis_t *redis, apr_pool_t *p)
{
    apr_interval_time_t ttl;
    sc_bytes_t value;

    if (msc_redis_get(&value, &ttl, redis, sc_bytes_str("name"), MAX, WITHIN, p)) return;
    must(value.n > 0 && value.n <= MAX && ttl >= -1);
}

static void read_stream(msc_redis_t *redis, apr_pool_t *p)
{
    const msc_entry_t *entries;
    int n;

    if (msc_stream_read(&entries, &n, redis, "s", MSC_STREAM_START, SOME, WITHIN, p))
        return;
    must(n >= 0 && n <= SOME);
    for (int i = 0; i < n; i++) {
        must(strspn(entries[i].id, "0123456789-") == strlen(entries[i].id));
        must(msc_stream_compare(entries[i].id, entries[i].id) == 0);
        must(entries[i].text.n <= MSC_STREAM_TEXT_MAX);
    }
}

static void ask(msc_redis_t *redis, unsigned what, apr_pool_t *p)
{
    sc_bytes_t texts[] = {sc_bytes_str("one"), sc_bytes_str("two")};
    const char *id;

    switch (what % 6) {
    case 0:
        (void)!msc_redis_put(redis, texts[0], texts[1], WITHIN, WITHIN, p);
        break;
    case 1:
        take(redis, p);
        break;
    case 2:
        get(redis, p);
        break;
    case 3:
        read_stream(redis, p);
        break;
    case 4:
        (void)!msc_stream_append(redis, "s", 100, texts, 2, WITHIN, p);
        break;
    default:
        if (!msc_stream_last(&id, redis, "s", WITHIN, p)) must(*id);
    }
}

void fuzz_try(sc_bytes_t data, apr_pool_t *p)
{
    unsigned first = fuzz_byte(&data);
    msc_redis_conf_t conf = {.name = "fuzz", .socket = "fuzz", .say = say};
    msc_redis_t *redis = NULL;
    apr_pool_t *own;

    answer = data;
    if (first & 0x40) conf.password = sc_bytes_str("sesame");
    if (first & 0x80) conf.db = 1;
    must(!apr_pool_create(&own, p) && !msc_redis_make(&redis, &conf, own));
    ask(redis, first, own);
    ask(redis, first / 6, own);
    apr_pool_destroy(own);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The store on redis, and streams, against a redis-server that is stopped, ended and
 * started again, and against servers that are none. Deadlines are not measured: what is
 * called returns while its server still does what it must not be waited for. */
#include "tap.h"
#include "httpd/store/redis.h"
#include "httpd/store/stream.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <signal.h>
#include <stdatomic.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define WITHIN apr_time_from_sec(10) /* where the deadline is not the question */
#define SOON   apr_time_from_msec(50)
#define TTL    apr_time_from_sec(600)
#define MAX    16384

#define PASSWORD "sesame-of-the-test"

static apr_pool_t *pool;
static char dir[] = "/tmp/sessioncookie-redis.XXXXXX";
static atomic_int errors, notices;
static char last_said[512];

static const char *in_dir(const char *name)
{
    return apr_pstrcat(pool, dir, "/", name, NULL);
}

static void say(void *baton, bool is_error, const char *sentence)
{
    (void)baton;
    apr_cpystrn(last_said, sentence, sizeof(last_said));
    atomic_fetch_add(is_error ? &errors : &notices, 1);
}

/* --- a redis-server --- */

static pid_t server;

static msc_redis_t *client_of(const char *socket_name, const char *password, int db)
{
    msc_redis_conf_t *conf = apr_pcalloc(pool, sizeof(*conf));
    msc_redis_t *redis = NULL;

    conf->name = conf->socket = in_dir(socket_name);
    conf->db = db;
    conf->say = say;
    if (password) conf->password = sc_bytes_str(password);
    if (msc_redis_make(&redis, conf, pool)) abort();
    return redis;
}

/* Whether redis answers PING in a minute. */
static int is_up(void)
{
    msc_redis_t *redis = client_of("redis", PASSWORD, 0);
    msc_command_t ping = {1, {sc_bytes_str("PING")}};
    int before = errors;
    msc_reply_t *reply;

    for (int i = 0; i < 3000; i++) {
        if (!msc_redis_run(&reply, redis, &ping, 1, WITHIN, 1000, pool)) {
            errors = before;
            notices = 0;
            return 1;
        }
        apr_sleep(20000);
        redis = client_of("redis", PASSWORD, 0);
    }
    return 0;
}

static int start(void)
{
    fflush(stdout);
    server = fork();
    if (server == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* whatever becomes of the test */
        if (!freopen("/dev/null", "w", stdout)) _exit(126);
        execlp("redis-server", "redis-server", "--port", "0", "--unixsocket",
               in_dir("redis"), "--requirepass", PASSWORD, "--save", "", "--dir", dir,
               (char *)NULL);
        _exit(127);
    }
    return server > 0 && is_up();
}

static void end(void)
{
    int status;

    kill(server, SIGCONT);
    kill(server, SIGTERM);
    waitpid(server, &status, 0);
}

static void stop(void)
{
    int status;

    kill(server, SIGSTOP);
    waitpid(server, &status, WUNTRACED);
}

/* A port of 127.0.0.1 that nobody listens to. */
static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (bind(fd, (struct sockaddr *)&address, size) ||
        getsockname(fd, (struct sockaddr *)&address, &size))
        abort();
    close(fd);
    return ntohs(address.sin_port);
}

/* --- keys and commands --- */

static sc_bytes_t key_of(int n)
{
    unsigned char *key = apr_pcalloc(pool, 32);

    memcpy(key, &n, sizeof(n));
    key[31] = 0xfb; /* "-" or "_" in base64url */
    return sc_bytes(key, 32);
}

static sc_status_t put(msc_redis_t *redis, int n, const char *value)
{
    return msc_redis_put(redis, key_of(n), sc_bytes_str(value), TTL, WITHIN, pool);
}

static sc_status_t take(sc_bytes_t *value, msc_redis_t *redis, int n)
{
    return msc_redis_take(value, redis, key_of(n), MAX, WITHIN, pool);
}

static const msc_reply_t *command(msc_redis_t *redis, const char *words)
{
    msc_command_t sent = {0};
    char *state, *word = apr_strtok(apr_pstrdup(pool, words), " ", &state);
    msc_reply_t *reply;

    for (; word; word = apr_strtok(NULL, " ", &state))
        sent.arg[sent.argc++] = sc_bytes_str(word);
    return msc_redis_run(&reply, redis, &sent, 1, WITHIN, 100000, pool) ? NULL : reply;
}

static const char *text(const msc_reply_t *reply)
{
    return reply && reply->text.p ? (const char *)reply->text.p : NULL;
}

static int number(const msc_reply_t *reply)
{
    return reply && reply->kind == MSC_REPLY_NUMBER ? (int)reply->number : -1;
}

/* The name of a key in redis. */
static const char *name_of(msc_redis_t *redis)
{
    return text(command(redis, "RANDOMKEY"));
}

/* --- tests --- */

static void once(msc_redis_t *redis)
{
    unsigned char bytes[MAX];
    sc_bytes_t value, all = sc_bytes(bytes, sizeof(bytes));
    const char *name;
    int left;

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)i;
    ok(!put(redis, 1, "one"), "a value is put");
    name = name_of(redis);
    ok(name && !strncmp(name, "sessioncookie:1:", 16) && strlen(name) == 16 + 43,
       "under the digest's name (%s)", name ? name : "none");
    left = number(command(redis, apr_pstrcat(pool, "PTTL ", name, NULL)));
    ok(left > 0 && left <= 600000, "redis forgets it by itself (in %d ms)", left);
    ok(put(redis, 1, "two") == SC_ERROR, "a key is not used twice");
    ok(!take(&value, redis, 1) && sc_bytes_eq(value, sc_bytes_str("one")),
       "the value is taken");
    ok(take(&value, redis, 1) == SC_ABSENT, "once");
    ok(take(&value, redis, 2) == SC_ABSENT, "what was never put is not there");
    ok(!msc_redis_put(redis, key_of(3), all, TTL, WITHIN, pool) &&
           !take(&value, redis, 3) && sc_bytes_eq(value, all),
       "a value of the greatest length, of any bytes");
    ok(!msc_redis_put(redis, key_of(4), sc_bytes(NULL, 0), TTL, WITHIN, pool) &&
           !take(&value, redis, 4) && value.n == 0,
       "and an empty one");
    ok(number(command(redis, "DBSIZE")) == 0, "nothing is left in redis");
}

static void strange_values(msc_redis_t *redis)
{
    const char *name;
    sc_bytes_t value;

    ok(!put(redis, 1, "x"), "there is a value");
    name = name_of(redis);
    command(redis, apr_psprintf(pool, "SETRANGE %s %d x", name, MAX));
    ok(take(&value, redis, 1) == SC_ERROR, "that is longer than we write is an error");
    ok(take(&value, redis, 1) == SC_ABSENT, "and gone");
    command(redis, apr_pstrcat(pool, "SETRANGE ", name, " 300000 x", NULL));
    ok(take(&value, redis, 1) == SC_ERROR, "so is one that is much longer");
    command(redis, apr_pstrcat(pool, "LPUSH ", name, " x", NULL));
    ok(take(&value, redis, 1) == SC_ERROR, "and a list under our key");
    ok(take(&value, redis, 1) == SC_ABSENT, "which is gone as well");
    ok(!put(redis, 1, "x") && !take(&value, redis, 1),
       "and redis is asked again at once");
    ok(errors == 0, "nothing of this means that redis is away");
}

static void who_may(void)
{
    msc_redis_t *none = client_of("redis", NULL, 0);
    msc_redis_t *wrong = client_of("redis", "not-this-secret", 0);
    msc_redis_t *far = client_of("redis", PASSWORD, 60000);
    msc_redis_t *other = client_of("redis", PASSWORD, 3);
    sc_bytes_t value;

    errors = 0;
    ok(put(none, 1, "x") == SC_ERROR && errors == 1, "redis wants a password");
    like(last_said, "refused a command (NOAUTH)", "which is said");
    ok(put(none, 1, "x") == SC_ERROR && errors == 1, "once");
    ok(put(wrong, 1, "x") == SC_ERROR && errors == 2, "a wrong one");
    like(last_said, "is away: AUTH was refused (WRONGPASS)", "is said");
    ok(!strstr(last_said, "secret"), "without it");
    ok(put(far, 1, "x") == SC_ERROR && errors == 3, "a database that is not there");
    like(last_said, "SELECT was refused (ERR)", "is said");
    ok(!put(other, 1, "in three"), "another database");
    ok(take(&value, client_of("redis", PASSWORD, 0), 1) == SC_ABSENT, "is another store");
    ok(!take(&value, client_of("redis", PASSWORD, 3), 1), "for all its clients");
    errors = 0;
}

static void by_tcp(msc_redis_t *redis)
{
    static const char *const addresses[] = {"127.0.0.9", "127.0.0.1", NULL};
    static const char *const nobody[] = {"127.0.0.9", NULL};
    int port = free_port();
    static msc_redis_conf_t conf = {.name = "tcp", .addresses = addresses, .say = say};
    msc_redis_t *far = NULL;
    sc_bytes_t value;

    conf.port = port;
    conf.password = sc_bytes_str(PASSWORD);
    command(redis, "CONFIG SET bind 127.0.0.1");
    command(redis, apr_psprintf(pool, "CONFIG SET port %d", port));
    if (msc_redis_make(&far, &conf, pool)) abort();
    ok(!put(far, 1, "far") && !take(&value, redis, 1), "the second address is tried");
    conf.addresses = nobody;
    if (msc_redis_make(&far, &conf, pool)) abort();
    errors = 0;
    ok(put(far, 1, "far") == SC_ERROR && errors == 1, "nobody listens");
    like(last_said, "redis at tcp is away: Connection refused", "which is said");
    errors = 0;
}

#define KEYS    500
#define THREADS 16

static msc_redis_t *shared;
static int keys;
static atomic_int taken[KEYS], refusals;

static void *APR_THREAD_FUNC take_all(apr_thread_t *thread, void *baton)
{
    apr_pool_t *p;

    (void)thread;
    (void)baton;
    apr_pool_create(&p, NULL);
    for (int i = 0; i < keys; i++) {
        unsigned char key[32] = {0};
        sc_bytes_t value;
        sc_status_t status;

        memcpy(key, &i, sizeof(i));
        key[31] = 0xfb;
        status = msc_redis_take(&value, shared, sc_bytes(key, 32), MAX, WITHIN, p);
        if (!status) atomic_fetch_add(&taken[i], 1);
        if (status == SC_ERROR) atomic_fetch_add(&refusals, 1);
        apr_pool_clear(p);
    }
    apr_pool_destroy(p);
    return NULL;
}

static void at_once(apr_thread_start_t what)
{
    apr_thread_t *thread[THREADS];
    apr_status_t rv;

    for (int i = 0; i < THREADS; i++)
        if (apr_thread_create(&thread[i], NULL, what, NULL, pool)) abort();
    for (int i = 0; i < THREADS; i++)
        apr_thread_join(&rv, thread[i]);
}

static void threads(msc_redis_t *redis)
{
    int exactly_one = 0;

    keys = tap_valgrind() ? 20 : KEYS;
    shared = redis;
    for (int i = 0; i < keys; i++)
        if (put(redis, i, "x")) abort();
    at_once(take_all);
    for (int i = 0; i < keys; i++)
        exactly_one += taken[i] == 1;
    ok(exactly_one == keys, "16 threads take %d keys: one each", keys);
    ok(refusals == 0, "and nobody fails");
}

/* Until redis is asked again, and answers. */
static int answers_again(msc_redis_t *redis)
{
    for (int i = 0; i < 3000; i++) {
        if (command(redis, "PING")) return 1;
        apr_sleep(20000);
    }
    return 0;
}

static void stopped(msc_redis_t *redis)
{
    msc_redis_t *fresh = client_of("redis", PASSWORD, 0);
    sc_bytes_t value;
    sc_status_t status;

    ok(!put(redis, 1, "x"), "a value is put, and redis is stopped");
    stop();
    ok(msc_redis_take(&value, redis, key_of(1), MAX, SOON, pool) == SC_ERROR,
       "nobody waits for it longer than told");
    ok(errors == 1, "it is said");
    like(last_said, "is away: there was no answer in time", "with the reason");
    ok(take(&value, redis, 1) == SC_ERROR && take(&value, redis, 1) == SC_ERROR &&
           errors == 1,
       "others are refused at once, and no more is said");
    ok(msc_redis_put(fresh, key_of(2), sc_bytes_str("x"), TTL, SOON, pool) == SC_ERROR &&
           errors == 2,
       "who has no connection yet waits no longer");
    kill(server, SIGCONT);
    ok(answers_again(redis), "redis goes on");
    ok(notices == 1, "which is said once");
    status = take(&value, redis, 1);
    ok(status == SC_ABSENT, "a value whose taking was begun is lost, never taken twice");
    errors = notices = 0;
}

static void restarted(msc_redis_t *redis)
{
    sc_bytes_t value;

    ok(!put(redis, 1, "x"), "a value is put, and redis ends");
    end();
    ok(take(&value, redis, 1) == SC_ERROR && errors == 1, "taking it fails");
    like(last_said, "is away: No such file", "and it is said why");
    ok(start(), "redis starts again");
    errors = 0;
    ok(answers_again(redis) && take(&value, redis, 1) == SC_ABSENT,
       "the value went with it");
    ok(!put(redis, 1, "x"), "another one is put");
    errors = notices = 0;
    end();
    ok(start(), "redis is restarted while nobody asks");
    ok(!put(redis, 2, "x") && errors == 0, "nobody notices");
    ok(!take(&value, redis, 2), "and all is well");
}

static void forked(msc_redis_t *redis)
{
    int status = 1;
    sc_bytes_t value;
    pid_t child;

    if (put(redis, 7, "x")) abort();
    fflush(stdout);
    child = fork();
    if (child == 0) {
        apr_pool_t *p;

        apr_pool_create(&p, NULL);
        status = msc_redis_child_init(redis, p) || take(&value, redis, 7);
        apr_pool_destroy(p);
        _exit(status);
    }
    waitpid(child, &status, 0);
    ok(status == 0, "a child has connections of its own");
    ok(take(&value, redis, 7) == SC_ABSENT && errors == 0, "and its parent those it had");
}

static int is_entry(const msc_entry_t *entry, const char *want)
{
    return sc_bytes_eq(entry->text, sc_bytes_str(want)) && strchr(entry->id, '-');
}

static void streams(msc_redis_t *redis)
{
    sc_bytes_t texts[] = {sc_bytes_str("first"), sc_bytes_str("second"),
                          sc_bytes_str("a\0b\r\n"), sc_bytes_str("")};
    sc_bytes_t *many = apr_palloc(pool, sizeof(*many) * (MSC_STREAM_MAX + 1));
    const msc_entry_t *entry, *rest;
    const char *id;
    int n = 0;

    texts[2].n = 5;
    for (int i = 0; i <= MSC_STREAM_MAX; i++)
        many[i] = sc_bytes_str("more");
    ok(!msc_stream_last(&id, redis, "s", WITHIN, pool) && !strcmp(id, "0-0"),
       "a stream that is not there has no last entry");
    ok(!msc_stream_read(&entry, &n, redis, "s", "0-0", 10, WITHIN, pool) && n == 0,
       "and none at all");
    ok(!msc_stream_append(redis, "s", 5000, texts, 4, WITHIN, pool), "four are appended");
    ok(!msc_stream_read(&entry, &n, redis, "s", "0-0", 10, WITHIN, pool) && n == 4 &&
           is_entry(&entry[0], "first") && is_entry(&entry[1], "second") &&
           sc_bytes_eq(entry[2].text, texts[2]) && is_entry(&entry[3], ""),
       "and read in their order, whatever their bytes");
    ok(!msc_stream_last(&id, redis, "s", WITHIN, pool) && !strcmp(id, entry[3].id),
       "the last of them is the last");
    ok(!msc_stream_read(&rest, &n, redis, "s", entry[1].id, 1, WITHIN, pool) && n == 1 &&
           !strcmp(rest[0].id, entry[2].id),
       "one is read after another");
    ok(!msc_stream_read(&rest, &n, redis, "s", entry[3].id, 9, WITHIN, pool) && n == 0,
       "none after the last");
    ok(msc_stream_compare(entry[0].id, entry[1].id) < 0 &&
           msc_stream_compare("9-10", "9-9") > 0 &&
           msc_stream_compare("9-9", "10-0") < 0 &&
           msc_stream_compare("10-0", "10-0") == 0,
       "ids are compared as numbers");
    command(redis, "XADD s * other field");
    ok(!msc_stream_read(&rest, &n, redis, "s", entry[3].id, 9, WITHIN, pool) && n == 1 &&
           rest[0].text.n == 0,
       "a stranger's entry has no text");
    ok(!msc_stream_append(redis, "s", 100, many, MSC_STREAM_MAX, WITHIN, pool) &&
           !msc_stream_append(redis, "s", 100, many, 1, WITHIN, pool),
       "many are appended");
    n = number(command(redis, "XLEN s"));
    ok(n >= 100 && n < 500, "and the oldest go (%d are left)", n);
    ok(msc_stream_append(redis, "s", 100, many, MSC_STREAM_MAX + 1, WITHIN, pool) ==
           SC_TOO_LARGE,
       "more are refused");
    texts[1] =
        sc_bytes(apr_pcalloc(pool, MSC_STREAM_TEXT_MAX + 1), MSC_STREAM_TEXT_MAX + 1);
    ok(msc_stream_append(redis, "s", 100, texts, 2, WITHIN, pool) == SC_TOO_LARGE,
       "so is a text that is too long");
    command(redis, "SET t x");
    ok(msc_stream_append(redis, "t", 100, texts, 1, WITHIN, pool) == SC_ERROR &&
           msc_stream_read(&rest, &n, redis, "t", "0-0", 9, WITHIN, pool) == SC_ERROR &&
           msc_stream_last(&id, redis, "t", WITHIN, pool) == SC_ERROR,
       "something else of that name is an error");
    command(redis, "FLUSHALL");
    errors = 0;
}

/* --- servers that are none --- */

/* Answers each connection with these bytes, one at a time and slowly if so told, until
 * the peer is gone; without bytes it closes at once. */
typedef struct {
    int fd;
    const char *bytes;
    size_t n;
    apr_interval_time_t pause;
    atomic_int accepted, sent;
} fake_t;

static void *APR_THREAD_FUNC serve(apr_thread_t *thread, void *baton)
{
    fake_t *fake = baton;
    int fd;

    (void)thread;
    while ((fd = accept(fake->fd, NULL, NULL)) >= 0) {
        char command_read[4096];

        atomic_fetch_add(&fake->accepted, 1);
        if (fake->n && recv(fd, command_read, sizeof(command_read), 0) > 0)
            for (size_t i = 0; i < fake->n; i++) {
                size_t most = fake->pause ? 1 : fake->n - i;
                ssize_t n = send(fd, fake->bytes + i, most, MSG_NOSIGNAL);

                if (n < 0) break;
                i += (size_t)n - 1;
                atomic_fetch_add(&fake->sent, (int)n);
                if (fake->pause) apr_sleep(fake->pause);
            }
        /* Until the peer closes: what it does is its own decision. */
        while (fake->n && recv(fd, command_read, sizeof(command_read), 0) > 0)
            ;
        close(fd);
    }
    return NULL;
}

static apr_thread_t *fake_start(fake_t *fake)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    apr_thread_t *thread;

    apr_cpystrn(address.sun_path, in_dir("fake"), sizeof(address.sun_path));
    unlink(address.sun_path);
    fake->fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(fake->fd, (struct sockaddr *)&address, sizeof(address)) ||
        listen(fake->fd, 32) || apr_thread_create(&thread, NULL, serve, fake, pool))
        abort();
    return thread;
}

static void fake_end(fake_t *fake, apr_thread_t *thread)
{
    apr_status_t rv;

    shutdown(fake->fd, SHUT_RDWR);
    apr_thread_join(&rv, thread);
    close(fake->fd);
}

static void answered_with(const char *bytes, size_t n, const char *want,
                          const char *sentence)
{
    fake_t fake = {.bytes = bytes, .n = n};
    apr_thread_t *thread = fake_start(&fake);
    msc_redis_t *redis = client_of("fake", NULL, 0);
    sc_bytes_t value;

    errors = 0;
    ok(take(&value, redis, 1) == SC_ERROR && errors == 1, "%s", sentence);
    like(last_said, want, "which is said");
    fake_end(&fake, thread);
}

static void nonsense(void)
{
    static const char http[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
    static const char long_one[] = "$536870912\r\n";
    static const char many[] = "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2147483647\r\n";
    static const char deep[] =
        "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n";
    static const char more[] =
        "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n$1\r\nx\r\n:1\r\n:1\r\n";
    char *flood = apr_pcalloc(pool, 1 << 20);

    answered_with(http, strlen(http), "not redis' protocol", "a web server");
    memset(flood, 'x', 1 << 20);
    memcpy(flood, long_one, strlen(long_one));
    answered_with(flood, 1 << 20, "the answer is too long", "a value without end");
    answered_with(many, strlen(many), "not redis' protocol", "a list of 2^31");
    answered_with(deep, strlen(deep), "not redis' protocol", "lists in lists");
    answered_with(more, strlen(more), "more than an answer", "an answer too many");
}

static void outcomes(void)
{
    static const struct {
        const char *exec;
        sc_status_t status;
        const char *sentence;
    } cases[] = {
        {"*2\r\n$1\r\nx\r\n:1\r\n", SC_OK, "one was deleted"},
        {"*2\r\n$1\r\nx\r\n:0\r\n", SC_ABSENT, "a value, but another deleted it"},
        {"*2\r\n$1\r\nx\r\n:2\r\n", SC_ERROR, "two were deleted"},
        {"*2\r\n$-1\r\n:1\r\n", SC_ERROR, "no value"},
        {"*2\r\n$1\r\nx\r\n$1\r\n1\r\n", SC_ERROR, "a number that is a text"},
        {"*3\r\n$1\r\nx\r\n:1\r\n:1\r\n", SC_ERROR, "three answers"},
        {"*1\r\n:1\r\n", SC_ERROR, "one answer"},
        {"*-1\r\n", SC_ERROR, "no transaction"},
        {"-EXECABORT no\r\n", SC_ERROR, "a transaction that was refused"},
        {"$1\r\nx\r\n", SC_ERROR, "a text"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *bytes =
            apr_pstrcat(pool, "+OK\r\n+QUEUED\r\n+QUEUED\r\n", cases[i].exec, NULL);
        fake_t fake = {.bytes = bytes, .n = strlen(bytes)};
        apr_thread_t *thread = fake_start(&fake);
        apr_pool_t *whole = pool;
        sc_bytes_t value;

        apr_pool_create(&pool, whole); /* the connection is closed with it */
        ok(take(&value, client_of("fake", NULL, 0), 1) == cases[i].status,
           "the transaction's answer: %s", cases[i].sentence);
        apr_pool_destroy(pool);
        pool = whole;
        fake_end(&fake, thread);
    }
    errors = 0;
}

/* Entries as they stand in an answer. */
#define STREAM(entries) "*1\r\n*2\r\n$1\r\ns\r\n" entries
#define ENTRY(id)       STREAM("*1\r\n*2\r\n" id "\r\n*2\r\n$1\r\ne\r\n$1\r\nx\r\n")
#define FIELDS(fields)  STREAM("*1\r\n*2\r\n$3\r\n1-2\r\n" fields "\r\n")

static void odd_streams(void)
{
    static const struct {
        const char *bytes;
        sc_status_t status;
        const char *sentence;
    } cases[] = {
        {ENTRY("$3\r\n1-2"), SC_OK, "an entry"},
        {"$1\r\nx\r\n", SC_ERROR, "a text"},
        {"*2\r\n:1\r\n:1\r\n", SC_ERROR, "two streams"},
        {"*1\r\n:1\r\n", SC_ERROR, "a number for a stream"},
        {"*1\r\n*1\r\n:1\r\n", SC_ERROR, "a stream without entries"},
        {STREAM(":1\r\n"), SC_ERROR, "a number for entries"},
        {STREAM("*2\r\n:1\r\n:1\r\n"), SC_ERROR, "more than was asked for"},
        {STREAM("*1\r\n:1\r\n"), SC_ERROR, "a number for an entry"},
        {STREAM("*1\r\n*1\r\n:1\r\n"), SC_ERROR, "an entry without fields"},
        {ENTRY(":1"), SC_ERROR, "an id that is a number"},
        {ENTRY("$1\r\n1"), SC_ERROR, "half an id"},
        {ENTRY("$2\r\n-1"), SC_ERROR, "the other half"},
        {ENTRY("$2\r\n1-"), SC_ERROR, "an id with nothing at its end"},
        {ENTRY("$5\r\n1-2-3"), SC_ERROR, "an id of three numbers"},
        {ENTRY("$3\r\n1-x"), SC_ERROR, "an id with a letter"},
        {ENTRY("$23\r\n999999999999999999999-1"), SC_ERROR, "an id above all"},
        {FIELDS(":1"), SC_OK, "a number for fields"},
        {FIELDS("*1\r\n:1"), SC_OK, "a field without a value"},
        {FIELDS("*2\r\n:1\r\n$1\r\nx"), SC_OK, "a field whose name is a number"},
        {FIELDS("*2\r\n$1\r\ne\r\n:1"), SC_OK, "a value that is a number"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        fake_t fake = {.bytes = cases[i].bytes, .n = strlen(cases[i].bytes)};
        apr_thread_t *thread = fake_start(&fake);
        apr_pool_t *whole = pool;
        const msc_entry_t *entry = NULL;
        int n = 0;

        apr_pool_create(&pool, whole); /* the connection is closed with it */
        ok(msc_stream_read(&entry, &n, client_of("fake", NULL, 0), "s", "0-0", 1, WITHIN,
                           pool) == cases[i].status &&
               (cases[i].status || n == 1) && (i == 0 || !entry || !entry->text.n),
           "a stream with %s", cases[i].sentence);
        apr_pool_destroy(pool);
        pool = whole;
        fake_end(&fake, thread);
    }
    ok(msc_stream_compare("x", "1-1") > 0 && msc_stream_compare("1-1", "x") < 0,
       "what is not an id is compared as a text");
    errors = 0;
}

static void odd_values(void)
{
    static const struct {
        const char *bytes;
        sc_status_t status;
        const char *sentence;
    } cases[] = {
        {"$1\r\nx\r\n:-1\r\n", SC_OK, "for ever"},
        {"$1\r\nx\r\n:-2\r\n", SC_ABSENT, "that has gone meanwhile"},
        {"$0\r\n\r\n:-2\r\n", SC_ABSENT, "that is not there"},
        {"$5\r\nabcde\r\n:1\r\n", SC_TOO_LARGE, "that is too large"},
        {":1\r\n:1\r\n", SC_ERROR, "that is a number"},
        {"$1\r\nx\r\n$1\r\n1\r\n", SC_ERROR, "whose time is a text"},
        {"-WRONGTYPE no\r\n:1\r\n", SC_ERROR, "that is none"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        fake_t fake = {.bytes = cases[i].bytes, .n = strlen(cases[i].bytes)};
        apr_thread_t *thread = fake_start(&fake);
        apr_pool_t *whole = pool;
        apr_interval_time_t ttl = 0;
        sc_bytes_t value;

        apr_pool_create(&pool, whole); /* the connection is closed with it */
        ok(msc_redis_get(&value, &ttl, client_of("fake", NULL, 0), sc_bytes_str("k"), 4,
                         WITHIN, pool) == cases[i].status,
           "a value %s", cases[i].sentence);
        apr_pool_destroy(pool);
        pool = whole;
        fake_end(&fake, thread);
    }
    errors = 0;
}

/* More than a socket holds. */
static void large_value(void)
{
    static const char bytes[] = "+OK\r\n";
    fake_t fake = {.bytes = bytes, .n = strlen(bytes)};
    apr_thread_t *thread = fake_start(&fake);
    apr_size_t n = 8 << 20;
    sc_bytes_t value = sc_bytes(apr_pcalloc(pool, n), n);
    apr_pool_t *whole = pool;

    apr_pool_create(&pool, whole); /* the connection is closed with it */
    ok(!msc_redis_put(client_of("fake", NULL, 0), key_of(1), value, apr_time_from_sec(9),
                      apr_time_from_sec(9), pool),
       "a value is sent as the server takes it");
    apr_pool_destroy(pool);
    pool = whole;
    fake_end(&fake, thread);
}

static void dripping(void)
{
    char *bytes = apr_palloc(pool, 60000);
    fake_t fake = {.bytes = bytes, .n = 60000, .pause = 5000};
    apr_thread_t *thread = fake_start(&fake);
    msc_redis_t *redis = client_of("fake", NULL, 0);
    sc_bytes_t value;

    memset(bytes, 'x', 60000);
    memcpy(bytes, "$16000\r\n", 8);
    errors = 0;
    ok(msc_redis_take(&value, redis, key_of(1), MAX, apr_time_from_msec(200), pool) ==
               SC_ERROR &&
           errors == 1,
       "a server that sends a byte now and then is left alone");
    like(last_said, "no answer in time", "as if it sent none");
    fake_end(&fake, thread);
    ok(fake.sent < 16000, "in the middle of its answer (%d bytes)", fake.sent);
}

static fake_t pausing;
static atomic_int asked;

static void *APR_THREAD_FUNC ask_until_two(apr_thread_t *thread, void *baton)
{
    apr_pool_t *p;

    (void)thread;
    (void)baton;
    apr_pool_create(&p, NULL);
    for (int i = 0; i < 60000 && pausing.accepted < 2; i++) {
        sc_bytes_t value;
        unsigned char key[32] = {0};

        if (!msc_redis_take(&value, shared, sc_bytes(key, 32), MAX, WITHIN, p)) abort();
        atomic_fetch_add(&asked, 1);
        apr_pool_clear(p);
        apr_sleep(1000);
    }
    apr_pool_destroy(p);
    return NULL;
}

static void pause_of_a_second(void)
{
    apr_thread_t *thread = fake_start(&pausing);
    sc_bytes_t value;

    shared = client_of("fake", NULL, 0);
    errors = 0;
    ok(take(&value, shared, 1) == SC_ERROR && pausing.accepted == 1,
       "a server closes the connection");
    at_once(ask_until_two);
    fake_end(&pausing, thread);
    ok(pausing.accepted == 2 && asked > THREADS,
       "%d requests of 16 threads later one of them has asked again", asked);
    ok(errors == 1, "and nothing more was said");
    errors = 0;
}

int main(void)
{
    msc_redis_t *redis;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    if (!mkdtemp(dir)) abort();
    if (ok(start(), "redis-server starts")) {
        redis = client_of("redis", PASSWORD, 0);
        once(redis);
        strange_values(redis);
        who_may();
        by_tcp(redis);
        threads(redis);
        streams(redis);
        forked(redis);
        stopped(redis);
        restarted(redis);
        end();
    }
    nonsense();
    outcomes();
    odd_streams();
    odd_values();
    large_value();
    dripping();
    pause_of_a_second();
    unlink(in_dir("fake"));
    rmdir(dir);
    apr_pool_destroy(pool);
    return done();
}

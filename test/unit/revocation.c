/* SPDX-License-Identifier: Apache-2.0 */
/* The list of revocations: its lines, its file under several writers, its table in memory
 * that processes share. */
#include "tap.h"
#include "core/revocation/compact.h"
#include "core/revocation/file.h"
#include "core/revocation/table.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DIGEST "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static const sc_env_t env = {.random = sc_crypto_random};
static apr_pool_t *pool;
static const char *path;

/* --- lines --- */

static sc_status_t read_text(sc_revocation_t *entry, const char *text)
{
    char *line = apr_pstrdup(pool, text);

    return sc_revocation_read(entry, (unsigned char *)line, strlen(line));
}

static void reading(void)
{
    static const struct {
        const char *line, *source, *name;
        int64_t until;
        sc_revoke_t kind;
    } good[] = {
        {"user\tcookie:session\t7\t1700000000", "cookie:session", "7", 1700000000,
         SC_REVOKE_USER},
        {"user\t*\ta%09b%0A%25\tban", "*", "a\tb\n%", SC_BAN, SC_REVOKE_USER},
        {"user\t*\tJosé d'Arc\t0", "*", "José d'Arc", 0, SC_REVOKE_USER},
        {"user\t*\t7\t1\r", "*", "7", 1, SC_REVOKE_USER},
        {"key\tmain key\tban", "", "main key", SC_BAN, SC_REVOKE_KEY},
        {"key\t100%25\t5", "", "100%25", 5, SC_REVOKE_KEY},
        {"session\t" DIGEST "\t253402300799", "", DIGEST, SC_EPOCH_MAX,
         SC_REVOKE_SESSION},
    };
    static const char *const bad[] = {
        "user",
        "user\t*",
        "user\t*\t7",
        "user\t*\t7\t",
        "user\t*\t7\t-1",
        "user\t*\t7\t1x",
        "user\t*\t7\t0x1",
        "user\t*\t7\t1\t",
        "user\t*\t7\t1\t2",
        "user\t*\t\t1",
        "user\t\t7\t1",
        "user\t*\t7\t253402300800",
        "user\t*\t7\t99999999999999999999",
        "user\t*\t7\tBAN",
        "user\t*\t7\tban ",
        "user\t*\t%\t1",
        "user\t*\t%4\t1",
        "user\t*\t%zz\t1",
        "User\t*\t7\t1",
        " user\t*\t7\t1",
        "users\t*\t7\t1",
        "user *\t7\t1",
        "key\t\t1",
        "key\ta\x1b\t1",
        "key\ta\tb\t1",
        "session\t" DIGEST "0\t1",
        "session\tDIGEST\t1",
        "session\t0011223344556677889900112233445566778899AABBCCDDEEFF001122334455\t1",
        "#\tx\ty",
        "\r\r",
    };
    sc_revocation_t entry;

    for (unsigned i = 0; i < sizeof(good) / sizeof(*good); i++) {
        ok(read_text(&entry, good[i].line) == SC_OK && entry.kind == good[i].kind &&
               sc_bytes_eq(entry.name, sc_bytes_str(good[i].name)) &&
               entry.until == good[i].until &&
               sc_bytes_eq(entry.source, sc_bytes_str(good[i].source)),
           "line %u is an entry", i);
    }
    for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        sc_status_t want = *bad[i] == '#' ? SC_ABSENT : SC_MALFORMED;

        ok(read_text(&entry, bad[i]) == want, "bad line %u is not", i);
    }
    ok(read_text(&entry, "") == SC_ABSENT && read_text(&entry, "# x") == SC_ABSENT,
       "empty lines and comments are nothing");
}

static void writing(void)
{
    unsigned char every[256];
    sc_revocation_t entry = {SC_REVOKE_USER, sc_bytes_str("*"), sc_bytes(every, 256), 9},
                    again;
    sc_bytes_t line;
    bool plain = true;

    for (int i = 0; i < 256; i++)
        every[i] = (unsigned char)i;
    ok(sc_revocation_write(&line, &entry, pool) == SC_OK && line.p[line.n - 1] == '\n',
       "a name of all bytes is written");
    for (apr_size_t i = 0; i + 1 < line.n; i++)
        if ((line.p[i] < ' ' && line.p[i] != '\t') || line.p[i] > '~') plain = false;
    ok(plain && sc_bytes_index(line, '\n') == (apr_ssize_t)line.n - 1,
       "as one line of visible ASCII: it forges no other");
    ok(sc_revocation_read(&again, (unsigned char *)line.p, line.n - 1) == SC_OK &&
           sc_bytes_eq(again.name, entry.name),
       "and read again");
    entry.name = sc_bytes("", 0);
    ok(sc_revocation_write(&line, &entry, pool) == SC_MALFORMED, "no name");
    entry.name = sc_bytes_str("7");
    entry.source = sc_bytes_str("*\t8\tban\nuser\t*");
    ok(sc_revocation_write(&line, &entry, pool) == SC_MALFORMED,
       "a source that forges a line");
    entry.source = sc_bytes_str("*");
    entry.until = -1;
    ok(sc_revocation_write(&line, &entry, pool) == SC_MALFORMED, "a time before 1970");
    entry.until = 1;
    entry.name = sc_bytes(apr_pcalloc(pool, 5000), 5000);
    ok(sc_revocation_write(&line, &entry, pool) == SC_TOO_LARGE,
       "a name that is too long");
    entry = (sc_revocation_t){
        SC_REVOKE_KEY, {NULL, 0}, sc_bytes_str("a\nuser\t*\t7\tban"), 1};
    ok(sc_revocation_write(&line, &entry, pool) == SC_MALFORMED,
       "an id that forges a line");
}

/* Nothing crashes, and what is read is written to something that reads the same. */
static void random_lines(void)
{
    static const char alphabet[] =
        "userkysion\t\t\t%%0123456789abcdef*:\r\n#ban\0\x80\xff";
    unsigned n = 0, wrong = 0;

    for (unsigned i = 0; i < 200000; i++) {
        unsigned char text[48];
        sc_revocation_t entry, again;
        sc_bytes_t line;
        apr_size_t size = (apr_size_t)rand() % sizeof(text);

        for (apr_size_t j = 0; j < size; j++)
            text[j] = (unsigned char)alphabet[(unsigned)rand() % (sizeof(alphabet) - 1)];
        if (i % 2) memcpy(text, "user\t*\t", 7);
        if (sc_revocation_read(&entry, text, size)) continue;
        n++;
        if (sc_revocation_write(&line, &entry, pool) ||
            sc_revocation_read(&again, (unsigned char *)line.p, line.n - 1) ||
            !sc_bytes_eq(again.name, entry.name) || again.until != entry.until)
            wrong++;
    }
    ok(n > 100 && !wrong, "garbage: %u entries in it, each written as it was read", n);
}

/* --- the file and the table --- */

static void put_file(const char *text)
{
    FILE *out = fopen(path, "w");

    fputs(text, out);
    fclose(out);
}

static void append(const char *text)
{
    if (sc_revocation_append(path, sc_bytes_str(text))) abort();
}

static int64_t until_of(const sc_revoked_t *table, sc_revoke_t kind, const char *source,
                        const char *name)
{
    sc_revocation_t subject = {kind, sc_bytes_str(source), sc_bytes_str(name), 0};

    return sc_revoked_until(table, sc_revoked_hash(table, &subject));
}

static int64_t user(const sc_revoked_t *table, const char *name)
{
    return until_of(table, SC_REVOKE_USER, "*", name);
}

static sc_revoked_news_t look(sc_revoked_t *table)
{
    sc_revoked_news_t news;
    apr_pool_t *p;

    apr_pool_create(&p, pool);
    (void)!sc_revoked_refresh(&news, table, path, true, p);
    apr_pool_destroy(p);
    return news;
}

static void growing(void)
{
    sc_revoked_t *table = sc_revoked_make(1024, &env);
    sc_revoked_news_t news;
    apr_uint64_t generation;

    ok(table && user(table, "7") == -1, "an empty table");
    put_file(
        "user\t*\t7\t100\n# x\n\nkey\tmain\tban\njunk\nuser\t*\t7\t50\nuser\t*\tcut\t1");
    news = look(table);
    ok(news.is_changed && news.entries == 2 && news.bad == 1 && news.first_bad == 5 &&
           news.lines == 6,
       "a file is read, a bad line is counted");
    ok(user(table, "7") == 100, "the latest time of a subject counts");
    ok(until_of(table, SC_REVOKE_KEY, "", "main") == SC_BAN, "a key");
    ok(user(table, "cut") == -1, "a line that has not ended is not taken");
    ok(until_of(table, SC_REVOKE_USER, "cookie:a", "7") == -1,
       "another source's user is another");
    ok(!look(table).is_changed, "nothing new");
    generation = sc_revoked_generation(table);
    append("user\tcookie:a\t8\t5\n");
    news = look(table);
    ok(news.lines == 2 && !news.bad && news.entries == 4 && user(table, "cut") == 1 &&
           until_of(table, SC_REVOKE_USER, "cookie:a", "8") == 5,
       "what was appended is read alone, after the cut line");
    ok(sc_revoked_generation(table) != generation, "the table says that it has changed");
    put_file("user\t*\t9\t1\n");
    ok(look(table).entries == 1 && user(table, "9") == 1 && user(table, "7") == -1,
       "a file that shrank is read anew");
    put_file("user\t*\ta\t1\nuser\t*\tb\t1\n");
    ok(look(table).entries == 2 && user(table, "9") == -1,
       "so is one whose contents are others, though longer");
    (void)unlink(path);
    news = look(table);
    ok(news.failed == ENOENT && news.is_first_failure && user(table, "a") == 1,
       "a file that is gone leaves the table");
    ok(!look(table).is_first_failure, "which is said once");
    ok(mkdir(path, 0700) == 0 && look(table).failed && user(table, "a") == 1,
       "so does a directory in its place");
    (void)rmdir(path);
    put_file("");
    ok(!look(table).failed && sc_revoked_entries(table) == 0, "an empty file empties it");
    sc_revoked_free(table);
}

static void bounds(void)
{
    sc_revoked_t *table = sc_revoked_make(1024, &env);
    FILE *out = fopen(path, "w");
    sc_revoked_news_t news;
    unsigned lost = 0;

    for (int i = 0; i < 2000; i++)
        fprintf(out, "user\t*\t%d\t1\n", i);
    fclose(out);
    news = look(table);
    for (int i = 0; i < 768; i++)
        if (user(table, apr_itoa(pool, i)) != 1) lost++;
    ok(news.left_out == 2000 - 768 && news.entries == 768 && !lost,
       "what has no room is counted");
    sc_revoked_free(table);

    table = sc_revoked_make(SC_REVOKED_SLOTS, &env);
    out = fopen(path, "w");
    for (int i = 0; i < 1000000; i++)
        fprintf(out, "user\tcookie:session\tuser-%d\t1700000000\n", i);
    fprintf(out, "key\t%05000d\tban\n", 1);
    fclose(out);
    news = look(table);
    ok(news.entries == 1000000 && !news.left_out && news.bad == 1,
       "a million lines, and one that is too long");
    lost = 0;
    for (int i = 0; i < 1000000; i += 997)
        if (until_of(table, SC_REVOKE_USER, "cookie:session",
                     apr_psprintf(pool, "user-%d", i)) != 1700000000)
            lost++;
    ok(!lost, "all of them are found");
    append("user\t*\tlast\t5\n");
    news = look(table);
    ok(news.lines == 1 && user(table, "last") == 5, "one more is read alone");
    sc_revoked_free(table);
}

/* A line that is longer than all that is read at once, and what comes after it. */
static void long_lines(void)
{
    static const int lengths[] = {4090, 4096, 65536, 70000, 200000};
    sc_revoked_t *table = sc_revoked_make(256, &env);
    sc_revoked_news_t news;

    for (unsigned i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
        put_file(apr_psprintf(pool, "user\t*\ta\t1\nkey\t%0*d\tban\nuser\t*\tb\t2\n",
                              lengths[i], 1));
        news = look(table);
        ok(news.lines == 3 && news.bad == 1 && news.first_bad == 2 &&
               user(table, "a") == 1 && user(table, "b") == 2,
           "a line of %d bytes is passed over", lengths[i]);
    }
    put_file(apr_psprintf(pool, "user\t*\ta\t1\nkey\t%080000d", 1));
    news = look(table);
    ok(news.lines == 1 && user(table, "a") == 1, "one that does not end is not taken");
    append("user\t*\tb\t2\n");
    news = look(table);
    ok(news.lines == 2 && news.bad == 1 && user(table, "b") == 2, "until it does");
    sc_revoked_free(table);
}

/* Entries that come from elsewhere than the file make room for themselves. */
static void adding(void)
{
    sc_revoked_t *table = sc_revoked_make(1024, &env);
    sc_revocation_t entry = {.source = sc_bytes_str("*"), .until = 5};
    apr_uint64_t generation;
    unsigned lost = 0;

    for (int i = 0; i < 1000; i++) {
        entry.name = sc_bytes_str(apr_itoa(pool, i));
        sc_revoked_add(table, &entry);
    }
    for (int i = 0; i < 768; i++)
        if (user(table, apr_itoa(pool, i)) != 5) lost++;
    ok(sc_revoked_entries(table) == 768 && !lost, "a table grows as far as it may");
    generation = sc_revoked_generation(table);
    entry.name = sc_bytes_str("7");
    entry.until = 4;
    sc_revoked_add(table, &entry);
    ok(user(table, "7") == 5, "an earlier time does not replace a later one");
    entry.until = 6;
    sc_revoked_add(table, &entry);
    ok(user(table, "7") == 6 && sc_revoked_generation(table) != generation,
       "a later one replaces an earlier one, and everybody notices");
    ok(user(table, "2000") == -1 && sc_revoked_until(table, 0) == -1,
       "who is not listed is not found");
    entry.name = sc_bytes(apr_pcalloc(pool, 5000), 5000);
    ok(!sc_revoked_hash(table, &entry), "nor is a name that no line can say");
    entry.source = entry.name;
    entry.name = sc_bytes("7", 1);
    ok(!sc_revoked_hash(table, &entry), "nor such a source");
    sc_revoked_free(table);
}

/* --- several processes --- */

#define WRITERS 2
#define LINES   400

static pid_t start(void (*run)(int), int number)
{
    pid_t pid;

    fflush(stdout); /* or the child would say it once more */
    pid = fork();
    if (pid) return pid;
    run(number);
    _exit(0);
}

static sc_revoked_t *shared;

/* As an endpoint does: the entry is in force when it has been added. */
static void write_many(int number)
{
    for (int i = 0; i < LINES; i++) {
        const char *name = apr_psprintf(pool, "w%d-%d", number, i);
        const sc_revocation_t entry = {SC_REVOKE_USER, sc_bytes_str(SC_ANY_SOURCE),
                                       sc_bytes_str(name), i + 1};

        append(apr_psprintf(pool, "user\t*\t%s\t%d\n", name, i + 1));
        sc_revoked_add(shared, &entry);
        if (user(shared, name) != i + 1) _exit(1);
    }
}

static void compact_many(int number)
{
    sc_revocation_counts_t counts;

    for (int i = 0; i < 60; i++)
        if (sc_revocation_compact(&counts, path, 0, &env, pool)) _exit(1);
    (void)number;
}

/* What was found once is found from then on, whoever writes. */
static void read_many(int number)
{
    bool seen[LINES] = {false};

    for (int round = 0; round < 3000; round++)
        for (int i = 0; i < LINES; i += 37) {
            char name[20];

            apr_snprintf(name, sizeof(name), "w0-%d", i);
            if (user(shared, name) == i + 1)
                seen[i] = true;
            else if (seen[i])
                _exit(1);
        }
    (void)number;
}

static void together(void)
{
    int status, failed = 0, missing = 0, n = 0;
    sc_revocation_counts_t counts;
    struct stat before, after;
    int held;

    put_file("# kept\njunk\n");
    (void)chmod(path, 0640);
    shared = sc_revoked_make(65536, &env);
    for (int i = 0; i < WRITERS; i++)
        n += start(write_many, i) > 0;
    n += start(compact_many, 0) > 0;
    n += start(read_many, 0) > 0;
    while (n) {
        pid_t done = waitpid(-1, &status, WNOHANG);

        look(shared);
        if (done <= 0) continue;
        if (status) failed++;
        n--;
    }
    look(shared);
    for (int w = 0; w < WRITERS; w++)
        for (int i = 0; i < LINES; i++)
            if (user(shared, apr_psprintf(pool, "w%d-%d", w, i)) != i + 1) missing++;
    ok(!failed, "two writers, whose entries count when they have been added, one who "
                "compacts and one who reads at once");
    ok(!missing, "no entry is lost (%d)", missing);
    /* Held, or the next file may get its inode. */
    held = open(path, O_RDONLY);
    (void)fstat(held, &before);
    ok(sc_revocation_compact(&counts, path, 0, &env, pool) == 0 &&
           counts.entries == WRITERS * LINES && counts.bad == 1,
       "each is there once");
    (void)stat(path, &after);
    close(held);
    ok(before.st_mode == after.st_mode && before.st_ino != after.st_ino,
       "another file, with the same mode");
    sc_revoked_free(shared);
}

/* Lines with as many entries, whichever list. */
static const char *hundred(const char *list)
{
    const char *lines = "";

    for (int i = 0; i < 100; i++)
        lines = apr_psprintf(pool, "%suser\t*\t%s-%d\t1\n", lines, list, i);
    return lines;
}

static void count_for_ever(int number)
{
    (void)number;
    while (sc_revoked_entries(shared) == 100)
        continue;
    _exit(1);
}

/* More readers than processors, so that they are interrupted anywhere. */
static void counted(void)
{
    const char *lists[] = {hundred("one"), hundred("another")};
    pid_t reader[3];
    int status, failed = 0;

    shared = sc_revoked_make(1024, &env);
    put_file(lists[0]);
    look(shared);
    for (int i = 0; i < 3; i++)
        reader[i] = start(count_for_ever, i);
    for (int i = 0; i < 1000; i++) {
        put_file(lists[i % 2]);
        look(shared);
    }
    for (int i = 0; i < 3; i++) {
        kill(reader[i], SIGTERM);
        waitpid(reader[i], &status, 0);
        if (WIFEXITED(status)) failed++;
    }
    ok(!failed, "while a list replaces another one as long, none is counted that is cut");
    sc_revoked_free(shared);
}

/* A process that is killed while it reads keeps nobody out. */
static void killed(void)
{
    sc_revoked_t *table = sc_revoked_make(SC_REVOKED_SLOTS, &env);
    FILE *out = fopen(path, "w");
    pid_t pid;
    int status;

    for (int i = 0; i < 300000; i++)
        fprintf(out, "user\t*\tuser-%d\t1\n", i);
    fclose(out);
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        for (;;) {
            put_file("user\t*\tx\t1\n");
            look(table);
            put_file("user\t*\tyy\t1\n");
            look(table);
        }
    }
    usleep(20000);
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    put_file("user\t*\tlast\t1\n");
    look(table);
    ok(sc_revoked_entries(table) == 1 && user(table, "last") == 1,
       "a process that died with the lock keeps nobody out");
    sc_revoked_free(table);
}

static apr_status_t count_line(void *baton, sc_bytes_t line)
{
    (void)line;
    ++*(int *)baton;
    return APR_SUCCESS;
}

static void compacting(void)
{
    sc_revocation_counts_t counts;
    sc_revoked_t *table = sc_revoked_make(1024, &env);
    int n = 0;

    put_file("user\t*\t7\t5\nuser\t*\t7\t9\nuser\t*\t7\t8\nuser\t*"
             "\told\t3\nkey\tk\tban\nkey\tk\t99\nuser\t*\tcut\t10");
    ok(sc_revocation_list(&counts, path, 0, count_line, &n, &env, pool) == 0 && n == 3 &&
           counts.superseded == 3,
       "the list has the latest of each subject");
    ok(sc_revocation_compact(&counts, path, 4, &env, pool) == 0 && counts.entries == 3 &&
           counts.old == 1,
       "compact leaves old ones out where it is asked to");
    look(table);
    ok(user(table, "7") == 9 && user(table, "old") == -1 &&
           until_of(table, SC_REVOKE_KEY, "", "k") == SC_BAN && user(table, "cut") == 10,
       "nothing else, not a last line without an end either");
    ok(sc_revocation_append("/there/is/no/such", sc_bytes_str("x\n")) == ENOENT,
       "a file is not made by appending");
    sc_revoked_free(table);
}

static void digests(void)
{
    char one[SC_REVOCATION_DIGEST + 1], two[SC_REVOCATION_DIGEST + 1];

    /* printf 'cookie:session\0{"a":1}' | sha256sum */
    ok(sc_revocation_digest(one, sc_bytes_str("cookie:session"),
                            sc_bytes_str("{\"a\":1}")) == SC_OK,
       "a digest");
    is(one, "c4b97320835736a2cc196e962c439b3ea5d0c09a17c08d90baca39fe507671c2",
       "as sha256sum makes it");
    ok(sc_revocation_digest(two, sc_bytes_str("cookie:sessio"),
                            sc_bytes_str("n{\"a\":1}")) == SC_OK &&
           strcmp(one, two) != 0,
       "where the source ends counts");
}

int main(void)
{
    char name[] = "/tmp/revocation-XXXXXX";

    apr_initialize();
    apr_pool_create(&pool, NULL);
    if (sc_crypto_init() || !mkdtemp(name)) return 1;
    path = apr_pstrcat(pool, name, "/revoked", NULL);
    reading();
    writing();
    random_lines();
    digests();
    growing();
    bounds();
    long_lines();
    adding();
    compacting();
    together();
    counted();
    killed();
    (void)unlink(path);
    (void)rmdir(name);
    return done();
}

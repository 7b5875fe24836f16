/* SPDX-License-Identifier: Apache-2.0 */
/* Counters that processes and threads share: nothing is lost, whoever comes and goes. */

#include "httpd/count/count.h"
#include "tap.h"
#include <apr_general.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <sys/wait.h>
#include <unistd.h>

#define MINUTE APR_TIME_C(60000000)

static void *APR_THREAD_FUNC count_all(apr_thread_t *thread, void *times)
{
    (void)thread;
    for (int i = 0; i < *(int *)times; i++) {
        msc_count(0);
        msc_count_add(1, 3);
        msc_count_minute(5 * MINUTE);
    }
    return NULL;
}

static void count_in_threads(int threads, int times, apr_pool_t *p)
{
    apr_thread_t *thread[16];
    apr_status_t ended;

    for (int i = 0; i < threads; i++)
        if (apr_thread_create(&thread[i], NULL, count_all, &times, p)) abort();
    for (int i = 0; i < threads; i++)
        apr_thread_join(&ended, thread[i]);
}

/* Another process that counts, and ends without telling anybody. */
static void count_in_process(msc_counts_t *counts, int threads, int times)
{
    int status;
    pid_t pid;

    fflush(stdout); /* or the child would say it once more */
    pid = fork();

    if (pid == 0) {
        apr_pool_t *pchild;

        apr_pool_create(&pchild, NULL);
        msc_counts_use(counts, pchild);
        count_in_threads(threads, times, pchild);
        msc_count(2); /* this thread's slot is never given back */
        _exit(0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status) abort();
}

static void test_names(apr_pool_t *p)
{
    msc_counts_t *counts = msc_counts_make(10, 4, 7 * MINUTE, p);
    int a, b;

    if (!ok(counts != NULL, "memory is shared")) return;
    a = msc_counts_register(counts, "lookups", "a", "flask", 3);
    b = msc_counts_register(counts, "lookups", "b", "flask", 3);
    ok(a == 0 && b == 3, "counters are numbered in a row");
    msc_counts_restart(counts);
    ok(!msc_counts_group(counts, 0)->is_in_use, "after a restart, a name is not in use");
    ok(msc_counts_register(counts, "lookups", "b", "flask", 3) == b,
       "a name that is registered again has the same counters");
    ok(!msc_counts_group(counts, 0)->is_in_use && msc_counts_group(counts, 1)->is_in_use,
       "and is in use; the other is not");
    ok(msc_counts_register(counts, "lookups", "b", "flask", 4) == 6,
       "more counters under one name are others");
    ok(msc_counts_register(counts, "opened", "", "", 1) == -1,
       "there is no room for more");
    msc_counts_use(counts, p);
    msc_count(-1);
    ok(msc_count_sum(counts, -1) == 0, "what has no room is counted nowhere");
    ok(msc_counts_group(counts, 3) == NULL, "it is not listed either");
    ok(msc_counts_since(counts) == 420, "counting began when the memory was made");
}

static void test_threads(int slots, const char *what, apr_pool_t *parent)
{
    enum { TIMES = 20000 };
    uint64_t minutes[MSC_COUNT_MINUTES];
    msc_counts_t *counts;
    apr_pool_t *p;

    apr_pool_create(&p, parent);
    counts = msc_counts_make(4, slots, 0, p);
    msc_count(0);
    msc_counts_use(counts, p);
    count_in_threads(16, TIMES, p);
    for (int i = 0; i < 8; i++)
        count_in_process(counts, 4, TIMES);
    count_in_threads(16, TIMES, p);
    ok(msc_count_sum(counts, 0) == 64 * TIMES, "%s: each count is there", what);
    ok(msc_count_sum(counts, 1) == UINT64_C(3) * 64 * TIMES, "%s: each sum is right",
       what);
    ok(msc_count_sum(counts, 2) == 8, "%s: what a process that died counted stays", what);
    msc_count_minutes(minutes, counts, 7 * MINUTE + 1);
    ok(minutes[57] == 64 * TIMES && !minutes[56] && !minutes[58] && !minutes[59],
       "%s: two minutes ago it was as much, and none since", what);
    msc_count_minutes(minutes, counts, 65 * MINUTE);
    ok(!minutes[0] && !minutes[59], "%s: an hour later that is not shown", what);
    apr_pool_destroy(p);
    msc_count(0);
}

/* A slot is found again, however many threads have ended. */
static void test_slots(apr_pool_t *parent)
{
    msc_counts_t *counts;
    apr_pool_t *p;

    apr_pool_create(&p, parent);
    counts = msc_counts_make(4, 3, 0, p);
    msc_counts_use(counts, p);
    for (int i = 0; i < 20; i++)
        count_in_threads(1, 1, p);
    for (int i = 0; i < 20; i++)
        count_in_process(counts, 1, 1);
    ok(msc_counts_claimed(counts) == 1,
       "threads that ended, and processes that died, leave their slots to others");
    ok(msc_count_sum(counts, 0) == 40, "and their counts to everybody");
    apr_pool_destroy(p);
}

static void test_times(apr_pool_t *p)
{
    msc_counts_t *counts = msc_counts_make(2, 2, 0, p);

    ok(msc_count_latest(counts, 1) == 0, "what never happened has no time");
    msc_counts_use(counts, p);
    msc_count_time(1, 90 * MINUTE);
    ok(msc_count_latest(counts, 1) == 5400, "a time is kept in seconds");
    ok(msc_count_latest(counts, 0) == 0, "beside others");
}

int main(void)
{
    apr_pool_t *p, *sub;

    apr_initialize();
    apr_pool_create(&p, NULL);
    apr_pool_create(&sub, p);
    test_names(sub);
    apr_pool_destroy(sub);
    test_threads(64, "a slot each", p);
    test_threads(3, "more threads than slots", p);
    test_slots(p);
    apr_pool_create(&sub, p);
    test_times(sub);
    apr_pool_destroy(sub);
    apr_pool_destroy(p);
    apr_terminate();
    return done();
}

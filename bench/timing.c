/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a comparison tells by its time where two MACs differ, as dudect asks it
 * (Reparaz, Balasch, Verbauwhede: Dude, is my code constant time?, 2016): two classes of
 * input, one wrong in its first byte and one in its last, in random order, and Welch's
 * t-test over the times. A comparison that stops at the first difference is measured
 * beside ours, so that a run which sees nothing is known to be able to. Prints a JSON
 * object for each; fails where ours is beyond the bound, or the leak is not seen.
 */
#include "core/crypto/crypto.h"
#include <apr_general.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SIZE    64     /* bytes of a SHA-512 MAC */
#define SAMPLES 400000 /* a round */
#define BATCH   8      /* comparisons in a sample */
#define ROUNDS  5
#define BOUND   10.0 /* dudect's own: above it a leak is certain */

typedef bool compare_t(const void *baton, sc_bytes_t a, sc_bytes_t b);

/* The mean of a class, and the sum of the squares of the distances from it (Welford). */
typedef struct class_t {
    double n, mean, squares;
} class_t;

static bool equal(const void *baton, sc_bytes_t a, sc_bytes_t b)
{
    (void)baton;
    return sc_equal(a, b);
}

static bool mac_check(const void *key, sc_bytes_t text, sc_bytes_t mac)
{
    return sc_hmac_check(key, &text, 1, mac) == SC_OK;
}

/* What must not be done: it ends at the first byte that differs. */
static bool leaky(const void *baton, sc_bytes_t a, sc_bytes_t b)
{
    apr_size_t i = 0;

    (void)baton;
    while (i < a.n && ((const volatile unsigned char *)a.p)[i] == b.p[i])
        i++;
    return i == a.n;
}

static long nanoseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000L + now.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    long x = *(const long *)a, y = *(const long *)b;

    return (x > y) - (x < y);
}

/* Without the slowest tenth: they are of the scheduler, and not of the comparison. */
static long slowest(const long *times)
{
    static long sorted[SAMPLES];
    long i;

    for (i = 0; i < SAMPLES; i++)
        sorted[i] = times[i];
    qsort(sorted, SAMPLES, sizeof(*sorted), by_value);
    return sorted[SAMPLES / 10 * 9];
}

static double welch(const long *times, const unsigned char *kind)
{
    class_t classes[2] = {{0, 0, 0}, {0, 0, 0}}, *c = classes;
    long limit = slowest(times);

    for (long i = 0; i < SAMPLES; i++) {
        double away = (double)times[i] - classes[kind[i]].mean;

        if (times[i] > limit) continue;
        c = &classes[kind[i]];
        c->n++;
        c->mean += away / c->n;
        c->squares += away * ((double)times[i] - c->mean);
    }
    return (classes[0].mean - classes[1].mean) /
           sqrt(classes[0].squares / (classes[0].n - 1) / classes[0].n +
                classes[1].squares / (classes[1].n - 1) / classes[1].n);
}

/* One round's t. */
static double measure(compare_t *compare, const void *baton, sc_bytes_t text,
                      const unsigned char *right)
{
    static long times[SAMPLES];
    static unsigned char kind[SAMPLES];
    unsigned char tried[SIZE];
    volatile int equals = 0;

    sc_crypto_random(NULL, kind, sizeof(kind));
    for (long i = 0; i < SAMPLES; i++) {
        long from;

        kind[i] &= 1;
        for (int j = 0; j < SIZE; j++)
            tried[j] = (unsigned char)(right[j] ^ (j == (kind[i] ? SIZE - 1 : 0)));
        from = nanoseconds();
        for (int j = 0; j < BATCH; j++)
            equals += compare(baton, text, sc_bytes(tried, SIZE));
        times[i] = nanoseconds() - from;
    }
    if (equals) abort();
    return welch(times, kind);
}

/* The smallest |t| of the rounds: a leak is there in each of them, noise is not. */
static double smallest(const char *name, compare_t *compare, const void *baton,
                       sc_bytes_t text, const unsigned char *right)
{
    double least = INFINITY;

    for (int i = 0; i < ROUNDS; i++)
        least = fmin(least, fabs(measure(compare, baton, text, right)));
    printf("{\"comparison\":\"%s\",\"t\":%.2f}\n", name, least);
    fflush(stdout);
    return least;
}

int main(void)
{
    unsigned char right[SIZE];
    sc_bytes_t text = sc_bytes(right, SIZE), message = sc_bytes_str("a message");
    bool good;
    sc_hmac_t *key;
    apr_pool_t *p;

    if (apr_initialize() || apr_pool_create(&p, NULL)) return 2;
    key = sc_hmac_make(SC_SHA512, sc_bytes_str("a key"), p);
    if (!key || sc_hmac(right, key, &message, 1)) return 2;
    good = smallest("sc_equal", equal, NULL, text, right) < BOUND;
    good = smallest("sc_hmac_check", mac_check, key, message, right) < BOUND && good;
    good = smallest("one that stops early", leaky, NULL, text, right) > BOUND && good;
    apr_terminate();
    return good ? 0 : 1;
}

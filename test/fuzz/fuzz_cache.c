/* SPDX-License-Identifier: Apache-2.0 */
/* The cache against a plain model of it: an array in the order of use. The bytes are
 * operations: find, remember, let go, note, let time pass or set it back. */
#include "fuzz.h"
#include "httpd/session/cache.h"
#include <apr_strings.h>
#include "core/envelope/envelope.h"

#define ENTRIES 4
#define BLOCK   8192 /* what an entry weighs, at least */
#define BYTES   (6 * BLOCK)
#define HELD    3

typedef struct {
    uint32_t source;
    char token[4];
    const void *what;
    apr_time_t begin, end;
    apr_size_t bytes;
} entry_t;

typedef struct {
    msc_cache_t *cache;
    entry_t entry[ENTRIES + 1]; /* the warmest first */
    int n;
    msc_kept_t *held[HELD];
    entry_t as_held[HELD];
    apr_time_t now;
} model_t;

static const sc_env_t env = {.random = fuzz_random};

static int index_of(const model_t *m, const entry_t *wanted)
{
    for (int i = 0; i < m->n; i++)
        if (m->entry[i].source == wanted->source &&
            !strcmp(m->entry[i].token, wanted->token))
            return i;
    return -1;
}

static void drop(model_t *m, int at)
{
    m->n--;
    for (int i = at; i < m->n; i++)
        m->entry[i] = m->entry[i + 1];
}

static void add_first(model_t *m, const entry_t *entry)
{
    apr_size_t sum = 0;

    for (int i = m->n++; i > 0; i--)
        m->entry[i] = m->entry[i - 1];
    m->entry[0] = *entry;
    for (int i = 0; i < m->n; i++)
        sum += m->entry[i].bytes;
    while (m->n > ENTRIES || sum > BYTES)
        sum -= m->entry[--m->n].bytes;
}

static int is_good(const entry_t *entry, apr_time_t now)
{
    return entry->begin <= now && (entry->end == SC_NEVER || now < entry->end);
}

static void hold(model_t *m, int slot, msc_kept_t *kept, const entry_t *entry)
{
    if (m->held[slot]) {
        must(msc_kept_what(m->held[slot]) == m->as_held[slot].what);
        must(!strcmp(msc_kept_what(m->held[slot]), m->as_held[slot].token));
        msc_kept_let_go(m->held[slot]);
    }
    m->held[slot] = kept;
    m->as_held[slot] = *entry;
}

static msc_cache_key_t key_of(const model_t *m, const entry_t *entry)
{
    return msc_cache_key(m->cache, entry->source, sc_bytes_str(entry->token));
}

static void find(model_t *m, int slot, entry_t *entry)
{
    int at = index_of(m, entry);
    msc_cache_key_t key = key_of(m, entry);
    msc_kept_t *kept = msc_cache_find(m->cache, &key, m->now);

    must((kept != NULL) == (at >= 0 && is_good(&m->entry[at], m->now)));
    if (at < 0) return;
    *entry = m->entry[at];
    drop(m, at);
    if (!kept) return;
    must(msc_kept_what(kept) == entry->what);
    add_first(m, entry);
    hold(m, slot, kept, entry);
}

static void remember(model_t *m, int slot, entry_t *entry, unsigned kilobytes)
{
    msc_cache_key_t key = key_of(m, entry);
    msc_kept_t *kept = msc_kept_make(m->cache, &key);
    int at = index_of(m, entry);

    must(kept != NULL);
    entry->what = msc_kept_token(kept).p;
    entry->begin = m->now;
    /* Less than a block is what the entry itself needs. */
    entry->bytes = (kilobytes / 8 + 1) * BLOCK;
    msc_cache_keep(kept, entry->what, kilobytes / 8 * BLOCK, m->now, entry->end);
    if (entry->bytes <= BYTES && is_good(entry, m->now)) {
        if (at >= 0) drop(m, at);
        add_first(m, entry);
    }
    hold(m, slot, kept, entry);
}

static const void *copy_char(const void *text, apr_pool_t *p)
{
    return apr_pmemdup(p, text, 1);
}

static void note(model_t *m, int slot, unsigned number)
{
    const char *was;
    char text = (char)number;

    if (!m->held[slot]) return;
    was = msc_kept_note(m->held[slot], number);
    if (was) {
        must(*was == (char)number);
        return;
    }
    /* So small that blocks are not exceeded: the weights of the model are whole blocks.
     */
    if (index_of(m, &m->as_held[slot]) >= 0) return;
    was = msc_kept_add_note(m->held[slot], number, &text, 1, copy_char);
    must(was == msc_kept_note(m->held[slot], number) && *was == text);
}

static void operate(model_t *m, unsigned op, unsigned arg)
{
    int slot = (int)(arg % HELD);
    entry_t entry = {.source = 1 + (arg >> 2) % 2, .token = {'a', 0}, .end = SC_NEVER},
            none = {0};

    entry.token[0] = (char)('a' + (arg >> 3) % 7);
    if (arg & 0x80) entry.end = m->now + 2;
    switch (op % 8) {
    case 0:
    case 1:
    case 2:
        find(m, slot, &entry);
        break;
    case 3:
    case 4:
        remember(m, slot, &entry, op >> 3);
        break;
    case 5:
        hold(m, slot, NULL, &none);
        break;
    case 6:
        note(m, slot, arg >> 2);
        break;
    default:
        m->now += arg % 5 - 1;
    }
}

void fuzz_start(apr_pool_t *p)
{
    (void)p;
}

void fuzz_try(sc_bytes_t data, apr_pool_t *p)
{
    model_t m = {.now = FUZZ_NOW};
    entry_t none = {0};
    apr_pool_t *own;

    must(!apr_pool_create(&own, p));
    m.cache = msc_cache_make(ENTRIES, BYTES, &env, own);
    while (data.n > 1) {
        unsigned operation = fuzz_byte(&data);

        operate(&m, operation, fuzz_byte(&data));
    }
    apr_pool_destroy(own);
    for (int i = 0; i < HELD; i++)
        hold(&m, i, NULL, &none);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Cache-Control: what it says, and what it says once it is private. */
#include "tap.h"
#include "core/http/caching.h"
#include <apr_general.h>

static apr_pool_t *pool;

static void reading(void)
{
    static const struct {
        const char *control;
        int is_public;
        int is_explicit;
    } cases[] = {
        {NULL, 0, 0},
        {"", 0, 0},
        {" , ,", 0, 0},
        {"public", 1, 0},
        {"max-age=60, PUBLIC", 1, 1},
        {"max-age=60,s-maxage=5", 1, 1},
        {"S-MaxAge=0", 1, 0},
        {"private, max-age=1", 0, 1},
        {"no-cache", 0, 1},
        {"no-cache=\"Set-Cookie\"", 0, 0},
        {"no-store", 0, 1},
        {"x=\"public, s-maxage=1\"", 0, 0},
        {"x=\"public, s-maxage=1", 1, 0},
        {"x=\"\\\", public", 1, 0},
        {"public , max-age=60 ,", 1, 1},
        {"public\t,no-store=1", 1, 0},
        {"x=\"\\", 0, 0},
        {"publicly", 0, 0},
        {"max-stale=3", 0, 0},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *control = cases[i].control;

        ok(sc_caching_is_public(control) == cases[i].is_public, "public or not: %s",
           control ? control : "no header");
        ok(sc_caching_is_explicit(control) == cases[i].is_explicit, "explicit or not: %s",
           control ? control : "no header");
    }
}

static void making(void)
{
    static const struct {
        const char *control;
        int seconds;
        const char *want;
    } cases[] = {
        {NULL, 60, "private"},
        {"", 60, "private"},
        {",,", 60, "private"},
        {"private", 60, "private"},
        {"PRIVATE", 60, "PRIVATE"},
        {"no-store", 60, "no-store"},
        {"no-cache", 60, "no-cache, private"},
        {"public", 60, "private"},
        {"public, max-age=60", 60, "private"},
        {"max-age=61", 60, "max-age=60, private"},
        {"max-age=244470151", 3600, "max-age=3600, private"},
        {"max-age=99999999999999999999999999", 3600, "max-age=3600, private"},
        {"max-age=\"61\"", 60, "max-age=60, private"},
        {"max-age=\"5\"", 60, "max-age=5, private"},
        {"max-age=5, max-age=500", 60, "max-age=5, max-age=60, private"},
        {"max-age=soon", 60, "max-age=0, private"},
        {"max-age", 60, "max-age=0, private"},
        {"max-age=-1", 60, "max-age=0, private"},
        {"max-age=61", -1, "max-age=61, private"},
        {"Max-Age=61,S-MaxAge=600,must-revalidate", 60, "must-revalidate, private"},
        {"max-age=1, stale-while-revalidate=600, stale-if-error=600, immutable", 60,
         "max-age=1, private"},
        {"private=\"Set-Cookie\", max-age=5", 60, "max-age=5, private"},
        {"no-cache=\"A, public\", public", 60, "no-cache=\"A, public\", private"},
        {"no-transform, no-store, public", 60, "no-transform, no-store"},
        {"x=\"y, public", 60, "private"},
        {"x=\"y, private", 60, "private"},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        is(sc_caching_private(cases[i].control, cases[i].seconds, pool), cases[i].want,
           "private, %d seconds: %s", cases[i].seconds,
           cases[i].control ? cases[i].control : "no header");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    reading();
    making();
    return done();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tap.h"
#include "core/http/accept.h"
#include <apr_general.h>

static void prefers(bool want, const char *accept)
{
    bool got = sc_accept_prefers_json(sc_bytes_str(accept));

    ok(got == want, "%s: %s", want ? "data" : "a page", accept);
}

int main(void)
{
    apr_initialize();
    prefers(true, "application/json");
    prefers(true, "application/json, */*;q=0.1");                    /* WordPress */
    prefers(true, "application/json, text/plain, */*");              /* axios */
    prefers(true, "application/json, text/javascript, */*; q=0.01"); /* jQuery */
    prefers(true, "Application/JSON ; charset=utf-8");
    prefers(true, " application/json ;q=0.9 , text/html;q=0.8");
    prefers(true, "text/html;Q=0.5,application/json");
    prefers(true, "application/json, text/html");
    prefers(true, "application/json;q=0.5, text/html;q=0.5");
    prefers(true, "text/html;q=0, application/json;q=0.001");
    prefers(true, "application/json;q=1.0000, text/html;q=0.999");
    prefers(true, "application/json;x;p=1;q1;qq=2, text/html;q=0.5");
    prefers(false, "application/json;q=0.5/, text/html;q=0.1");
    prefers(false, "");
    prefers(false, "*/*");
    prefers(false, "text/html, application/json");
    prefers(false, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
    prefers(false, "text/html, application/json;q=0.9, */*");
    prefers(false, "application/json;q=0.8, text/html;q=0.9");
    prefers(false, "application/json;q=0");
    prefers(false, "application/json;q=x");
    prefers(false, "application/jsonp");
    prefers(false, "text/html;a=application/json");
    prefers(false, "application");
    prefers(false, ",;,=;q=");
    return done();
}

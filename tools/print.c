/* SPDX-License-Identifier: Apache-2.0 */
/* What decode prints: a JSON object a line. Of a refused token nothing but its status. */
#include "print.h"
#include "core/base/base64.h"
#include "core/base/utf8.h"
#include "core/envelope/envelope.h"

void tool_put_string(FILE *to, sc_bytes_t text, apr_pool_t *p)
{
    sc_value_t *value = sc_value_make_string(text);
    sc_bytes_t json = sc_value_write(value, SC_COMPACT, p);

    fwrite(json.p, 1, json.n, to);
    sc_value_release(value);
}

static void put_bytes(sc_bytes_t b)
{
    fwrite(b.p, 1, b.n, stdout);
}

void tool_put_refusal(sc_status_t status, const char *format)
{
    printf("{\"status\":\"%s\",\"format\":\"%s\"}\n", sc_status_name(status), format);
}

/* Whole seconds, rounded down, or null. */
static void put_time(const char *name, apr_time_t t)
{
    apr_time_t seconds = t / APR_USEC_PER_SEC - (t % APR_USEC_PER_SEC < 0 ? 1 : 0);

    if (t == SC_NEVER)
        printf(",\"%s\":null", name);
    else
        printf(",\"%s\":%" APR_INT64_T_FMT, name, (apr_int64_t)seconds);
}

/* A footer is a string where it is UTF-8. One that is not is null, with its bytes as
 * base64 in a member of its own. */
static void put_footer(sc_bytes_t footer, apr_pool_t *p)
{
    fputs(",\"footer\":", stdout);
    if (footer.p && sc_utf8_valid(footer)) {
        tool_put_string(stdout, footer, p);
        return;
    }
    fputs("null", stdout);
    if (!footer.p) return;
    fputs(",\"footer_base64\":", stdout);
    tool_put_string(stdout, sc_base64_encode(footer, p), p);
}

void tool_put_session(const tool_found_t *found, const char *status, const char *format,
                      bool tagged, apr_pool_t *p)
{
    printf("{\"status\":\"%s\",\"format\":\"%s\",\"key\":", status, format);
    if (found->key)
        tool_put_string(stdout, sc_bytes_str(found->key), p);
    else
        fputs("null", stdout);
    put_time("issued", found->issued);
    put_time("expires", found->expires);
    put_footer(found->footer, p);
    if (found->version)
        printf(",\"version\":%d,\"purpose\":\"%s\"", found->version, found->purpose);
    fputs(",\"session\":", stdout);
    if (found->doc)
        put_bytes(sc_doc_write(found->doc, SC_PLAIN, SC_COMPACT, p));
    else
        fputs("null", stdout);
    if (tagged && found->doc) {
        fputs(",\"tagged\":", stdout);
        put_bytes(sc_doc_write(found->doc, found->face, SC_COMPACT, p));
    }
    fputs("}\n", stdout);
}

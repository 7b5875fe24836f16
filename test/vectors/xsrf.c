/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the XSRF tokens that the real peers made: test/vectors/xsrf.json and those of
 * test/vectors/samples (SC_SAMPLES=DIR: of another folder). What the peer takes must
 * pass, what it refuses must not; where a vector allows a stricter reader, either verdict
 * passes. */
#include <stdlib.h>
#include <apr_general.h>
#include <apr_strings.h>
#include "vectors.h"
#include "core/base/base64.h"
#include "core/crypto/crypto.h"
#include "core/document/document.h"
#include "core/xsrf/xsrf.h"

/* A string, or {"value": …, "encoding": "utf8"|"hex"|"base64"}; empty when it is not
 * there. */
static sc_bytes_t text(const sc_value_t *object, const char *name, apr_pool_t *p)
{
    const sc_value_t *value = member(object, name);
    sc_bytes_t encoding, bytes;
    unsigned char *to;
    apr_size_t i;

    if (!value) return sc_bytes("", 0);
    if (sc_value_type(value) != SC_OBJECT) return sc_value_string(value);
    encoding = text(value, "encoding", p);
    bytes = text(value, "value", p);
    if (sc_bytes_eq(encoding, sc_bytes_str("base64"))) {
        if (sc_base64_decode_python(&bytes, bytes, 1, p)) abort();
    }
    if (!sc_bytes_eq(encoding, sc_bytes_str("hex"))) return bytes;
    to = apr_palloc(p, bytes.n / 2 + 1);
    for (i = 0; i + 1 < bytes.n; i += 2)
        to[i / 2] = (unsigned char)strtoul(
            apr_pstrmemdup(p, (const char *)bytes.p + i, 2), NULL, 16);
    return sc_bytes(to, bytes.n / 2);
}

static const char *cstring(const sc_value_t *object, const char *name, apr_pool_t *p)
{
    sc_bytes_t b = text(object, name, p);

    return apr_pstrmemdup(p, (const char *)b.p, b.n);
}

/* Seconds, perhaps with a fraction, as microseconds; -1 for null. */
static apr_interval_time_t seconds(const sc_value_t *value, apr_pool_t *p)
{
    sc_bytes_t number = sc_value_write(value, SC_COMPACT, p);

    if (!value) return -1;
    return (
        apr_interval_time_t)(strtod(apr_pstrmemdup(p, (const char *)number.p, number.n),
                                    NULL) *
                             1e6);
}

/* Our name for a vector's scheme, NULL for what is no XSRF token. */
static const char *scheme_of(const sc_value_t *vector, apr_pool_t *p)
{
    const char *format = cstring(vector, "format", p);

    if (!strcmp(format, "flask_xsrf")) return "flask-xsrf";
    if (!strcmp(format, "flask_wtf")) return "flask-wtf";
    return !strcmp(format, "django_csrf") ? "django" : NULL;
}

static int allows(const sc_value_t *vector, int want_ok, apr_pool_t *p)
{
    const sc_value_t *also = member(vector, "accept_also");
    int i, is_ok = !strcmp(cstring(vector, "expect", p), "ok");

    if (is_ok == want_ok) return 1;
    if (!want_ok && member(vector, "strict_should_refuse")) return 1;
    for (i = 0; also && i < sc_value_length(also); i++)
        if (sc_bytes_eq(sc_value_string(sc_value_at(also, i)), sc_bytes_str("ok")) ==
            want_ok)
            return 1;
    return 0;
}

static sc_status_t check(const sc_value_t *vector, const char *scheme, apr_pool_t *p)
{
    const sc_value_t *params = member(vector, "params");
    sc_env_t env = {.now = seconds(member(vector, "now"), p), .random = sc_crypto_random};
    apr_interval_time_t timeout;
    sc_xsrf_binding_t binding = {
        .user = text(params, "user_id", p),
        .action = text(params, "action", p),
        .secret = text(vector, !strcmp(scheme, "django") ? "cookie" : "session_token", p),
    };
    sc_key_t *key = apr_pcalloc(p, sizeof(*key));
    const sc_key_t **keys = apr_palloc(p, sizeof(*keys));
    sc_xsrf_t *xsrf;
    const char *err;
    sc_bytes_t token = text(vector, "token", p);

    if (member(vector, "token_b64") &&
        sc_base64_decode_python(&token, text(vector, "token_b64", p), 1, p))
        abort();
    key->id = "main";
    key->secret = text(vector, "secret", p);
    keys[0] = key;
    err = sc_xsrf_prepare(&xsrf, scheme, keys, 1, p);
    if (err) {
        printf("# %s\n", err);
        return SC_ERROR;
    }
    timeout = seconds(
        member(params, strcmp(scheme, "flask-wtf") ? "timeout" : "time_limit"), p);
    return sc_xsrf_check(xsrf, token, &binding, timeout, &env, p);
}

static void run_file(const char *path, const char *file, apr_pool_t *p)
{
    const sc_value_t *vectors = read_vectors(path, p), *vector;
    const char *scheme;
    sc_status_t st;
    int i;

    if (!vectors) return;
    (void)ok(sc_value_length(vectors) > 0, "%s has vectors", file);
    for (i = 0; i < sc_value_length(vectors); i++) {
        vector = sc_value_at(vectors, i);
        scheme = scheme_of(vector, p);
        if (!scheme) continue;
        st = check(vector, scheme, p);
        if (!ok(allows(vector, st == SC_OK, p) && st != SC_ERROR, "%s: %s: %s", file,
                cstring(vector, "name", p), sc_status_name(st)))
            printf("# the peer says %s\n", cstring(vector, "expect", p));
    }
}

int main(void)
{
    static const char *const files[] = {"flask_xsrf.json", "flask_wtf.json",
                                        "django_csrf.json"};
    const char *samples = getenv("SC_SAMPLES");
    apr_pool_t *p;
    unsigned i;

    if (apr_initialize() || apr_pool_create(&p, NULL)) return 2;
    (void)ok(sc_crypto_init() == NULL, "the crypto libraries start");
    run_file(SRCDIR "/test/vectors/xsrf.json", "xsrf.json", p);
    if (!samples) samples = SRCDIR "/test/vectors/samples";
    for (i = 0; i < sizeof(files) / sizeof(*files); i++)
        run_file(apr_pstrcat(p, samples, "/", files[i], NULL), files[i], p);
    apr_pool_destroy(p);
    return done();
}

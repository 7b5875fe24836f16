/* SPDX-License-Identifier: Apache-2.0 */
/* A key's contents: PASERK, PEM, hex:, base64:, else the secret itself. Refused: a secret
 * of less than two bytes, malformed hex and base64, and what the PASERK and PEM readers
 * refuse. No sentence holds a byte of a key. */
#include "core/key/load.h"
#include "core/base/base64.h"
#include "core/base/utf8.h"
#include "core/crypto/crypto.h"
#include "core/crypto/pem.h"
#include "core/key/paserk.h"
#include "core/key/source.h"
#include <apr_strings.h>
#include <stdint.h>

#define SHORT 16 /* bytes: a shorter secret can be guessed */

/* Encoded contents without the blanks and line ends that an editor may have added. */
static sc_bytes_t trim_end(sc_bytes_t text)
{
    while (text.n && strchr(" \t\r\n", text.p[text.n - 1]))
        text.n--;
    return text;
}

static bool is_pem(sc_bytes_t text)
{
    static const char mark[] = "\n-----BEGIN ";

    return sc_bytes_starts(text, mark + 1) ||
           (text.n && memmem(text.p, text.n, mark, sizeof mark - 1) != NULL);
}

static int nibble(unsigned char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static const char *secret_from_hex(sc_bytes_t *secret, sc_bytes_t text, apr_pool_t *p)
{
    unsigned char *out = sc_secret_alloc(text.n / 2 + 1, p);
    apr_size_t i;

    if (text.n % 2) return "has an odd number of digits after hex:";
    for (i = 0; i < text.n; i += 2) {
        int high = nibble(text.p[i]), low = nibble(text.p[i + 1]);

        if (high < 0 || low < 0)
            return "has something other than the digits 0-9 and a-f after hex:";
        out[i / 2] = (unsigned char)(high << 4 | low);
    }
    *secret = sc_bytes(out, text.n / 2);
    return NULL;
}

/* Either alphabet, padded or not; nothing else is forgiven. */
static const char *secret_from_base64(sc_bytes_t *secret, sc_bytes_t text, apr_pool_t *p)
{
    unsigned char *url = sc_secret_alloc(text.n + 1, p);
    apr_size_t i, n = text.n;
    sc_bytes_t out;

    if (n % 4 == 0 && n && text.p[n - 1] == '=') n -= text.p[n - 2] == '=' ? 2 : 1;
    for (i = 0; i < n; i++)
        url[i] = text.p[i] == '+' ? '-' : text.p[i] == '/' ? '_' : text.p[i];
    if (sc_base64url_decode(&out, sc_bytes(url, n), p))
        return "has something that is not base64 after base64:";
    *secret = sc_secret_dup(out, p);
    if (out.n) sc_wipe((void *)(uintptr_t)out.p, out.n);
    return NULL;
}

static void add_warning(const char **warning, const char *text, apr_pool_t *p)
{
    *warning = *warning ? apr_pstrcat(p, *warning, "; ", text, NULL) : text;
}

/* Text, as opposed to random bytes. */
static bool is_text(sc_bytes_t bytes)
{
    apr_size_t i;

    for (i = 0; i < bytes.n; i++)
        if (bytes.p[i] < ' ' && !strchr("\t\r\n", bytes.p[i])) return false;
    return bytes.n > 0 && sc_utf8_valid(bytes);
}

/* All of the contents are the secret, as the applications take it: whoever did not mean
 * that finds every token forged and does not know why. */
static void warn_of_more(const char **warning, sc_bytes_t contents, const char *name,
                         apr_pool_t *p)
{
    sc_bytes_t line = trim_end(contents);

    if (!is_text(contents)) return;
    if (sc_bytes_index(line, '\n') >= 0)
        add_warning(warning,
                    apr_psprintf(p,
                                 "%s has several lines, and all of them, with their "
                                 "ends, are the secret: leave the secret alone there",
                                 name),
                    p);
    else if (line.n < contents.n)
        add_warning(warning,
                    apr_psprintf(p,
                                 "%s ends with white space, which is part of the secret: "
                                 "remove it, if the application's secret has none",
                                 name),
                    p);
}

static const char *key_from_raw(sc_key_t *key, const char **warning, sc_bytes_t contents,
                                const char *name, apr_pool_t *p)
{
    const char *wrong = NULL;

    key->kind = SC_KEY_RAW;
    if (sc_bytes_starts(contents, "hex:"))
        wrong = secret_from_hex(&key->secret, trim_end(sc_bytes_from(contents, 4)), p);
    else if (sc_bytes_starts(contents, "base64:"))
        wrong = secret_from_base64(&key->secret, trim_end(sc_bytes_from(contents, 7)), p);
    else {
        key->secret = sc_secret_dup(contents, p);
        warn_of_more(warning, contents, name, p);
    }
    if (wrong) return apr_psprintf(p, "%s %s: correct it", name, wrong);
    if (key->secret.n < 2)
        return apr_psprintf(p, "%s is %s: use at least %d random bytes", name,
                            key->secret.n ? "one byte long" : "empty", SHORT);
    if (key->secret.n < SHORT)
        add_warning(warning,
                    apr_psprintf(p,
                                 "%s is shorter than %d bytes and can be guessed: "
                                 "use 32 random bytes",
                                 name, SHORT),
                    p);
    return NULL;
}

static const char *key_from_pem(sc_key_t *key, sc_bytes_t contents, sc_bytes_t password,
                                apr_pool_t *p)
{
    const char *err = sc_pkey_read_pem(&key->pkey, contents, password, p);

    if (err) return err;
    key->kind = sc_pkey_is_secret(key->pkey) ? SC_KEY_SECRET : SC_KEY_PUBLIC;
    key->alg = sc_pkey_alg(key->pkey);
    /* Ed25519 is for v2 or v4: only the format that uses the key can tell which. */
    key->version = key->alg == SC_ALG_RSA ? 1 : key->alg == SC_ALG_P384 ? 3 : 0;
    return NULL;
}

/* The password, where one was given. */
static const char *read_password(sc_bytes_t *password, const char **warning,
                                 const sc_key_config_t *config, apr_pool_t *p)
{
    const char *said = NULL, *err;

    *password = sc_bytes(NULL, 0);
    if (!config->password) return NULL;
    err = sc_key_read(password, &said, config->password, p);
    if (err) return apr_psprintf(p, "password=: %s", err);
    if (said)
        *warning = *warning ? apr_pstrcat(p, *warning, "; password=: ", said, NULL)
                            : apr_pstrcat(p, "password=: ", said, NULL);
    return NULL;
}

/* PASERK or PEM, which a password may protect. */
static const char *key_from_container(sc_key_t **key, const char **warning,
                                      sc_bytes_t contents, const sc_key_config_t *config,
                                      apr_pool_t *p)
{
    sc_bytes_t password;
    const char *err = read_password(&password, warning, config, p);

    if (err) return err;
    if (is_pem(contents)) {
        *key = apr_pcalloc(p, sizeof **key);
        return key_from_pem(*key, contents, password, p);
    }
    return sc_paserk_open(key, trim_end(contents), config->unwrap, password, p);
}

const char *sc_key_version_parse(int *version, const char *text)
{
    if (*text == 'v') text++;
    if (*text < '1' || *text > '4' || text[1])
        return "is not a PASETO version: 1, 2, 3 or 4";
    *version = *text - '0';
    return NULL;
}

/* What the contents do not say themselves: a secret is for any version, an Ed25519 key
 * for two. */
static const char *add_version(sc_key_t *key, int version, apr_pool_t *p)
{
    if (!version || version == key->version) return NULL;
    if (key->version)
        return apr_psprintf(p,
                            "it is a key of PASETO v%d by itself: leave version=%d out, "
                            "or give a key of that version",
                            key->version, version);
    if (key->pkey && key->alg != sc_key_alg(version))
        return apr_psprintf(p,
                            "it is an Ed25519 key, which PASETO v%d does not use: give "
                            "version=2 or version=4",
                            version);
    key->version = version;
    return NULL;
}

const char *sc_key_parse(sc_key_t **key, const char **warning, sc_bytes_t contents,
                         const sc_key_config_t *config, apr_pool_t *p)
{
    const char *name, *err, *said = NULL;
    sc_key_t *made = NULL;

    name = config->id ? apr_pstrcat(p, "key ", config->id, NULL) : "the key";
    if (is_pem(contents) || sc_paserk_is(contents)) {
        err = key_from_container(&made, &said, contents, config, p);
        if (err) return apr_psprintf(p, "%s: %s", name, err);
    }
    else {
        made = apr_pcalloc(p, sizeof *made);
        err = key_from_raw(made, &said, contents, name, p);
        if (err) return err;
    }
    err = add_version(made, config->version, p);
    if (err) return apr_psprintf(p, "%s: %s", name, err);
    made->id = config->id;
    made->issuer = config->issuer;
    *key = made;
    *warning = said;
    return NULL;
}

const char *sc_key_load(sc_key_t **key, const char **warning,
                        const sc_key_config_t *config, apr_pool_t *p)
{
    const char *read_said = NULL, *parse_said = NULL, *err;
    sc_bytes_t contents;

    err = sc_key_read(&contents, &read_said, config->source, p);
    if (err) return config->id ? apr_psprintf(p, "key %s: %s", config->id, err) : err;
    err = sc_key_parse(key, &parse_said, contents, config, p);
    if (err) return err;
    if ((*key)->kind == SC_KEY_PUBLIC) read_said = NULL; /* it is not a secret */
    if (read_said && config->id)
        read_said = apr_psprintf(p, "key %s: %s", config->id, read_said);
    *warning = read_said && parse_said ? apr_pstrcat(p, read_said, "; ", parse_said, NULL)
               : read_said             ? read_said
                                       : parse_said;
    return NULL;
}

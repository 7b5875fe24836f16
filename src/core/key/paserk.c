/* SPDX-License-Identifier: Apache-2.0 */
/* PASERK: keys as text, "k" version "." type "." base64url. Refused: an id given as a
 * key, a version other than 1 to 4, a wrapping key of another version, data that is not
 * exactly as long as its type says, base64 that is not canonical. No sentence holds a
 * byte of the text. */
#include "core/key/paserk.h"
#include "core/base/base64.h"
#include "core/crypto/crypto.h"
#include "core/crypto/pem.h"
#include "core/crypto/suite.h"
#include "core/key/paserk_pie.h"
#include "core/key/paserk_pke.h"
#include "core/key/paserk_pw.h"
#include <apr_strings.h>

typedef enum { PLAIN, ID, PIE, PW, SEAL } how_t;

typedef struct {
    const char *name; /* as in the text, with the last dot */
    how_t how;
    sc_key_kind_t kind;
} type_t;

static const type_t types[] = {
    {"local.", PLAIN, SC_KEY_LOCAL},
    {"secret.", PLAIN, SC_KEY_SECRET},
    {"public.", PLAIN, SC_KEY_PUBLIC},
    {"lid.", ID, SC_KEY_LOCAL},
    {"sid.", ID, SC_KEY_SECRET},
    {"pid.", ID, SC_KEY_PUBLIC},
    {"local-wrap.pie.", PIE, SC_KEY_LOCAL},
    {"secret-wrap.pie.", PIE, SC_KEY_SECRET},
    {"local-pw.", PW, SC_KEY_LOCAL},
    {"secret-pw.", PW, SC_KEY_SECRET},
    {"seal.", SEAL, SC_KEY_LOCAL},
};

/* A text taken apart. */
typedef struct {
    int version;
    const type_t *type;
    const char *header; /* "k4.local-pw." */
    sc_bytes_t data;    /* base64url */
} parts_t;

static const type_t *find_type(how_t how, sc_key_kind_t kind)
{
    apr_size_t i;

    for (i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].how == how && types[i].kind == kind) return &types[i];
    return NULL;
}

static const type_t *paserk_type(sc_bytes_t text)
{
    apr_size_t i;

    if (text.n < 3 || text.p[0] != 'k' || text.p[1] < '0' || text.p[1] > '9' ||
        text.p[2] != '.')
        return NULL;
    for (i = 0; i < sizeof types / sizeof *types; i++)
        if (sc_bytes_starts(sc_bytes_from(text, 3), types[i].name)) return &types[i];
    return NULL;
}

bool sc_paserk_is(sc_bytes_t text)
{
    return paserk_type(text) != NULL;
}

static const char *paserk_header(int version, const type_t *type, apr_pool_t *p)
{
    return apr_psprintf(p, "k%d.%s", version, type->name);
}

/* k1.secret-pw holds a PEM (so do the official vectors), everything else what the plain
 * type holds. */
static sc_pkey_t *read_pkey(sc_alg_t alg, bool secret, sc_bytes_t bytes, apr_pool_t *p)
{
    const sc_bytes_t no_password = {NULL, 0};
    sc_pkey_t *pkey;

    if (alg != SC_ALG_RSA || !secret || !sc_bytes_starts(bytes, "-----BEGIN "))
        return sc_pkey_import(alg, secret, bytes, p);
    if (sc_pkey_read_pem(&pkey, bytes, no_password, p)) return NULL;
    return sc_pkey_alg(pkey) == alg && sc_pkey_is_secret(pkey) ? pkey : NULL;
}

/* The key of these bytes, or NULL. */
static sc_key_t *paserk_key(int version, sc_key_kind_t kind, sc_bytes_t bytes,
                            apr_pool_t *p)
{
    sc_key_t *key = apr_pcalloc(p, sizeof *key);

    key->version = version;
    key->kind = kind;
    if (kind == SC_KEY_LOCAL) {
        key->secret = sc_secret_dup(bytes, p);
        return bytes.n == 32 ? key : NULL;
    }
    key->alg = sc_key_alg(version);
    key->pkey = read_pkey(key->alg, kind == SC_KEY_SECRET, bytes, p);
    return key->pkey ? key : NULL;
}

sc_bytes_t sc_paserk_bytes(const sc_key_t *key, sc_key_kind_t kind, apr_pool_t *p)
{
    const sc_bytes_t none = {NULL, 0};

    if (key->version < 1 || key->version > 4) return none;
    if (kind == SC_KEY_LOCAL)
        return key->kind == kind && key->secret.n == 32 ? key->secret : none;
    if (!key->pkey || key->alg != sc_key_alg(key->version)) return none;
    return sc_pkey_export(key->pkey, kind == SC_KEY_SECRET, p);
}

static const char *paserk_split(parts_t *parts, sc_bytes_t text, apr_pool_t *p)
{
    parts->type = paserk_type(text);
    if (!parts->type) return "this is not a PASERK (k4.local.…)";
    parts->version = text.p[1] - '0';
    if (parts->version < 1 || parts->version > 4)
        return "this PASERK has an unknown version: versions 1 to 4 are supported";
    if (parts->type->how == ID)
        return "this PASERK is the id of a key, not a key: give the k4.local., "
               "k4.secret. or k4.public. text";
    parts->header = paserk_header(parts->version, parts->type, p);
    parts->data = sc_bytes_from(text, strlen(parts->header));
    return NULL;
}

static const char *open_pie(sc_bytes_t *plain, const parts_t *parts,
                            const sc_key_t *unwrap, sc_bytes_t data, apr_pool_t *p)
{
    if (!unwrap || unwrap->kind != SC_KEY_LOCAL || unwrap->version != parts->version)
        return apr_psprintf(p,
                            "this PASERK is wrapped: name a k%d.local key with unwrap=ID",
                            parts->version);
    return sc_pie_open(plain, parts->version, parts->header, unwrap->secret, data, p)
               ? "this PASERK does not open with the key that unwrap= names"
               : NULL;
}

static const char *open_pw(sc_bytes_t *plain, const parts_t *parts, sc_bytes_t password,
                           sc_bytes_t data, apr_pool_t *p)
{
    if (!password.p)
        return "this PASERK is wrapped under a password: add password=SOURCE";
    switch (sc_pw_open(plain, parts->version, parts->header, password, data, p)) {
    case SC_OK:
        return NULL;
    case SC_TOO_LARGE:
        return apr_psprintf(
            p,
            "this PASERK asks for more work than is accepted (%u iterations, "
            "or %u MiB of memory and %u passes): wrap it again with less",
            SC_PW_ITERATIONS_MAX, SC_PW_MEMORY_MAX >> 20, SC_PW_PASSES_MAX);
    case SC_UNSUPPORTED:
        return "this PASERK has invalid password parameters (no iterations, too little "
               "memory, or more than one lane): wrap it again";
    case SC_ERROR:
        return "there is not enough memory to open this password-wrapped PASERK: wrap it "
               "again with less";
    default:
        return "this PASERK does not open with the password that was given";
    }
}

static const char *open_seal(sc_bytes_t *plain, const parts_t *parts,
                             const sc_key_t *unwrap, sc_bytes_t data, apr_pool_t *p)
{
    const int version = parts->version;

    if (!unwrap || unwrap->kind != SC_KEY_SECRET || unwrap->alg != sc_key_alg(version) ||
        (unwrap->version && unwrap->version != version))
        return apr_psprintf(
            p, "this PASERK is sealed: name a k%d secret key%s with unwrap=ID", version,
            version == 1 ? " (RSA of 4096 bits)" : "");
    return sc_pke_open(plain, version, parts->header, unwrap->pkey, data, p)
               ? "this PASERK does not open with the key that unwrap= names"
               : NULL;
}

const char *sc_paserk_open(sc_key_t **key, sc_bytes_t text, const sc_key_t *unwrap,
                           sc_bytes_t password, apr_pool_t *p)
{
    const char *err;
    sc_bytes_t data, plain;
    sc_key_t *made;
    parts_t parts;

    err = paserk_split(&parts, text, p);
    if (err) return err;
    if (sc_base64url_decode(&data, parts.data, p))
        return "this PASERK is damaged: what follows its header is not base64url without "
               "padding";
    plain = data;
    if (parts.type->how == PIE) err = open_pie(&plain, &parts, unwrap, data, p);
    if (parts.type->how == PW) err = open_pw(&plain, &parts, password, data, p);
    if (parts.type->how == SEAL) err = open_seal(&plain, &parts, unwrap, data, p);
    if (err) return err;
    made = paserk_key(parts.version, parts.type->kind, plain, p);
    if (!made)
        return "this PASERK is damaged: its contents are not a key of its version and "
               "type";
    *key = made;
    return NULL;
}

const char *sc_paserk_compose(const char *header, sc_bytes_t data, apr_pool_t *p)
{
    const sc_bytes_t parts[] = {sc_bytes_str(header), sc_base64url_encode(data, p)};

    return (const char *)sc_bytes_join(parts, 2, p).p;
}

/* As k4.secret and so on; `kind` may ask a secret key for its public half. */
static const char *write_as(const sc_key_t *key, sc_key_kind_t kind, apr_pool_t *p)
{
    const type_t *type = find_type(PLAIN, kind);
    sc_bytes_t data;

    if (!type) return NULL;
    data = sc_paserk_bytes(key, kind, p);
    return data.p ? sc_paserk_compose(paserk_header(key->version, type, p), data, p)
                  : NULL;
}

const char *sc_paserk_write(const sc_key_t *key, apr_pool_t *p)
{
    return write_as(key, key->kind, p);
}

const char *sc_paserk_id(const sc_key_t *key, sc_key_kind_t kind, apr_pool_t *p)
{
    const type_t *type = find_type(ID, kind);
    const char *text = write_as(key, kind, p), *header;
    unsigned char hash[33];
    sc_bytes_t parts[2];

    if (!type || !text) return NULL;
    header = paserk_header(key->version, type, p);
    parts[0] = sc_bytes_str(header);
    parts[1] = sc_bytes_str(text);
    if (sc_suite_hash(hash, sizeof hash, key->version, parts, 2)) return NULL;
    return sc_paserk_compose(header, sc_bytes(hash, sizeof hash), p);
}
